import Calls
import Providers
import Testing

@testable import trunkline

@Suite("Realtime models in the configuration")
struct RealtimeSettingsTests {
    private func load(_ text: String) throws -> Settings {
        try Settings.load(path: temporary(text), environment: ["VOICE_KEY": "sk-voice"]).settings
    }

    @Test("They stand among the models, and are asked by name only")
    func reads() throws {
        let settings = try load(
            """
            models:
              - url: http://127.0.0.1:8092
                model: small
              - kind: realtime
                name: marin
                url: wss://api.openai.com/v1/realtime
                model: gpt-realtime
                voice: marin
                key_env: VOICE_KEY
                answer_price: 64
              - kind: realtime
                url: ws://127.0.0.1:9000/realtime?deployment=calls
                model: other
                transcription_model: none
                api: beta
                timeout_ms: 800
                concurrency: 2
            """
        )
        #expect(settings.models.map(\.name) == ["small"])
        #expect(settings.realtimeModels.map(\.name) == ["marin", "other"])
        let (first, second) = (settings.realtimeModels[0].server, settings.realtimeModels[1].server)
        #expect(first.voice == "marin" && first.transcriber == "gpt-4o-mini-transcribe" && first.dialect == .ga)
        #expect(first.key != nil && !"\(first)".contains("sk-voice"))
        #expect(second.transcriber == nil && second.dialect == .beta && second.timeout == .milliseconds(800))
        #expect(second.concurrency == 2 && second.key == nil)
        #expect(settings.rateDeck.models["marin"]?.answer == Money(decimal: "64"))
    }

    @Test(
        "What cannot be meant is refused with its place",
        arguments: [
            ("url: https://api.openai.com/v1", "models[0].url"), ("url: wss://a\n    api: v2", "models[0].api"),
            ("url: wss://a\n    tools: true", "models[0].tools"),
            ("url: wss://a\n    key_env: NONE", "models[0].key_env"),
            ("url: wss://a\n    timeout_ms: 5", "models[0].timeout_ms"), ("voice: marin", "models[0].url"),
        ]
    )
    func refuses(lines: String, key: String) throws {
        let error = #expect(throws: SettingsError.self) {
            try load("models:\n  - kind: realtime\n    model: m\n    \(lines)\n")
        }
        #expect(error?.problems.contains { $0.key == key } == true, "\(String(describing: error))")
    }

    @Test("Two models of one name, and kinds that are none, are refused")
    func names() throws {
        let twice = "models:\n  - {url: 'http://a', model: m}\n  - {kind: realtime, url: 'ws://a', model: m}\n"
        #expect(throws: SettingsError.self) { try load(twice) }
        #expect(throws: SettingsError.self) { try load("models:\n  - {kind: spoken, url: 'http://a', model: m}\n") }
    }
}
