import FoundationEssentials
import Yams

/// One item of a list in the configuration file, read value by value; everything wrong with it is noted, with its place.
struct SettingsItem {
    /// As in `models[0]`.
    let key: String
    let node: Node
    private let mapping: Node.Mapping
    private let source: (Node) -> String
    private let environment: [String: String]
    private(set) var problems: [SettingsProblem] = []

    /// Nil, and a problem in `problems`, if `node` holds no keys and values. Keys that are none of `fields` are problems too.
    init?(
        _ node: Node,
        key: String,
        fields: [String],
        file: SettingsFile,
        environment: [String: String] = [:],
        problems: inout [SettingsProblem]
    ) {
        let source = { (node: Node) in file.source(line: node.mark?.line ?? 0) }
        guard let mapping = node.mapping else {
            let message = "expected the keys \(fields.joined(separator: ", "))"
            problems.append(SettingsProblem(key: key, message: message, source: source(node)))
            return nil
        }
        self.key = key
        self.node = node
        self.mapping = mapping
        self.source = source
        self.environment = environment
        for (name, value) in mapping {
            guard let name = name.string, !fields.contains(name) else { continue }
            let hint = nearest(to: name, among: fields).map { "did you mean \($0)?" }
            report(name, "there is no such key; \(hint ?? fields.joined(separator: ", "))", value)
        }
    }

    func has(_ name: String) -> Bool { mapping[name].map { !$0.isNull } ?? false }

    /// Nil if it is not given, and, which is a problem, if `parse` refuses it.
    mutating func value<Value>(_ name: String, _ accepted: String, _ parse: (String) -> Value?) -> Value? {
        guard let node = mapping[name], !node.isNull else { return nil }
        guard let text = node.scalar?.string, let value = parse(text) else {
            report(name, "expected \(accepted), got '\(node.scalar?.string ?? "")'", node)
            return nil
        }
        return value
    }

    /// One line of text.
    mutating func word(_ name: String, _ accepted: String = "a word") -> String? {
        value(name, accepted) { $0.isEmpty || $0.contains(where: \.isNewline) ? nil : $0 }
    }

    /// A list of words; one word is a list of one.
    mutating func words(_ name: String) -> [String] {
        guard let node = mapping[name], !node.isNull else { return [] }
        if let items = node.sequence, items.allSatisfy({ $0.scalar != nil }) {
            return items.compactMap(\.scalar?.string)
        }
        if let word = node.scalar?.string { return [word] }
        report(name, "expected a list of words", node)
        return []
    }

    /// From a variable of the environment, or from a file of its own (as container secrets are); never from the configuration itself.
    mutating func secret(variable: String, file: String) -> Secret? {
        let (name, path) = (word(variable, "the name of a variable"), word(file, "the path of a file"))
        if name != nil, path != nil {
            report(nil, "give one of \(variable), \(file)")
            return nil
        }
        if let name {
            guard let text = environment[name], !text.isEmpty else {
                report(variable, "the environment has no variable \(name)")
                return nil
            }
            return Secret(text)
        }
        guard let path else { return nil }
        guard let data = FileManager.default.contents(atPath: path) else {
            report(file, "cannot read \(path)")
            return nil
        }
        return Secret(String(decoding: data, as: UTF8.self).filter { !$0.isWhitespace })
    }

    /// Every one of `names` has to be given.
    mutating func require(_ names: [String]) {
        for name in names where !has(name) { report(name, "required") }
    }

    mutating func report(_ name: String?, _ message: String, _ place: Node? = nil) {
        problems.append(
            SettingsProblem(
                key: name.map { "\(key).\($0)" } ?? key,
                message: message,
                source: source(place ?? node)
            )
        )
    }
}
