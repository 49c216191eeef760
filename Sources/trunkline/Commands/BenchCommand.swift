import ArgumentParser
import Foundation
import Logging
import Metrics
import WebAPI

struct BenchCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "bench",
        abstract: "Measures this machine: how soon calls dial and greet, and what a call costs.",
        discussion: """
            Starts a server and, as a process of its own, a phone lab; nothing leaves this machine. Each number stands beside the least that the same
            machine needs for the same work, measured in the same run. Wants an idle machine and a release build:
              scripts/bench
              scripts/bench --calls 50 --calls 200 --seconds 10
            """,
        subcommands: [AnswerBenchCommand.self, TurnBenchCommand.self]
    )

    @Option(
        name: .customLong("calls"),
        help: ArgumentHelp(
            "How many calls are up at once. May be repeated. [default: 50, 200, 500]",
            valueName: "number"
        )
    )
    var loads: [Int] = []

    @Option(help: ArgumentHelp("How long each load is measured.", valueName: "s"))
    var seconds = 15

    @Option(
        help: ArgumentHelp(
            "How many calls are placed one after the other to see how soon they dial.",
            valueName: "number"
        )
    )
    var latencyCalls = 200

    func validate() throws {
        guard loads.allSatisfy({ (1...2000).contains($0) }) else { throw ValidationError("--calls takes 1 to 2000.") }
        guard (1...3600).contains(seconds) else { throw ValidationError("--seconds takes 1 to 3600.") }
        guard (1...100_000).contains(latencyCalls) else { throw ValidationError("--latency-calls takes 1 to 100000.") }
    }

    func run() async throws {
        let plan = ServerBench.Plan(
            latencyCalls: latencyCalls,
            loads: loads.isEmpty ? [50, 200, 500] : loads,
            seconds: seconds
        )
        var settings = Settings.ofBench(channels: (plan.loads.max() ?? 0) + 10)
        defer { try? FileManager.default.removeItem(atPath: settings.dataDirectory) }
        settings.log.format.bootstrap(level: settings.log.level)
        let metrics = PrometheusMetrics()
        MetricsSystem.bootstrap(metrics)
        let logger = Logger(label: "trunkline")

        let (database, secret) = try await settings.makeDatabase(keyed: "bench")
        let lab = try await LabProcess(directory: settings.dataDirectory)
        defer { lab.stop() }
        settings.lab.port = lab.port
        let parts = try await CallingParts.make(settings, logger: logger)
        let (ports, listening) = AsyncStream.makeStream(of: Int.self)
        let bench = ServerBench(
            plan: plan,
            directory: settings.dataDirectory,
            lab: lab,
            media: parts.media,
            ports: ports,
            key: secret,
            terminal: .standard
        )
        let server = Server(settings: settings, metrics: metrics, logger: logger)
        try await server.run(on: database, calling: parts, guest: bench) { port in listening.yield(port) }
    }
}

extension Settings {
    /// Those of a server that is measured: on free ports, in a directory of its own, with the phone lab in another process.
    static func ofBench(channels: Int) -> Settings {
        var settings = Settings()
        let name = "trunkline-bench-\(ProcessInfo.processInfo.processIdentifier)-\(UInt32.random(in: 0 ... .max))"
        settings.dataDirectory = FileManager.default.temporaryDirectory.appending(path: name).path
        settings.http.port = 0
        settings.sip.port = 0
        settings.lab.isEnabled = false
        settings.calls.channels = channels
        // After a failure the calls that are up are of no use.
        settings.calls.drain = 0
        settings.log.level = "error"
        return settings
    }
}
