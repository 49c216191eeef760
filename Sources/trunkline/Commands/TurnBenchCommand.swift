import ArgumentParser
import Conversation
import Foundation
import Logging
import Media
import Metrics
import Speech
import Synchronization
import WebAPI

struct TurnBenchCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "turn",
        abstract: "Measures how soon an agent answers, and how soon it stops when it is interrupted.",
        discussion: """
            A recogniser, a model and a voice that always take the same time (100, 200 and 80 ms) hold calls with the phone lab, a process of its own, whose
            recordings are measured. What is left of a gap is the program's.
            """
    )

    // Not --calls, which 'bench' itself takes, also behind the name of this command.
    @Option(help: ArgumentHelp("Calls that are up at once in each measurement.", valueName: "number"))
    var atOnce = 20

    @Option(help: ArgumentHelp("Answers in each call.", valueName: "number"))
    var turns = 12

    @Option(
        help: ArgumentHelp(
            "Leave figures.txt and call.wav, a call's two sides, in this directory, for a comparison.",
            valueName: "directory"
        )
    )
    var keep: String?

    func validate() throws {
        guard (1...500).contains(atOnce) else { throw ValidationError("--at-once takes 1 to 500.") }
        guard (1...100).contains(turns) else { throw ValidationError("--turns takes 1 to 100.") }
    }

    func run() async throws {
        let terminal = Terminal.standard
        Settings().log.format.bootstrap(level: "error")
        let metrics = PrometheusMetrics()
        MetricsSystem.bootstrap(metrics)
        let question = "And is the next one right for you as well?"
        var stages = FixedStages(turns: turns, tellsPartials: false, limits: TalkLimits(), line: question)
        stages.limits.speculates = false
        terminal.note("\(atOnce) calls of \(turns) answers, one stage after the other …")
        let plain = try await measure(.answers, stages, metrics)
        stages.limits.speculates = true
        stages.tellsPartials = true
        terminal.note("The same with a recogniser that tells words while they are said …")
        let ahead = try await measure(.answers, stages, metrics)
        terminal.note("Calls that are interrupted …")
        stages.turns = 4
        stages.line =
            "I have a long list to read to you now and it goes on and on without an end so that you can break in whenever you like."
        let cut = try await measure(.interruptions, stages, metrics)

        terminal.result(
            "Engine overhead      \(Percentiles(plain.overheads).text) ms (\(plain.overheads.count) answers; goal p50 40, p99 60)"
        )
        terminal.result(
            "  voice to voice     \(Percentiles(plain.gaps).text) ms, \(FixedStages.total) of them the stages, one after the other"
        )
        terminal.result("  on our record      \(words(for: plain.parts))")
        terminal.result(
            "Voice to voice       \(Percentiles(ahead.gaps).text) ms (\(ahead.gaps.count) answers; goal p50 450), work begun before the turn is over"
        )
        terminal.result("  on our record      \(words(for: ahead.parts))")
        if let keep {
            let overhead = Percentiles(plain.overheads)
            let text = """
                cpu_ms_per_second=\(plain.conversationCPU.map { digits($0, 3) } ?? "")
                overhead_p50_ms=\(digits(overhead.p50, 1))
                overhead_p99_ms=\(digits(overhead.p99, 1))

                """
            try text.write(toFile: "\(keep)/figures.txt", atomically: true, encoding: .utf8)
        }
        let sorted = cut.gaps.sorted()
        let p95 = sorted.isEmpty ? 0 : sorted[min(sorted.count - 1, sorted.count * 95 / 100)]
        terminal.result(
            "Interruption to silence  \(Percentiles(cut.gaps).text), p95 \(digits(p95, 0)) ms (\(cut.gaps.count) interruptions; goal p95 250)"
        )
        terminal.result(
            "CPU                  \(text(plain.conversationCPU)) ms per second of a call, \(text(ahead.conversationCPU)) with work ahead (goal 3); with the media threads \(text(plain.cpu)) and \(text(ahead.cpu))"
        )
        terminal.result("End-of-turn decision \(digits(try await decisionCost(), 3)) ms of CPU (goal 5)")
        terminal.result("\(plain.calls + ahead.calls + cut.calls) of \(3 * atOnce) calls ended as they should")
    }

    private func text(_ cpu: Double?) -> String { cpu.map { digits($0, 2) } ?? "unknown (raise --turns)" }

    /// On a sentence of the embedded voice, in ms.
    private func decisionCost() async throws -> Double {
        let speech = try await EmbeddedSpeech().synthesizer.render(
            "I would like to come on Thursday, if that is all right with you.",
            voice: "slt"
        )
        return EndOfTurnBenchmark.millisecondsPerDecision(speech) { MediaBenchmark.processCPU }
    }

    private func words(for parts: [(name: String, ms: Double)]) -> String {
        parts.map { "\($0.name) \(digits($0.ms, 0))" }.joined(separator: ", ") + " ms (medians)"
    }

    private func measure(
        _ measure: TurnBench.Measure,
        _ stages: FixedStages,
        _ metrics: PrometheusMetrics
    ) async throws -> TurnBench.Figures {
        var settings = Settings.ofBench(channels: atOnce + 2)
        defer { try? FileManager.default.removeItem(atPath: settings.dataDirectory) }
        let logger = Logger(label: "trunkline")
        let (database, secret) = try await settings.makeDatabase(keyed: "bench")
        let persons = "\(settings.dataDirectory)/persons"
        try TurnBench.writeInterrupters(into: persons)
        let lab = try await LabProcess(directory: settings.dataDirectory, records: true, persons: persons)
        defer { lab.stop() }
        settings.lab.port = lab.port
        let parts = try await CallingParts.make(settings, stages: stages, logger: logger)
        let (ports, listening) = AsyncStream.makeStream(of: Int.self)
        let found = Mutex(TurnBench.Figures())
        let bench = TurnBench(
            measure: measure,
            calls: atOnce,
            directory: settings.dataDirectory,
            lab: lab,
            media: parts.media,
            ports: ports,
            key: secret,
            terminal: .standard,
            keep: keep,
            report: { figures in found.withLock { $0 = figures } }
        )
        let server = Server(settings: settings, metrics: metrics, logger: logger)
        try await server.run(on: database, calling: parts, guest: bench) { port in listening.yield(port) }
        return found.withLock(\.self)
    }
}
