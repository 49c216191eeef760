import Calls
import FoundationEssentials
import Providers
import Yams

/// Reads those of `models` in the configuration file that have `kind: realtime`.
struct RealtimeModelReader {
    private static let fields = [
        "name", "kind", "url", "model", "key_env", "key_file", "voice", "transcription_model", "api", "timeout_ms",
        "concurrency", "prompt_price", "answer_price",
    ]

    let file: SettingsFile
    let environment: [String: String]
    private(set) var problems: [SettingsProblem] = []

    init(file: SettingsFile, environment: [String: String]) {
        self.file = file
        self.environment = environment
    }

    static func isRealtime(_ node: Node) -> Bool { node.mapping?["kind"]?.scalar?.string == "realtime" }

    /// Those whose names are none of `taken`.
    mutating func models(taken: [String]) -> [Settings.RealtimeModel] {
        var models: [Settings.RealtimeModel] = []
        for (index, node) in (file.models ?? []).enumerated() where Self.isRealtime(node) {
            guard
                var item = SettingsItem(
                    node,
                    key: "models[\(index)]",
                    fields: Self.fields,
                    file: file,
                    environment: environment,
                    problems: &problems
                )
            else { continue }
            if let model = Self.model(&item) {
                if (taken + models.map(\.name)).contains(model.name) {
                    item.report("name", "another model is named \(model.name) already")
                }
                models.append(model)
            }
            problems += item.problems
        }
        return models
    }

    private static func model(_ item: inout SettingsItem) -> Settings.RealtimeModel? {
        item.require(["url", "model"])
        let url = item.value("url", "an address like wss://api.openai.com/v1/realtime", url)
        let name = item.word("model", "what the server calls the model")
        let key = item.secret(variable: "key_env", file: "key_file")
        let amount = "the price of a million tokens, with at most five decimals, like 2.5"
        let prompt = item.value("prompt_price", amount, Money.init(decimal:))
        let answer = item.value("answer_price", amount, Money.init(decimal:))
        let dialect = item.value("api", "ga or beta", RealtimeServer.Dialect.init(rawValue:))
        let timeout = item.value("timeout_ms", "a number of milliseconds from 100 to 60000") { whole($0, 100...60_000) }
        let places = item.value("concurrency", "a whole number from 1 to 10000") { whole($0, 1...10_000) }
        let transcriber = item.has("transcription_model") ? item.word("transcription_model") : "gpt-4o-mini-transcribe"
        guard let url, let name else { return nil }
        var server = RealtimeServer(name: item.word("name") ?? name, url: url, model: name)
        server.key = key.map { ProviderKey($0.revealed) }
        server.voice = item.word("voice")
        server.transcriber = transcriber == "none" ? nil : transcriber
        server.dialect = dialect ?? server.dialect
        if let timeout { server.timeout = .milliseconds(timeout) }
        server.concurrency = places ?? server.concurrency
        var model = Settings.RealtimeModel(server: server)
        if prompt != nil || answer != nil { model.price = ModelPrice(prompt: prompt ?? .zero, answer: answer ?? .zero) }
        return model
    }

    private static func whole(_ text: String, _ range: ClosedRange<Int>) -> Int? {
        Int(text).flatMap { range.contains($0) ? $0 : nil }
    }

    private static func url(_ text: String) -> String? {
        guard let parts = URLComponents(string: text), ["ws", "wss"].contains(parts.scheme),
            parts.host?.isEmpty == false,
            parts.fragment == nil, parts.user == nil
        else { return nil }
        return text
    }
}
