import Foundation
import Testing

/// What the conformance tests of a door stand on: the server as a user runs it, a phone lab in a process of its own that keeps a ledger, and a receiver of
/// webhooks.
struct DoorRig: Sendable {
    let server: Server
    let receiver: Receiver
    /// What the lab, which is the other side, says about the calls.
    let ledger: LabReading
    /// The server's data.
    let directory: String

    /// Runs all of it for as long as `body` does. `settings` are environment variables of the server; the lab keeps recordings of its own if
    /// it `recordsLab`.
    static func run(
        settings: [String: String] = [:],
        recordsLab: Bool = false,
        _ body: @Sendable (DoorRig) async throws -> Void
    ) async throws {
        let directory = try TemporaryDirectory()
        let ledger = directory.path + "/lab.jsonl"
        let labPort = "\(try freePort())"
        let recordings = recordsLab ? ["--recordings", directory.path + "/lab"] : []
        let lab = try Program(["lab", "--ledger", ledger] + recordings, environment: ["TRUNKLINE_LAB_PORT": labPort])
        defer { lab.signal(SIGKILL) }
        try await lab.read(until: "Listening")
        let base = [
            "TRUNKLINE_LAB_ENABLED": "false",
            "TRUNKLINE_LAB_PORT": labPort,
            // The receiver stands on loopback.
            "TRUNKLINE_WEBHOOKS_ALLOW_PRIVATE": "true",
            // What is still up when the tests are over need not end by itself.
            "TRUNKLINE_CALLS_DRAIN": "0",
        ]
        let server = try await Server.start(in: directory.path, environment: base.merging(settings) { $1 })
        defer { server.program.signal(SIGKILL) }
        try await Receiver.serve { receiver in
            let rig = DoorRig(
                server: server,
                receiver: receiver,
                ledger: LabReading(path: ledger),
                directory: directory.path
            )
            try await body(rig)
            // Also those that are not delivered: the receiver is still there to take them.
            #expect(await server.stop() == 0)
        }
    }

    /// Runs one of `Examples/clients` as a customer would, and returns what it printed.
    func example(_ path: String, _ arguments: [String], environment: [String: String]) async throws -> String {
        let file = URL(fileURLWithPath: #filePath).appending(path: "../../../../Examples/clients/\(path)").standardized
        let (output, status) = try await Program.run(arguments, environment: environment, executable: file.path)
        try #require(status == 0, "\(path): \(output)")
        return output
    }

    /// Makes a project, which sees nothing of the others, and returns a test key of it.
    func key(ofNewProject name: String) async throws -> String {
        _ = try await command(["projects", "create", name])
        let output = try await command(["keys", "create", "--mode", "test", "--project", name])
        return String(try #require(output.split(whereSeparator: \.isWhitespace).last { $0.hasPrefix("sk_test_") }))
    }

    /// Runs a command of the program as a client of the server, and returns what it printed.
    func client(_ arguments: [String]) async throws -> String {
        let (output, status) = try await Program.run(
            arguments,
            environment: ["TRUNKLINE_URL": server.url, "TRUNKLINE_API_KEY": server.key]
        )
        try #require(status == 0, "trunkline \(arguments.joined(separator: " ")): \(output)")
        return output
    }

    /// Runs a command of the program on the server's database, and returns what it printed.
    func command(_ arguments: [String]) async throws -> String {
        let (output, status) = try await Program.run(arguments, environment: ["TRUNKLINE_DATA_DIR": directory])
        try #require(status == 0, "trunkline \(arguments.joined(separator: " ")): \(output)")
        return output
    }
}
