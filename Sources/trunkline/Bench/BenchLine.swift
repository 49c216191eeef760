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

    /// Returns once no call is on its way any more: each is being talked on, or over. The network rings each for a second or so.
    func untilSettled() async throws {
        for status in ["queued", "dispatching", "dialing", "ringing"] {
            let patience = ContinuousClock.now + .seconds(60)
            while try await !page("status=\(status)&limit=1").isEmpty {
                guard ContinuousClock.now < patience else { throw Complaint("Some calls are \(status) after 60 s") }
                try await ContinuousClock().sleep(for: .milliseconds(100))
            }
        }
    }

    /// How many of `calls` there are of each status.
    func statuses(of calls: [String]) async throws -> [String: Int] {
        var counts: [String: Int] = [:]
        for call in calls {
            let document = try CallDocument(apiJSON: try await client.get("/v1/calls/\(call)"))
            counts[document.endReason.map { "\(document.status) (\($0))" } ?? document.status, default: 0] += 1
        }
        return counts
    }

    private func page(_ query: String) async throws -> [Page.Call] {
        try JSONDecoder().decode(Page.self, from: try await client.get("/v1/calls?\(query)")).data
    }

    func hangUp(_ calls: [String]) async throws {
        for call in calls {
            do {
                _ = try await client.post("/v1/calls/\(call)/cancel", body: Data())
            } catch APIClientError.refused(_, "call_ended", _, _) {
                // It was over before.
            }
        }
        for call in calls { try await untilOver(call) }
    }

    private struct Page: Decodable {
        struct Call: Decodable { let id: String }
        let data: [Call]
    }
}
