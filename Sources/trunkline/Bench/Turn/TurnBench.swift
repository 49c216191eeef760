import Calls
import Foundation
import Media
import ServiceLifecycle

/// Measures the conversation of the server it is a guest of: how long callees in a phone lab in another process wait for an answer, as their side
/// recorded it.
struct TurnBench: Service {
    /// What is measured at a time.
    enum Measure: Sendable {
        /// From the callee's last sound to the agent's first.
        case answers
        /// From the callee's first sound over the agent's words to the agent's last.
        case interruptions
    }

    struct Figures: Sendable {
        /// In ms, by the callee's recording.
        var gaps: [Double] = []
        /// Gap, less the silence that ended the turn and the stages, in ms. Only where the stages follow each other.
        var overheads: [Double] = []
        /// What the gap is made of by our own record, each part's median in ms, and at last what the callee's recording has more: the way there and back.
        var parts: [(name: String, ms: Double)] = []
        /// Ms of this program's CPU time for a second of a call.
        var cpu = 0.0
        /// Calls that went as they should have.
        var calls = 0
    }

    let measure: Measure
    let calls: Int
    let directory: String
    let lab: LabProcess
    let ports: AsyncStream<Int>
    let key: String
    let terminal: Terminal
    /// Where a call's recording is left.
    let keep: String?
    let report: @Sendable (Figures) -> Void

    private static let confirms = "+15550100001"
    private static let interrupts = "+15550100006"

    private static let agent = """
        agent: turn
        name: Turn bench
        numbers: ["+15550000100"]
        greeting: "Hello. This is an automated call that measures answers. Are you ready?"
        goodbye: "Goodbye."
        instructions: "Ask."
        disclosure: {enabled: false}
        answering: {detect: false}
        settings: {max_duration_s: 300, record: true}
        """

    func run() async throws {
        for await port in ports.cancelOnGracefulShutdown() {
            let client = APIClient(base: "http://127.0.0.1:\(port)", key: key)
            _ = try await client.post("/v1/agents", body: Data(Self.agent.utf8), type: "application/yaml")
            report(try await figures(client))
            return
        }
    }

    private func figures(_ client: APIClient) async throws -> Figures {
        let number = measure == .answers ? Self.confirms : Self.interrupts
        let before = try lab.account().recordings.count
        let body = try JSONEncoder().encode(["agent": "turn", "to": number])
        var placed: [String] = []
        let start = MediaBenchmark.processCPU
        for _ in 0..<calls {
            let call = try CallDocument(apiJSON: try await client.post("/v1/calls", body: body))
            placed.append(call.id)
            // So that they do not all speak at once.
            try await ContinuousClock().sleep(for: .milliseconds(370))
        }
        for call in placed { try await client.events(of: call, after: 0) { _ in true } }
        var figures = Figures()
        let cpu = MediaBenchmark.processCPU - start
        var seconds = 0
        let decoder = JSONDecoder()
        decoder.keyDecodingStrategy = .convertFromSnakeCase
        var turns: [Int: [Turn]] = [:]
        for (index, call) in placed.enumerated() {
            let document = try decoder.decode(Ended.self, from: try await client.get("/v1/calls/\(call)"))
            seconds += document.duration ?? 0
            turns[index] = document.conversation?.turns ?? []
            if document.status == "completed" { figures.calls += 1 }
        }
        figures.cpu = cpu / .milliseconds(1) / Double(max(1, seconds))
        // The lab names its recordings by the Call-ID, which only order connects with the calls: what is compared is all of them.
        var recordings = try lab.account().recordings.dropFirst(before)
        let patience = ContinuousClock.now + .seconds(5)
        while recordings.count < calls, ContinuousClock.now < patience {
            try await ContinuousClock().sleep(for: .milliseconds(100))
            recordings = try lab.account().recordings.dropFirst(before)
        }
        for path in recordings {
            let line = try LineRecording(path: path)
            figures.gaps += (measure == .answers ? line.gaps : line.yieldings).map(Double.init)
        }
        guard measure == .answers else { return figures }
        if let keep, let path = recordings.first {
            try Data(contentsOf: URL(filePath: path)).write(to: URL(filePath: "\(keep)/call.wav"))
        }
        let waits = turns.values.flatMap { $0 }.map { Double($0.endpointingMs) }
        let work = turns.values.flatMap { $0 }.map { Double($0.gapMs - $0.endpointingMs) }
        terminal.note("\(figures.gaps.count) answers on the lab's recordings, \(waits.count) on our record")
        // The lab's account of a gap has the way there and back in it: what that adds to ours is added to each.
        let way = Percentiles(figures.gaps).p50 - Percentiles(zip(waits, work).map { $0 + $1 }).p50
        figures.overheads = work.map { $0 - Double(FixedStages.total) + way }
        func median(_ part: (Turn) -> Int) -> Double {
            Percentiles(turns.values.flatMap { $0 }.map { Double(part($0)) }).p50
        }
        figures.parts = [
            ("end of turn", median(\.endpointingMs)), ("recogniser", median(\.recognitionMs)),
            ("model", median(\.modelMs)),
            ("voice", median(\.voiceMs)), ("playout", median(\.playoutMs)), ("way there and back", way),
        ]
        return figures
    }

    private struct Ended: Decodable {
        struct Conversation: Decodable { let turns: [Turn]? }
        let status: String
        let duration: Int?
        let conversation: Conversation?
    }

    private struct Turn: Decodable {
        let endpointingMs: Int
        let recognitionMs: Int
        let modelMs: Int
        let voiceMs: Int
        let playoutMs: Int
        let gapMs: Int
    }
}
