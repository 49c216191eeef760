import FoundationEssentials
import Providers
import Speech
import Yams

/// Reads `recognizers` and `voices` of the configuration file.
struct SpeechReader {
    private static let common = ["name", "kind", "url", "model", "key_env", "key_file", "timeout_ms", "concurrency"]

    let file: SettingsFile
    let environment: [String: String]
    private(set) var problems: [SettingsProblem] = []

    init(file: SettingsFile, environment: [String: String]) {
        self.file = file
        self.environment = environment
    }

    mutating func recognizers() -> [Settings.SpeechRecognizer] {
        var found: [Settings.SpeechRecognizer] = []
        for (index, node) in (file.recognizers ?? []).enumerated() {
            let key = "recognizers[\(index)]"
            guard let mapping = mapping(node, key, Self.common + ["languages", "detail"]),
                let name = name(mapping, key, taken: found.map(\.name) + ["embedded"]),
                let kind = choice(RecognizerKind.self, "kind", mapping, key),
                let endpoint = endpoint(mapping, key, schemes: kind.schemes)
            else { continue }
            var recognizer = Settings.SpeechRecognizer(name: name, kind: kind, endpoint: endpoint)
            recognizer.languages = list("languages", mapping, key)
            if mapping["detail"] != nil {
                let details = ["words": TranscriptionRecognizer.Detail.words, "confidence": .confidence]
                let word = text("detail", mapping, key) ?? ""
                if let detail = details[word] {
                    recognizer.detail = detail
                } else {
                    report("\(key).detail", "expected words or confidence, got '\(word)'", node)
                }
            }
            found.append(recognizer)
        }
        return found
    }

    mutating func voices() -> [Settings.SpeechVoice] {
        var found: [(voice: Settings.SpeechVoice, key: String, node: Node)] = []
        for (index, node) in (file.voices ?? []).enumerated() {
            let key = "voices[\(index)]"
            let fields = Self.common + ["voice", "encoding", "sample_rate", "fallbacks"]
            guard let mapping = mapping(node, key, fields),
                let name = name(mapping, key, taken: found.map(\.voice.name) + FliteSynthesizer.voices),
                let kind = choice(VoiceKind.self, "kind", mapping, key),
                let endpoint = endpoint(mapping, key, schemes: kind.schemes)
            else { continue }
            var voice = Settings.SpeechVoice(name: name, kind: kind, endpoint: endpoint, voice: name)
            voice.voice = text("voice", mapping, key) ?? name
            voice.encoding = encoding(mapping, key, node)
            voice.fallbacks =
                mapping["fallbacks"] == nil ? [FliteSynthesizer.voices[0]] : list("fallbacks", mapping, key)
            found.append((voice, key, node))
        }
        let known = found.map(\.voice.name) + FliteSynthesizer.voices
        for (voice, key, node) in found {
            for other in voice.fallbacks where !known.contains(other) || other == voice.name {
                let names = known.filter { $0 != voice.name }.joined(separator: ", ")
                report("\(key).fallbacks", "there is no other voice '\(other)'; there are \(names)", node)
            }
        }
        return found.map(\.voice)
    }

    // What both have.

    private mutating func endpoint(
        _ mapping: Node.Mapping,
        _ key: String,
        schemes: [String]
    ) -> Settings.SpeechEndpoint? {
        guard let url = text("url", mapping, key) else {
            report("\(key).url", "required: like \(schemes[0])://127.0.0.1:8000", .mapping(mapping))
            return nil
        }
        guard let parts = URLComponents(string: url), schemes.contains(parts.scheme ?? ""),
            parts.host?.isEmpty == false,
            parts.user == nil, parts.query == nil, parts.fragment == nil
        else {
            let wanted = schemes.map { "\($0)://" }.joined(separator: " or ")
            report(
                "\(key).url",
                "expected an address that begins with \(wanted), without a query, got '\(url)'",
                .mapping(mapping)
            )
            return nil
        }
        var endpoint = Settings.SpeechEndpoint(url: url)
        endpoint.model = text("model", mapping, key)
        endpoint.key = secret(mapping, key)
        endpoint.timeout = number("timeout_ms", mapping, key, in: 100...60_000) ?? endpoint.timeout
        endpoint.concurrency = number("concurrency", mapping, key, in: 1...1000) ?? endpoint.concurrency
        return endpoint
    }

    private mutating func encoding(_ mapping: Node.Mapping, _ key: String, _ node: Node) -> SpeechEndpointVoice.Encoding
    {
        let rate = number("sample_rate", mapping, key, in: 8000...192_000)
        switch text("encoding", mapping, key) {
        case nil, "wav":
            if rate != nil {
                report("\(key).sample_rate", "a WAVE file says its own; it goes with encoding: pcm", node)
            }
            return .wav
        case "pcm": return .pcm(rate: rate ?? 24_000)
        case let other?:
            report("\(key).encoding", "expected wav or pcm, got '\(other)'", node)
            return .wav
        }
    }

    /// From a variable of the environment, or from a file of its own (as container secrets are); never from the configuration itself.
    private mutating func secret(_ mapping: Node.Mapping, _ key: String) -> Secret? {
        if mapping["key_env"] != nil, mapping["key_file"] != nil {
            report(key, "give one of key_env, key_file", .mapping(mapping))
            return nil
        }
        if let variable = text("key_env", mapping, key) {
            guard let value = environment[variable], !value.isEmpty else {
                report("\(key).key_env", "the environment has no variable \(variable)", .mapping(mapping))
                return nil
            }
            return Secret(value)
        }
        guard let path = text("key_file", mapping, key) else { return nil }
        guard let data = FileManager.default.contents(atPath: path) else {
            report("\(key).key_file", "cannot read \(path)", .mapping(mapping))
            return nil
        }
        let lines = String(decoding: data, as: UTF8.self).split(whereSeparator: \.isNewline)
        guard lines.count == 1 else {
            report("\(key).key_file", "expected one line in \(path)", .mapping(mapping))
            return nil
        }
        return Secret(String(lines[0]))
    }

    // Values.

    private mutating func mapping(_ node: Node, _ key: String, _ fields: [String]) -> Node.Mapping? {
        guard let mapping = node.mapping else {
            report(key, "expected the keys \(fields.joined(separator: ", "))", node)
            return nil
        }
        for (name, value) in mapping {
            guard let name = name.string, !fields.contains(name) else { continue }
            let hint = nearest(to: name, among: fields).map { "did you mean \($0)?" }
            report("\(key).\(name)", "there is no such key; \(hint ?? fields.joined(separator: ", "))", value)
        }
        return mapping
    }

    private mutating func name(_ mapping: Node.Mapping, _ key: String, taken: [String]) -> String? {
        guard let name = text("name", mapping, key), !name.isEmpty else {
            report("\(key).name", "required: any word", .mapping(mapping))
            return nil
        }
        guard !taken.contains(name) else {
            report("\(key).name", "'\(name)' is taken already", .mapping(mapping))
            return nil
        }
        return name
    }

    private mutating func choice<Choice: RawRepresentable & CaseIterable>(
        _ type: Choice.Type,
        _ name: String,
        _ mapping: Node.Mapping,
        _ key: String
    ) -> Choice? where Choice.RawValue == String {
        let word = text(name, mapping, key)
        if let choice = word.flatMap(Choice.init(rawValue:)) { return choice }
        let choices = Choice.allCases.map(\.rawValue).joined(separator: ", ")
        report("\(key).\(name)", "expected one of \(choices)\(word.map { ", got '\($0)'" } ?? "")", .mapping(mapping))
        return nil
    }

    private mutating func list(_ name: String, _ mapping: Node.Mapping, _ key: String) -> [String] {
        guard let node = mapping[name], !node.isNull else { return [] }
        if let items = node.sequence, items.allSatisfy({ $0.scalar != nil }) {
            return items.compactMap(\.scalar?.string)
        }
        if let word = node.scalar?.string { return [word] }
        report("\(key).\(name)", "expected a list of words", node)
        return []
    }

    private mutating func number(
        _ name: String,
        _ mapping: Node.Mapping,
        _ key: String,
        in range: ClosedRange<Int>
    ) -> Int? {
        guard let text = text(name, mapping, key) else { return nil }
        guard let value = Int(text), range.contains(value) else {
            let bounds = "\(range.lowerBound) to \(range.upperBound)"
            report("\(key).\(name)", "expected a whole number from \(bounds), got '\(text)'", .mapping(mapping))
            return nil
        }
        return value
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
