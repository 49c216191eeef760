import ArgumentParser
import Calls
import Engine
import Foundation
import Logging
import Metrics
import Storage
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
        var settings = Settings()
        settings.dataDirectory =
            FileManager.default.temporaryDirectory.appending(
                path: "trunkline-bench-\(ProcessInfo.processInfo.processIdentifier)"
            ).path
        defer { try? FileManager.default.removeItem(atPath: settings.dataDirectory) }
        settings.http.port = 0
        settings.sip.port = 0
        settings.lab.isEnabled = false
        settings.calls.channels = (plan.loads.max() ?? 0) + 10
        // After a failure the calls that are up are of no use.
        settings.calls.drain = 0
        settings.log.level = "error"
        settings.log.format.bootstrap(level: settings.log.level)
        let metrics = PrometheusMetrics()
        MetricsSystem.bootstrap(metrics)
        let logger = Logger(label: "trunkline")

        try FileManager.default.createDirectory(atPath: settings.dataDirectory, withIntermediateDirectories: true)
        let database = try SQLiteDatabase.file(at: settings.databasePath)
        try await database.migrate()
        try await CallEngine.prepare(database)
        let (_, secret) = try await KeyControl(store: KeyStore(database))
            .create(name: "bench", mode: .test, project: Project.first)
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
