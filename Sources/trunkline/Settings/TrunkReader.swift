import FoundationEssentials
import Yams

/// Reads `trunks` of the configuration file.
struct TrunkReader {
    private static let fields = [
        "name", "uri", "username", "password", "password_env", "password_file", "from_domain", "asserted_identity",
    ]

    let file: SettingsFile
    let environment: [String: String]
    private(set) var problems: [SettingsProblem] = []

    init(file: SettingsFile, environment: [String: String]) {
        self.file = file
        self.environment = environment
    }

    mutating func trunks() -> [Settings.Trunk] {
        var trunks: [Settings.Trunk] = []
        for (index, node) in (file.trunks ?? []).enumerated() {
            guard let trunk = trunk(node, key: "trunks[\(index)]") else { continue }
            if trunks.contains(where: { $0.name == trunk.name }) {
                report("trunks[\(index)].name", "another trunk is named \(trunk.name) already", node)
            }
            trunks.append(trunk)
        }
        return trunks
    }

    private mutating func trunk(_ node: Node, key: String) -> Settings.Trunk? {
        guard let mapping = node.mapping else {
            report(key, "expected the keys \(Self.fields.joined(separator: ", "))", node)
            return nil
        }
        for (name, value) in mapping {
            guard let name = name.string, !Self.fields.contains(name) else { continue }
            let hint = nearest(to: name, among: Self.fields).map { "did you mean \($0)?" }
            report("\(key).\(name)", "there is no such key; \(hint ?? Self.fields.joined(separator: ", "))", value)
        }
        guard let name = text("name", mapping, key), let uri = text("uri", mapping, key) else {
            let missing = mapping["name"] == nil ? "name" : "uri"
            report(
                "\(key).\(missing)",
                "required: \(missing == "name" ? "any word" : "like sip:sip.example.com")",
                node
            )
            return nil
        }
        if name == "lab" { report("\(key).name", "'lab' is the phone lab's own name: choose another", node) }
        if !uri.hasPrefix("sip:") || uri.count < 6 {
            report("\(key).uri", "expected a SIP URI like sip:sip.example.com;transport=tcp, got '\(uri)'", node)
        }
        var trunk = Settings.Trunk(name: name, uri: uri)
        trunk.username = text("username", mapping, key)
        trunk.fromDomain = text("from_domain", mapping, key)
        trunk.password = password(mapping, key, node)
        if (trunk.username == nil) != (trunk.password == nil) {
            report(key, "username and password belong together: give both, or neither", node)
        }
        if let asserted = text("asserted_identity", mapping, key) {
            switch asserted {
            case "true": trunk.assertsIdentity = true
            case "false": trunk.assertsIdentity = false
            default: report("\(key).asserted_identity", "expected true or false, got '\(asserted)'", node)
            }
        }
        return trunk
    }

    /// From the file itself, from a variable of the environment, or from a file of its own (as container secrets are).
    private mutating func password(_ mapping: Node.Mapping, _ key: String, _ node: Node) -> Secret? {
        let given = ["password", "password_env", "password_file"].filter { mapping[$0] != nil }
        guard given.count <= 1 else {
            report(key, "give one of \(given.joined(separator: ", "))", node)
            return nil
        }
        if let variable = text("password_env", mapping, key) {
            guard let value = environment[variable], !value.isEmpty else {
                report("\(key).password_env", "the environment has no variable \(variable)", node)
                return nil
            }
            return Secret(value)
        }
        if let path = text("password_file", mapping, key) {
            guard let data = FileManager.default.contents(atPath: path) else {
                report("\(key).password_file", "cannot read \(path)", node)
                return nil
            }
            return Secret(String(decoding: data, as: UTF8.self).trimmingCharacters(where: \.isNewline))
        }
        return text("password", mapping, key).map(Secret.init)
    }

    private mutating func text(_ name: String, _ mapping: Node.Mapping, _ key: String) -> String? {
        guard let node = mapping[name], !node.isNull else { return nil }
        guard let text = node.scalar?.string else {
            report("\(key).\(name)", "expected a text", node)
            return nil
        }
        return text
    }

    private mutating func report(_ key: String, _ message: String, _ node: Node) {
        problems.append(SettingsProblem(key: key, message: message, source: file.source(line: node.mark?.line ?? 0)))
    }
}

extension String {
    /// Without the characters at both ends that `isTrimmed` names.
    fileprivate func trimmingCharacters(where isTrimmed: (Character) -> Bool) -> String {
        let head = drop(while: isTrimmed)
        return String(head.dropLast(head.reversed().prefix(while: isTrimmed).count))
    }
}
