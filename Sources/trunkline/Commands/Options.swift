import ArgumentParser
import Foundation

/// How the server is reached. For commands that talk to one that runs.
struct ServerOptions: ParsableArguments {
    @Option(help: "The server. [environment: TRUNKLINE_URL; default: this machine's, by its http.host and http.port]")
    var url: String?

    @Option(help: "An API key, sk_test_… or sk_live_… [environment: TRUNKLINE_API_KEY]")
    var key: String?

    func client() throws -> APIClient {
        let environment = ProcessInfo.processInfo.environment
        guard let key = key ?? environment["TRUNKLINE_API_KEY"], !key.isEmpty else {
            throw Complaint(
                "There is no API key: make one with 'trunkline keys create', and give it with --key or TRUNKLINE_API_KEY"
            )
        }
        var base = url ?? environment["TRUNKLINE_URL"] ?? Settings.serverURL(environment: environment)
        while base.hasSuffix("/") { base.removeLast() }
        return APIClient(base: base, key: key)
    }
}

/// Where the configuration comes from. For commands that work on this machine's server or its data.
struct SettingsOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "The configuration file, YAML or JSON. [environment: TRUNKLINE_CONFIG; default: ./trunkline.yaml, if it exists]",
            valueName: "file"
        )
    )
    var config: String?

    @Option(
        name: .customLong("set"),
        help: ArgumentHelp(
            "Sets one key, like http.port=9000. May be repeated; 'trunkline config' lists the keys.",
            valueName: "key=value"
        )
    )
    var assignments: [String] = []

    @Option(
        help: ArgumentHelp(
            "Where the database and the recordings are. Short for --set data_dir=…",
            valueName: "directory"
        )
    )
    var dataDir: String?

    /// The configuration in force. `shortcuts` are flags of the command's own.
    func load(_ shortcuts: [SettingsKey: SettingsFlag] = [:]) throws -> LoadedSettings {
        var flags: [SettingsKey: SettingsFlag] = [:]
        var problems: [SettingsProblem] = []
        for assignment in assignments {
            let parts = assignment.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(
                String.init
            )
            guard parts.count == 2, let key = SettingsKey.named(parts[0]) else {
                let hint = nearest(to: parts[0], among: SettingsKey.allCases.map(\.rawValue)).map {
                    "did you mean \($0)?"
                }
                let message = parts.count == 2 ? "there is no such key" : "expected key=value"
                problems.append(
                    SettingsProblem(
                        key: parts[0],
                        message: [message, hint].compactMap(\.self).joined(separator: "; "),
                        source: "--set"
                    )
                )
                continue
            }
            flags[key] = SettingsFlag(value: parts[1], flag: "--set \(parts[0])")
        }
        guard problems.isEmpty else { throw SettingsError(problems: problems) }
        if let dataDir { flags[.dataDirectory] = SettingsFlag(value: dataDir, flag: "--data-dir") }
        flags.merge(shortcuts) { $1 }
        return try Settings.load(flags: flags, path: config)
    }
}

/// One sentence for the person at the keyboard: what is wrong and what to do next.
struct Complaint: Error, CustomStringConvertible {
    let description: String

    init(_ description: String) {
        self.description = description
    }
}
