import Foundation

/// A phone lab in a process of its own, which outlives the servers that are killed beside it, and a directory that they share one after another.
struct KillRig {
    let lab: Program
    /// The lab's account of what reached it.
    let ledger: String
    private let directory: TemporaryDirectory
    private let settings: [String: String]

    init() async throws {
        directory = try TemporaryDirectory()
        ledger = directory.path + "/lab.jsonl"
        let port = "\(try freePort())"
        lab = try Program(["lab", "--ledger", ledger], environment: ["TRUNKLINE_LAB_PORT": port])
        try await lab.read(until: "Listening")
        settings = [
            "TRUNKLINE_LAB_ENABLED": "false",
            "TRUNKLINE_LAB_PORT": port,
            "TRUNKLINE_SIP_PORT": "\(try freePort())",
            "TRUNKLINE_CALLS_CHANNELS": "200",
        ]
    }

    /// The next server on the same data.
    func server() async throws -> Server {
        try await Server.start(in: directory.path, environment: settings)
    }
}
