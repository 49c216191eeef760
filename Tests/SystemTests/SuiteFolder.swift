import Foundation

/// Where `trunkline eval` finds a suite with its agent and its configuration, and leaves its reports.
struct SuiteFolder {
    private let directory: TemporaryDirectory

    /// The texts of the three files. The suite names the agent's file `agent.yaml`.
    init(agent: String, configuration: String, suite: String) throws {
        directory = try TemporaryDirectory()
        for (name, text) in [("agent", agent), ("trunkline", configuration), ("suite", suite)] {
            try text.write(toFile: path("\(name).yaml"), atomically: true, encoding: .utf8)
        }
    }

    /// Returns what was shown, and the exit status.
    func evaluate(environment: [String: String] = [:]) async throws -> (output: String, status: Int32) {
        try await Program.run(
            [
                "eval", path("suite.yaml"), "--config", path("trunkline.yaml"), "--junit", path("eval.xml"),
                "--html", path("eval.html"),
            ],
            environment: environment.merging(["TRUNKLINE_DATA_DIR": path("data")]) { $1 }
        )
    }

    var junit: String { (try? String(contentsOfFile: path("eval.xml"), encoding: .utf8)) ?? "" }
    var html: String { (try? String(contentsOfFile: path("eval.html"), encoding: .utf8)) ?? "" }

    /// Whether the data directory of the configuration was made.
    var hasData: Bool { FileManager.default.fileExists(atPath: path("data")) }

    private func path(_ name: String) -> String { "\(directory.path)/\(name)" }
}
