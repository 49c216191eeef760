import ArgumentParser
import Calls
import Foundation

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
        let server = PrivateServer("demo", directory: dataDir)
        let terminal = Terminal.standard
        terminal.note("Starting the server and the phone lab …")
        let call = DemoCall(
            terminal: terminal,
            agent: agent,
            to: to,
            variables: try CallCommand.values(variables),
            recordings: server.settings.recordingsDirectory
        )
        throw try await server.run { client, _ in try await call.follow(client) }
    }
}

/// The demo's one call, through the API as a customer places it.
private struct DemoCall: Sendable {
    let terminal: Terminal
    /// An agent file.
    let agent: String
    let to: String
    let variables: [String: JSONValue]
    let recordings: String

    /// Places the call and follows it. How it went.
    func follow(_ client: APIClient) async throws -> ExitCode {
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
