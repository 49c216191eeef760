import Yams

/// Reads `secrets` of the configuration file: what agents may send to some servers without knowing it.
struct SecretReader {
    private static let fields = ["name", "hosts", "env", "file"]

    let file: SettingsFile
    let environment: [String: String]
    private(set) var problems: [SettingsProblem] = []

    init(file: SettingsFile, environment: [String: String]) {
        self.file = file
        self.environment = environment
    }

    mutating func secrets() -> [Settings.NamedSecret] {
        var secrets: [Settings.NamedSecret] = []
        for (index, node) in (file.secrets ?? []).enumerated() {
            guard
                var item = SettingsItem(
                    node,
                    key: "secrets[\(index)]",
                    fields: Self.fields,
                    file: file,
                    environment: environment,
                    problems: &problems
                )
            else { continue }
            item.require(["name", "hosts"])
            let name = item.value("name", "letters, digits, '_' and '-'") { text in
                text.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "_" || $0 == "-") } ? text : nil
            }
            let hosts = item.words("hosts")
            for host in hosts where host.isEmpty || host.contains(where: { "/:@ *".contains($0) }) {
                item.report("hosts", "expected names of hosts like api.example.com, got '\(host)'")
            }
            if !item.has("env"), !item.has("file") { item.report(nil, "give one of env, file") }
            let secret = item.secret(variable: "env", file: "file")
            if let name, secrets.contains(where: { $0.name == name }) {
                item.report("name", "another secret is named \(name) already")
            }
            problems += item.problems
            if let name, let secret { secrets.append(.init(name: name, secret: secret, hosts: hosts)) }
        }
        return secrets
    }
}
