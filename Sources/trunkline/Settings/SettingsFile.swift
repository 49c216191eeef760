import Yams

/// The configuration file: YAML, of which JSON is a part. Read whole, so that every key we do not know is found and named.
///
/// swift-configuration's own file providers refuse lists of objects, which `trunks` is, and pass over unknown keys.
struct SettingsFile {
    /// A value as it was written, and where.
    struct Entry: Hashable {
        var text: String
        var line: Int
    }

    let path: String
    private(set) var values: [SettingsKey: Entry] = [:]
    private(set) var trunks: Node.Sequence?
    private(set) var rates: Node.Sequence?
    private(set) var recognizers: Node.Sequence?
    private(set) var voices: Node.Sequence?
    private(set) var models: Node.Sequence?
    private(set) var secrets: Node.Sequence?
    private(set) var problems: [SettingsProblem] = []

    init(path: String, text: String) {
        self.path = path
        do {
            guard let root = try Yams.compose(yaml: text) else { return }
            guard let mapping = root.mapping else {
                report("", "expected keys and values, like 'http:' with 'port: 8080' below it", root)
                return
            }
            read(mapping, below: "")
        } catch {
            problems.append(SettingsProblem(key: "", message: "not readable as YAML: \(error)", source: path))
        }
    }

    func source(line: Int) -> String { "\(path) line \(line)" }

    private mutating func read(_ mapping: Node.Mapping, below prefix: String) {
        for (name, value) in mapping {
            guard let name = name.string else { continue }
            let key = prefix + name
            if key == SettingsKey.trunks {
                trunks = value.sequence
                if value.sequence == nil {
                    report(key, "expected a list of trunks, each beginning with '- name:'", value)
                }
            } else if key == SettingsKey.rates {
                rates = value.sequence
                if value.sequence == nil {
                    report(key, "expected a list of rates, each beginning with '- prefix:'", value)
                }
            } else if key == SettingsKey.recognizers {
                recognizers = value.sequence
                if value.sequence == nil {
                    report(key, "expected a list of recognisers, each beginning with '- name:'", value)
                }
            } else if key == SettingsKey.voices {
                voices = value.sequence
                if value.sequence == nil {
                    report(key, "expected a list of voices, each beginning with '- name:'", value)
                }
            } else if key == SettingsKey.models {
                models = value.sequence
                if value.sequence == nil {
                    report(key, "expected a list of models, each beginning with '- url:'", value)
                }
            } else if key == SettingsKey.secrets {
                secrets = value.sequence
                if value.sequence == nil {
                    report(key, "expected a list of secrets, each beginning with '- name:'", value)
                }
            } else if let known = SettingsKey.named(key) {
                take(known, value)
            } else if SettingsKey.names.contains(where: { $0.hasPrefix(key + ".") }) {
                if let inner = value.mapping {
                    read(inner, below: key + ".")
                } else if !value.isNull {
                    report(key, "expected keys below it: \(Self.keys(below: key))", value)
                }
            } else {
                let hint = nearest(to: key, among: SettingsKey.names).map { "did you mean \($0)?" }
                report(
                    key,
                    "there is no such key; \(hint ?? "the keys are \(SettingsKey.names.joined(separator: ", "))")",
                    value
                )
            }
        }
    }

    private mutating func take(_ key: SettingsKey, _ value: Node) {
        guard !value.isNull else { return }
        guard let text = value.scalar?.string ?? (key == .httpHosts ? value.pairs : nil) else {
            return report(key.rawValue, "expected \(key.accepted)", value)
        }
        values[key] = Entry(text: text, line: value.mark?.line ?? 0)
    }

    private mutating func report(_ key: String, _ message: String, _ node: Node) {
        problems.append(SettingsProblem(key: key, message: message, source: source(line: node.mark?.line ?? 0)))
    }

    private static func keys(below prefix: String) -> String {
        SettingsKey.names.filter { $0.hasPrefix(prefix + ".") }.joined(separator: ", ")
    }
}

extension Node {
    /// An empty value, `~` or `null`.
    var isNull: Bool {
        scalar.map { $0.style == .plain && ["", "~", "null", "Null", "NULL"].contains($0.string) } ?? false
    }
    /// A mapping of words as one text: `a=b, c=d`. Nil for anything else.
    fileprivate var pairs: String? {
        guard let mapping else { return nil }
        let pairs = mapping.compactMap { name, value in
            name.scalar.flatMap { name in value.scalar.map { "\(name.string)=\($0.string)" } }
        }
        return pairs.count == mapping.count ? pairs.joined(separator: ", ") : nil
    }
}
