/// Why the configuration cannot be used: each problem names the key, the value and what is accepted.
struct SettingsError: Error, Hashable, CustomStringConvertible {
    var problems: [SettingsProblem]

    var description: String {
        let lines = problems.map { "  \($0)" }.joined(separator: "\n")
        let noun = problems.count == 1 ? "is a problem" : "are \(problems.count) problems"
        return
            "There \(noun) in the configuration:\n\(lines)\nRun 'trunkline config' to see every key and what it accepts."
    }
}

struct SettingsProblem: Hashable, CustomStringConvertible {
    /// `http.port`; empty if it is not about one key.
    var key: String
    var message: String
    /// Where the value stands: `--set`, `TRUNKLINE_HTTP_PORT`, `trunkline.yaml line 3`.
    var source: String

    var description: String {
        let subject = key.isEmpty ? "" : "\(key): "
        return source.isEmpty ? "\(subject)\(message)" : "\(subject)\(message) (from \(source))"
    }
}
