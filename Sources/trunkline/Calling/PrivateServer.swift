import Calls
import Engine
import Foundation
import Logging
import Metrics
import PhoneLab
import ServiceLifecycle
import Storage
import WebAPI

/// A server of a command's own, on free ports and with a database of its own, whose only network is the phone lab in the same process: for
/// commands that place calls to show or to try something.
struct PrivateServer: Sendable {
    /// What the command is called. Its key and its directory are called so too.
    let name: String
    let settings: Settings
    /// They join those of the lab.
    var persons: [PersonScript] = []
    /// So do they.
    var personas: [Persona] = []

    /// Takes models, voices and recognisers from `settings`, and from nowhere how calls leave this machine: they do not. Without a `directory` it
    /// is a new temporary one.
    init(_ name: String, settings: Settings = Settings(), directory: String? = nil) {
        var settings = settings
        settings.dataDirectory =
            directory
            ?? FileManager.default.temporaryDirectory.appending(
                path: "trunkline-\(name)-\(ProcessInfo.processInfo.processIdentifier)"
            ).path
        settings.database = nil
        // Free ports: another server may be running.
        settings.http.port = 0
        settings.http.host = "127.0.0.1"
        settings.http.hosts = [:]
        settings.sip.port = 0
        settings.sip.address = "127.0.0.1"
        settings.lab.port = 0
        settings.lab.isEnabled = true
        settings.trunks = []
        settings.calls.liveTrunk = nil
        settings.log.level = "error"
        self.name = name
        self.settings = settings
    }

    /// Serves while `work` lasts, and gives what it returns. Ctrl-C ends the work and drains. Once in a process.
    func run<Result: Sendable>(
        _ work: @escaping @Sendable (APIClient, CallingParts) async throws -> Result
    ) async throws -> Result {
        settings.log.format.bootstrap(level: settings.log.level)
        let metrics = PrometheusMetrics()
        MetricsSystem.bootstrap(metrics)
        // After the bootstrap: one made before it logs everything.
        let logger = Logger(label: "trunkline")
        let (database, secret) = try await settings.makeDatabase(keyed: name)
        let parts = try await CallingParts.make(settings, persons: persons, personas: personas, logger: logger)
        let (ports, listening) = AsyncStream.makeStream(of: Int.self)
        let (results, ended) = AsyncStream.makeStream(of: Result.self)
        let guest = Guest(ports: ports) { port in
            ended.yield(try await work(APIClient(base: "http://127.0.0.1:\(port)", key: secret), parts))
        }
        try await Server(settings: settings, metrics: metrics, logger: logger)
            .run(on: database, calling: parts, guest: guest) { port in listening.yield(port) }
        ended.finish()
        for await result in results { return result }
        throw Complaint("Stopped before it was done")
    }
}

extension Settings {
    /// A new database in the data directory, and a key for test calls in it.
    func makeDatabase(keyed name: String) async throws -> (SQLiteDatabase, key: String) {
        try FileManager.default.createDirectory(atPath: dataDirectory, withIntermediateDirectories: true)
        let database = try SQLiteDatabase.file(at: databasePath)
        try await database.migrate()
        try await CallEngine.prepare(database)
        let (_, secret) = try await KeyControl(store: KeyStore(database))
            .create(name: name, mode: .test, project: Project.first)
        return (database, secret)
    }
}

private struct Guest: Service {
    /// The one that the API listens on, once it does.
    let ports: AsyncStream<Int>
    let work: @Sendable (Int) async throws -> Void

    /// Ctrl-C leaves the calls to the server, which says goodbye.
    func run() async throws {
        for await port in ports.cancelOnGracefulShutdown() { return try await work(port) }
    }
}
