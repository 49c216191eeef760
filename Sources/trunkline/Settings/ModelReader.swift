import Calls
import FoundationEssentials
import Yams

/// Reads the chat models among `models` of the configuration file.
struct ModelReader {
    private static let fields = [
        "name", "kind", "url", "model", "key_env", "key_file", "tools", "json_schema", "first_word_ms", "max_tokens",
        "temperature", "prefill", "prompt_price", "answer_price",
    ]

    let file: SettingsFile
    let environment: [String: String]
    private(set) var problems: [SettingsProblem] = []

    init(file: SettingsFile, environment: [String: String]) {
        self.file = file
        self.environment = environment
    }

    mutating func models() -> [Settings.Model] {
        var models: [Settings.Model] = []
        for (index, node) in (file.models ?? []).enumerated() {
            guard !RealtimeModelReader.isRealtime(node) else { continue }
            guard let model = model(node, key: "models[\(index)]") else { continue }
            if models.contains(where: { $0.name == model.name }) {
                report("models[\(index)].name", "another model is named \(model.name) already", node)
            }
            models.append(model)
        }
        return models
    }

    private mutating func model(_ node: Node, key: String) -> Settings.Model? {
        guard let mapping = node.mapping else {
            report(key, "expected the keys \(Self.fields.joined(separator: ", "))", node)
            return nil
        }
        for (name, value) in mapping {
            guard let name = name.string, !Self.fields.contains(name) else { continue }
            let hint = nearest(to: name, among: Self.fields).map { "did you mean \($0)?" }
            report("\(key).\(name)", "there is no such key; \(hint ?? Self.fields.joined(separator: ", "))", value)
        }
        _ = value("kind", mapping, key, "chat or realtime") { $0 == "chat" ? $0 : nil }
        let url = value("url", mapping, key, "a URL like http://127.0.0.1:8092/v1", Self.url)
        let name = value("model", mapping, key, "what the server calls the model", Self.word)
        for field in ["url", "model"] where mapping[field] == nil { report("\(key).\(field)", "required", node) }
        let secret = secret(mapping, key, node)
        let flag = "true or false"
        let tools = value("tools", mapping, key, flag) { Bool($0) }
        let schema = value("json_schema", mapping, key, flag) { Bool($0) }
        let prefill = value("prefill", mapping, key, flag) { Bool($0) }
        let firstWord = value("first_word_ms", mapping, key, "a number of milliseconds from 100 to 60000") {
            Int($0).flatMap { (100...60_000).contains($0) ? $0 : nil }
        }
        let limit = value("max_tokens", mapping, key, "a whole number from 16 to 8192") {
            Int($0).flatMap { (16...8192).contains($0) ? $0 : nil }
        }
        let temperature = value("temperature", mapping, key, "a number from 0 to 2") {
            Double($0).flatMap { (0...2).contains($0) ? $0 : nil }
        }
        let amount = "the price of a million tokens, with at most five decimals, like 2.5"
        let prompt = value("prompt_price", mapping, key, amount, Money.init(decimal:))
        let answer = value("answer_price", mapping, key, amount, Money.init(decimal:))
        guard let url, let name else { return nil }
        var model = Settings.Model(
            name: value("name", mapping, key, "a word", Self.word) ?? name,
            url: url,
            model: name
        )
        model.key = secret
        model.hasTools = tools ?? model.hasTools
        model.hasSchema = schema ?? model.hasSchema
        model.firstWord = firstWord ?? model.firstWord
        model.limit = limit ?? model.limit
        model.prefills = prefill ?? model.prefills
        model.temperature = temperature
        if prompt != nil || answer != nil { model.price = ModelPrice(prompt: prompt ?? .zero, answer: answer ?? .zero) }
        return model
    }

    /// From a variable of the environment, or from a file of its own (as container secrets are).
    private mutating func secret(_ mapping: Node.Mapping, _ key: String, _ node: Node) -> Secret? {
        let variable = value("key_env", mapping, key, "the name of a variable", Self.word)
        let path = value("key_file", mapping, key, "the path of a file", Self.word)
        if variable != nil, path != nil {
            report(key, "give one of key_env, key_file", node)
            return nil
        }
        if let variable {
            guard let text = environment[variable], !text.isEmpty else {
                report("\(key).key_env", "the environment has no variable \(variable)", node)
                return nil
            }
            return Secret(text)
        }
        guard let path else { return nil }
        guard let data = FileManager.default.contents(atPath: path) else {
            report("\(key).key_file", "cannot read \(path)", node)
            return nil
        }
        return Secret(String(decoding: data, as: UTF8.self).filter { !$0.isWhitespace })
    }

    /// Nil if it is not given, and, which is a problem, if `parse` refuses it.
    private mutating func value<Value>(
        _ name: String,
        _ mapping: Node.Mapping,
        _ key: String,
        _ accepted: String,
        _ parse: (String) -> Value?
    ) -> Value? {
        guard let node = mapping[name], !node.isNull else { return nil }
        guard let text = node.scalar?.string, let value = parse(text) else {
            report("\(key).\(name)", "expected \(accepted), got '\(node.scalar?.string ?? "")'", node)
            return nil
        }
        return value
    }

    private mutating func report(_ key: String, _ message: String, _ node: Node) {
        problems.append(SettingsProblem(key: key, message: message, source: file.source(line: node.mark?.line ?? 0)))
    }

    private static func word(_ text: String) -> String? {
        text.isEmpty || text.contains(where: \.isNewline) ? nil : text
    }

    /// Without the slash at its end; a base without a path means `/v1`.
    private static func url(_ text: String) -> String? {
        guard let parts = URLComponents(string: text), ["http", "https"].contains(parts.scheme),
            parts.host?.isEmpty == false, parts.query == nil, parts.fragment == nil, parts.user == nil
        else { return nil }
        let base = text.hasSuffix("/") ? String(text.dropLast()) : text
        return ["", "/"].contains(parts.path) ? base + "/v1" : base
    }
}
