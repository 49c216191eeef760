import Audio
import Calls
import Foundation
import Testing

/// The server is killed at random moments, again and again, while calls are being placed. Afterwards the phone lab, which ran in a process of its own,
/// says how often each phone rang.
///
/// A few rounds here; `scripts/kill-test` runs hundreds.
@Suite("kill -9", .serialized)
struct KillTests {
    /// Answers and stays, is busy, rings without end, refuses, answers and talks.
    private static let numbers = ["+15550400003", "+15550200486", "+15550200001", "+15550200503", "+15550100001"]

    @Test("No phone rings twice, no call is lost, no line stays up", .timeLimit(.minutes(55)))
    func rounds() async throws {
        let environment = ProcessInfo.processInfo.environment
        let rounds = environment["TRUNKLINE_KILL_ROUNDS"].flatMap(Int.init) ?? 6
        let seed = environment["TRUNKLINE_KILL_SEED"].flatMap(UInt64.init) ?? UInt64.random(in: 0...UInt64.max)
        print("kill -9: \(rounds) rounds, TRUNKLINE_KILL_SEED=\(seed) repeats the moments")
        var random = SplitMix64(state: seed)

        let rig = try await KillRig()
        defer { rig.lab.signal(SIGKILL) }

        var placed: Set<String> = []
        for round in 0..<rounds {
            let server = try await rig.server()
            if round == 0 { try await server.applyAgent() }
            let delay = Duration.milliseconds(Int.random(in: 0...1500, using: &random))
            placed.formUnion(await server.placeCalls(to: Self.numbers.shuffled(using: &random), killAfter: delay))
            _ = await server.program.exit()
        }
        #expect(!placed.isEmpty)

        let server = try await rig.server()
        var ends: [String: String] = [:]
        for call in placed {
            let document = try await server.end(of: call)
            ends[call] = document["status"].text
            #expect(
                CallStatus(rawValue: document["status"].text ?? "")?.isFinal == true,
                "\(call): \(document["status"])"
            )
        }
        // What the lab still holds is taken down by now, or within the time that SIP gives an answer to be repeated.
        let patience = ContinuousClock.now + .seconds(60)
        let reading = LabReading(path: rig.ledger)
        while try !reading.up().isEmpty, ContinuousClock.now < patience {
            try await ContinuousClock().sleep(for: .milliseconds(200))
        }
        #expect(try reading.up().isEmpty, "lines that stayed up")
        #expect(await server.stop() == 0)
        print(
            "kill -9: \(placed.count) calls accepted, ended",
            Dictionary(grouping: ends.values) { $0 }.mapValues(\.count)
        )

        let invites = Dictionary(grouping: try reading.invites()) { $0 }
        for (callID, seen) in invites {
            #expect(seen.count == 1, "\(callID) was sent \(seen.count) INVITEs")
        }
        print("kill -9: \(invites.count) INVITEs seen by the lab, \(try reading.up().count) lines still up")
    }

    @Test(
        "A call that is cut off ends as interrupted, with what was said and recorded until then",
        .timeLimit(.minutes(2))
    )
    func cutOff() async throws {
        let directory = try TemporaryDirectory()
        let server = try await Server.start(in: directory.path)
        try await server.applyAgent()
        let id = try await server.place(to: "+15550100001")
        try await server.waitForWords(in: id)
        server.program.signal(SIGKILL)
        _ = await server.program.exit()

        let next = try await Server.start(in: directory.path)
        let call = try await next.end(of: id)
        #expect(call["status"] == "internal_error", "\(call)")
        #expect(call["end_reason"] == "interrupted")
        let transcript = try await next.request("GET", "/v1/calls/\(id)/transcript").json["data"].values
        #expect(transcript.first?["speaker"] == "agent", "\(transcript)")
        let recording = try await next.request("GET", "/v1/calls/\(id)/recording")
        try #require(recording.status == 200)
        let header = try WAVHeader(parsing: Array(recording.body))
        #expect(header.channels == 2)
        #expect(header.data.count >= 4 * 8000, "less than the first second")
        #expect(header.data.upperBound == recording.body.count, "the header says how much there is")
        let agent = recording.body[header.data].enumerated().filter { $0.offset % 4 == 3 }.map(\.element)
        #expect(agent.contains { $0 != 0 && $0 != 255 }, "the agent is on it")
        #expect(await next.stop() == 0)
    }
}

extension Server {
    /// Until somebody has said something on `call`.
    fileprivate func waitForWords(in call: String) async throws {
        while try await request("GET", "/v1/calls/\(call)/transcript").json["data"].values.isEmpty {
            try await ContinuousClock().sleep(for: .milliseconds(100))
        }
    }

    /// Places calls until the process is killed, `killAfter` from now. Returns those whose placing was confirmed.
    fileprivate func placeCalls(to numbers: [String], killAfter delay: Duration) async -> Set<String> {
        await withTaskGroup(of: String?.self) { group in
            for number in numbers {
                group.addTask {
                    try? await self.place(to: number)
                }
            }
            group.addTask {
                // The moment is what is tested, so here time itself is the event.
                try? await ContinuousClock().sleep(for: delay)
                self.program.signal(SIGKILL)
                return nil
            }
            return await group.reduce(into: []) { calls, call in
                if let call { calls.insert(call) }
            }
        }
    }
}

struct SplitMix64: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var word = state
        word = (word ^ word >> 30) &* 0xBF58_476D_1CE4_E5B9
        word = (word ^ word >> 27) &* 0x94D0_49BB_1331_11EB
        return word ^ word >> 31
    }
}
