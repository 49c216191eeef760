import ArgumentParser
import Foundation
import Logging
import Metrics
import NIOCore
import Storage
import WebAPI

struct ServeCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "serve",
        abstract: "Runs the server: API, dispatcher, SIP, media and the phone lab.",
        discussion: """
            Examples:
              trunkline serve
              trunkline serve --port 9000 --data-dir /var/lib/trunkline
              trunkline serve --config /etc/trunkline.yaml --set log.format=json

            SIGTERM or Ctrl-C drains: live calls may finish, up to calls.drain seconds. A second one ends at once.
            """
    )

    @OptionGroup var options: SettingsOptions

    @Option(help: ArgumentHelp("The address the API listens on. Short for --set http.host=…", valueName: "address"))
    var host: String?

    @Option(help: ArgumentHelp("The port the API listens on. Short for --set http.port=…", valueName: "port"))
    var port: String?

    @Option(help: ArgumentHelp("How much is logged: \(LogFormat.levels.joined(separator: ", ")).", valueName: "level"))
    var logLevel: String?

    func run() async throws {
        let loaded = try options.load(shortcuts)
        let settings = loaded.settings
        settings.log.format.bootstrap(level: settings.log.level)
        let metrics = PrometheusMetrics()
        MetricsSystem.bootstrap(metrics)
        let logger = Logger(label: "trunkline")
        for warning in loaded.warnings { logger.warning("Configuration", metadata: ["warning": "\(warning)"]) }

        let database = try SQLiteDatabase.file(at: settings.databasePath)
        try await database.migrate()
        let parts = try await CallingParts.make(settings, logger: logger)
        let server = Server(settings: settings, metrics: metrics, logger: logger)
        do {
            try await server.run(on: database, calling: parts) { port in
                logger.notice("Listening", metadata: ["http.url": "http://\(settings.http.host):\(port)"])
            } onInvitation: { url in
                // Not to the log, which others may read: whoever opens it first is the owner.
                Terminal.standard.note("Open the dashboard, once, to choose the owner's password: \(url)")
            }
        } catch let error as IOError where error.errnoCode == EADDRINUSE {
            throw Complaint(
                "\(settings.http.host):\(settings.http.port) is taken by another program: stop that one, or choose another port with --port"
            )
        } catch let error as IOError where error.errnoCode == EACCES || error.errnoCode == EADDRNOTAVAIL {
            throw Complaint(
                "Cannot listen on \(settings.http.host):\(settings.http.port) (\(error)): choose another address with --host or --port"
            )
        }
    }

    private var shortcuts: [SettingsKey: SettingsFlag] {
        let given: [(SettingsKey, String?, String)] = [
            (.httpHost, host, "--host"), (.httpPort, port, "--port"), (.logLevel, logLevel, "--log-level"),
        ]
        return Dictionary(
            uniqueKeysWithValues: given.compactMap { key, value, flag in
                value.map { (key, SettingsFlag(value: $0, flag: flag)) }
            }
        )
    }
}
