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
        /// Ms of this program's CPU time for a second of a call, while all of them are up. Nil if they were not for long enough.
        var cpu: Double?
        /// The same without the media threads, which have the sockets, the codec, the jitter buffers and the recording.
        var conversationCPU: Double?
        /// Calls that went as they should have.
        var calls = 0
    }

    let measure: Measure
    let calls: Int
    let directory: String
    let lab: LabProcess
    let media: MediaEngine
    let ports: AsyncStream<Int>
    let key: String
    let terminal: Terminal
    /// Where a call's recording is left.
    let keep: String?
    let report: @Sendable (Figures) -> Void

    private static let confirms = "+15550100001"
    private static let interrupters = ["rms", "slt", "awb"]

    /// Writes those who interrupt the agent, one for each voice, each of its turns 2.5 s after it began, into the folder.
    static func writeInterrupters(into folder: String) throws {
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        for (index, voice) in interrupters.enumerated() {
            let person = """
                name: breaks in, with the voice \(voice)
                number: "\(interrupter(index))"
                voice: \(voice)
                hello: []
                interrupt: {after_ms: 2500, times: 20, do: ["Yes, that's fine."]}
                otherwise: "Yes."
                """
            try Data(person.utf8).write(to: URL(filePath: "\(folder)/\(voice).yaml"))
        }
    }

    private static func interrupter(_ index: Int) -> String { "+1555010190\(index % interrupters.count)" }

    private var agent: String {
        // Words over a greeting are no interruption: where those are measured it is too short for any.
        let greeting =
            measure == .answers
            ? "Hello. This is an automated call that measures answers. Are you ready?" : "Hello. Are you ready?"
        return """
            agent: turn
            name: Turn bench
            numbers: ["+15550000100"]
            greeting: "\(greeting)"
            goodbye: "Goodbye."
            instructions: "Ask."
            disclosure: {enabled: false}
            answering: {detect: false}
            settings: {max_duration_s: 300, record: true}
            """
    }

    func run() async throws {
        for await port in ports.cancelOnGracefulShutdown() {
            let client = APIClient(base: "http://127.0.0.1:\(port)", key: key)
            _ = try await client.post("/v1/agents", body: Data(agent.utf8), type: "application/yaml")
            report(try await figures(client))
            return
        }
    }

    private func figures(_ client: APIClient) async throws -> Figures {
        let before = try lab.account().recordings.count
        var placed: [String] = []
        for index in 0..<calls {
            let number = measure == .answers ? Self.confirms : Self.interrupter(index)
            let body = try JSONEncoder().encode(["agent": "turn", "to": number])
            let call = try CallDocument(apiJSON: try await client.post("/v1/calls", body: body))
            placed.append(call.id)
            // So that they do not all speak at once.
            try await ContinuousClock().sleep(for: .milliseconds(370))
        }
        var figures = Figures()
        if measure == .answers { try await measureCPU(&figures) }
        for call in placed { try await client.events(of: call, after: 0) { _ in true } }
        let decoder = JSONDecoder()
        decoder.keyDecodingStrategy = .convertFromSnakeCase
        var turns: [Int: [Turn]] = [:]
        for (index, call) in placed.enumerated() {
            let document = try decoder.decode(Ended.self, from: try await client.get("/v1/calls/\(call)"))
            turns[index] = document.conversation?.turns ?? []
            if document.status == "completed" { figures.calls += 1 }
        }
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

    /// What ten seconds cost in which every call is up.
    private func measureCPU(_ figures: inout Figures) async throws {
        let clock = ContinuousClock()
        try await clock.sleep(for: .seconds(5))
        let (start, before, all) = (clock.now, media.statistics, MediaBenchmark.processCPU)
        try await clock.sleep(for: .seconds(10))
        let (after, cpu) = (media.statistics, MediaBenchmark.processCPU - all)
        guard before.liveStreams == calls, after.liveStreams == calls else { return }
        let callSeconds = (clock.now - start) / .seconds(1) * Double(calls)
        let ofMedia = after.mediaCPU + after.pumpCPU - before.mediaCPU - before.pumpCPU
        figures.cpu = cpu / .milliseconds(1) / callSeconds
        figures.conversationCPU = (cpu - ofMedia) / .milliseconds(1) / callSeconds
    }

    private struct Ended: Decodable {
        struct Conversation: Decodable { let turns: [Turn]? }
        let status: String
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
