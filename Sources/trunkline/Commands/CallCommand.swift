import ArgumentParser
import Calls
import Foundation

struct CallCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "call",
        abstract: "Places a call.",
        discussion: """
            Examples:
              trunkline call +15550100001 --agent appointment-reminder --follow
              trunkline call +15550100001 --agent appointment-reminder --var name=Ada --var day=friday
              trunkline call +15550100001 --agent appointment-reminder --follow --json | jq .result

            Exit status with --follow:
              0  the conversation took place (status completed)
              2  not reached: no_answer, busy, rejected, voicemail, screened, invalid_number
              3  the network failed: carrier_error, caller_id_rejected
              4  never dialed: canceled, blocked, expired
              5  internal_error
              1  the call could not be placed or followed; 64 for wrong arguments
            Without --follow: 0 once the server has taken the call.
            """
    )

    @Argument(help: ArgumentHelp("Whom to call: E.164, like +15550100001.", valueName: "number"))
    var destination: String

    @Option(help: ArgumentHelp("Who talks: an agent's slug or id.", valueName: "agent"))
    var agent: String

    @Option(
        name: .customLong("var"),
        help: ArgumentHelp("A value for one of the agent's {{variables}}. May be repeated.", valueName: "name=value")
    )
    var variables: [String] = []

    @Option(
        name: .customLong("fault"),
        help: ArgumentHelp(
            "What goes wrong on purpose in a test call, like llm_error=first. May be repeated; docs/evaluation.md lists them.",
            valueName: "name=value"
        )
    )
    var faults: [String] = []

    @Option(
        help: ArgumentHelp("The number the callee sees: one of the agent's. [default: its first]", valueName: "number")
    )
    var from: String?

    @Flag(help: "Show the call as it happens, then how it went.")
    var follow = false

    @Option(help: ArgumentHelp("With --follow: save the recording here.", valueName: "file"))
    var recording: String?

    @Flag(help: "Print the call as JSON.")
    var json = false

    @OptionGroup var server: ServerOptions

    func validate() throws {
        guard PhoneNumber(destination) != nil else {
            throw ValidationError("'\(destination)' is not a number in E.164 format, like +15550100001")
        }
        guard recording == nil || follow else {
            throw ValidationError("--recording needs --follow: a recording exists when the call is over")
        }
        _ = try Self.values(variables)
        _ = try Self.faults(faults)
    }

    func run() async throws {
        let terminal = Terminal.standard
        let client = try server.client()
        let placed = try CallDocument(apiJSON: try await client.post("/v1/calls", body: try body()))
        terminal.note("Placed \(placed.id): \(placed.from) calls \(placed.to) as \(placed.agent.slug)")
        guard follow else {
            if json {
                terminal.result(try await text(of: placed.id, client))
            } else {
                terminal.result(placed.id)
            }
            return
        }
        try await CallFollower(client: client, terminal: terminal).follow(placed.id)
        let document = try await client.get("/v1/calls/\(placed.id)")
        let call = try CallDocument(apiJSON: document)
        if let recording, call.recordingUrl != nil {
            try await client.download("/v1/calls/\(call.id)/recording", to: recording)
        }
        if json {
            terminal.result(String(decoding: document, as: UTF8.self))
        } else {
            let transcript = try TranscriptDocument(apiJSON: try await client.get("/v1/calls/\(call.id)/transcript"))
            let place = call.recordingUrl.map { recording ?? client.base + $0 }
            let report = CallReport(call: call, transcript: transcript.data, recording: place, terminal: terminal)
            terminal.note("")
            for line in report.lines() { terminal.result(line) }
        }
        throw CallExit(status: call.status).code
    }

    private func text(of call: String, _ client: APIClient) async throws -> String {
        String(decoding: try await client.get("/v1/calls/\(call)"), as: UTF8.self)
    }

    static func values(_ variables: [String]) throws -> [String: JSONValue] {
        try pairs(variables, of: "--var", like: "name=Ada").mapValues(JSONValue.string)
    }

    /// A number where it reads as one; the server knows which it has to be.
    private static func faults(_ faults: [String]) throws -> [String: JSONValue] {
        try pairs(faults, of: "--fault", like: "llm_error=first").mapValues { JSONValue(json: $0) ?? .string($0) }
    }

    /// What came with `option`, by name.
    private static func pairs(_ given: [String], of option: String, like example: String) throws -> [String: String] {
        var values: [String: String] = [:]
        for pair in given {
            let parts = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            guard parts.count == 2, !parts[0].isEmpty else {
                throw ValidationError("\(option) takes name=value, like \(option) \(example); got '\(pair)'")
            }
            values[String(parts[0])] = String(parts[1])
        }
        return values
    }

    private func body() throws -> Data {
        var body: [String: JSONValue] = [
            "agent": .string(agent), "to": .string(destination), "variables": .object(try Self.values(variables)),
        ]
        if !faults.isEmpty { body["faults"] = .object(try Self.faults(faults)) }
        if let from { body["from"] = .string(from) }
        return try JSONEncoder().encode(JSONValue.object(body))
    }
}
