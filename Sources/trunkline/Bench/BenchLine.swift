import Calls
import Foundation
import WebAPI

/// Places and ends the bench's calls through the API, as a customer would.
struct BenchLine {
    let client: APIClient

    struct Placed {
        let id: String
        let createdAt: Date
    }

    /// An agent that greets, asks, and then waits longer than any measurement lasts.
    private static let agent = """
        agent: bench
        name: Bench
        numbers: ["+15550000100"]
        greeting: "Hello. This is an automated call that measures the line."
        goodbye: "Goodbye."
        settings:
          max_duration_s: 600
          record: true
        flow:
          start: wait
          steps:
            wait:
              say: "Please wait."
              answer_timeout_ms: 120000
              answers:
                - expect: yes
                  end: met
              end: not_met
        """

    func prepare() async throws {
        _ = try await client.post("/v1/agents", body: Data(Self.agent.utf8), type: "application/yaml")
    }

    func place(to number: String) async throws -> Placed {
        let body = try JSONEncoder().encode(["agent": "bench", "to": number])
        let call = try CallDocument(apiJSON: try await client.post("/v1/calls", body: body))
        guard let createdAt = Timestamp.date(call.createdAt) else { throw Complaint("Not a time: \(call.createdAt)") }
        return Placed(id: call.id, createdAt: createdAt)
    }

    func untilOver(_ call: String) async throws {
        try await client.events(of: call, after: 0) { _ in true }
    }

    /// How many calls are being talked on, of the newest thousand.
    func inProgress() async throws -> Int {
        var count = 0
        var before: String?
        while true {
            let page = try JSONDecoder().decode(
                Page.self,
                from: try await client.get(
                    "/v1/calls?status=in_progress&limit=100\(before.map { "&before=\($0)" } ?? "")"
                )
            )
            count += page.data.count
            guard page.data.count == 100, let last = page.data.last, count < 1000 else { return count }
            before = last.id
        }
    }

    /// Returns once `count` calls are being talked on. The network rings each for a second or so.
    func until(inProgress count: Int) async throws {
        let patience = ContinuousClock.now + .seconds(60)
        while true {
            let now = try await inProgress()
            if now >= count { return }
            guard ContinuousClock.now < patience else {
                throw Complaint("Only \(now) of \(count) calls were answered within 60 s")
            }
            try await ContinuousClock().sleep(for: .milliseconds(100))
        }
    }

    func hangUp(_ calls: [String]) async throws {
        for call in calls { _ = try await client.post("/v1/calls/\(call)/cancel", body: Data()) }
        for call in calls { try await untilOver(call) }
    }

    private struct Page: Decodable {
        struct Call: Decodable { let id: String }
        let data: [Call]
    }
}
