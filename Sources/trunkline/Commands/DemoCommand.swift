import ArgumentParser
import Calls
import Engine
import Foundation
import Logging
import Metrics
import ServiceLifecycle
import Storage
import WebAPI

struct DemoCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "demo",
        abstract: "Starts a server with the phone lab, places one call through the API and shows it live.",
        discussion: """
            Nothing leaves this machine. Run it where Examples/ is, or name an agent file:
              trunkline demo
              trunkline demo --agent-file my-agent.yaml --to +15550100002

            Exit status: that of 'trunkline call --follow'.
            """
    )

    @Option(help: ArgumentHelp("Who talks.", valueName: "file"))
    var agentFile = "Examples/agents/appointment-reminder.yaml"

    @Option(help: ArgumentHelp("Whom to call in the phone lab; docs/lab.md lists the numbers.", valueName: "number"))
    var to = "+15550100001"

    @Option(
        name: .customLong("var"),
        help: ArgumentHelp("A value for one of the agent's {{variables}}. May be repeated.", valueName: "name=value")
    )
    var variables = ["name=Maria", "day=Thursday", "time=three"]

    @Option(
        help: ArgumentHelp("Where database and recording go. [default: a new temporary one]", valueName: "directory")
    )
    var dataDir: String?

    func run() async throws {
        guard let agent = try? String(contentsOfFile: agentFile, encoding: .utf8) else {
            throw Complaint("Cannot read \(agentFile): run this in the repository, or name a file with --agent-file")
        }
        var settings = Settings()
        settings.dataDirectory =
            dataDir
            ?? FileManager.default.temporaryDirectory.appending(
                path: "trunkline-demo-\(ProcessInfo.processInfo.processIdentifier)"
            ).path
        // Free ports: another server may be running.
        settings.http.port = 0
        settings.sip.port = 0
        settings.lab.port = 0
        settings.log.level = "error"
        settings.log.format.bootstrap(level: settings.log.level)
        let metrics = PrometheusMetrics()
        MetricsSystem.bootstrap(metrics)
        let logger = Logger(label: "trunkline")
        let terminal = Terminal.standard

        terminal.note("Starting the server and the phone lab …")
        try FileManager.default.createDirectory(atPath: settings.dataDirectory, withIntermediateDirectories: true)
        let database = try SQLiteDatabase.file(at: settings.databasePath)
        try await database.migrate()
        try await CallEngine.prepare(database)
        let (_, secret) = try await KeyControl(store: KeyStore(database))
            .create(name: "demo", mode: .test, project: Project.first)
        let parts = try await CallingParts.make(settings, logger: logger)
        let server = Server(settings: settings, metrics: metrics, logger: logger)

        let (ports, listening) = AsyncStream.makeStream(of: Int.self)
        let (statuses, ended) = AsyncStream.makeStream(of: ExitCode.self)
        let placed = DemoCall(
            ports: ports,
            key: secret,
            ended: ended,
            terminal: terminal,
            agent: agent,
            to: to,
            variables: try CallCommand.values(variables),
            recordings: settings.recordingsDirectory
        )

        try await server.run(on: database, calling: parts, guest: placed) { port in listening.yield(port) }
        ended.finish()
        for await status in statuses { throw status }
        throw ExitCode(1)
    }
}

/// The demo's one call, through the API as a customer places it.
private struct DemoCall: Service {
    /// The one that the API listens on, once it does.
    let ports: AsyncStream<Int>
    let key: String
    /// Told how the call went.
    let ended: AsyncStream<ExitCode>.Continuation
    let terminal: Terminal
    /// An agent file.
    let agent: String
    let to: String
    let variables: [String: JSONValue]
    let recordings: String

    /// Places the call and follows it; Ctrl-C leaves it to the server, which says goodbye.
    func run() async throws {
        for await port in ports.cancelOnGracefulShutdown() {
            ended.yield(try await follow(APIClient(base: "http://127.0.0.1:\(port)", key: key)))
            return
        }
    }

    private func follow(_ client: APIClient) async throws -> ExitCode {
        let applied = try JSONDecoder().decode(
            JSONValue.self,
            from: try await client.post("/v1/agents", body: Data(agent.utf8), type: "application/yaml")
        )
        guard case .object(let agent) = applied, case .string(let slug)? = agent["slug"] else {
            throw Complaint("The server's answer to the agent was not understood")
        }
        terminal.note("Placing a call to \(to) with agent \(slug), through \(client.base)/v1/calls")
        let body: [String: JSONValue] = [
            "agent": .string(slug), "to": .string(to), "variables": .object(variables),
        ]
        let placed = try CallDocument(
            apiJSON: try await client.post("/v1/calls", body: try JSONEncoder().encode(JSONValue.object(body)))
        )
        try await CallFollower(client: client, terminal: terminal).follow(placed.id)
        let call = try CallDocument(apiJSON: try await client.get("/v1/calls/\(placed.id)"))
        let transcript = try TranscriptDocument(apiJSON: try await client.get("/v1/calls/\(call.id)/transcript"))
        let recording = call.recordingUrl.map { _ in "\(recordings)/\(call.id).wav" }
        let report = CallReport(call: call, transcript: transcript.data, recording: recording, terminal: terminal)
        terminal.note("")
        for line in report.lines() { terminal.result(line) }
        return CallExit(status: call.status).code
    }
}
