import Foundation
import Providers
import Testing

@testable import trunkline

@Suite("Speech servers in the configuration")
struct SpeechSettingsTests {
    private func settings(_ text: String, environment: [String: String] = [:]) throws -> Settings {
        try Settings.load(path: try temporary(text), environment: environment).settings
    }

    @Test(
        "Recognisers and voices are read with all they say, keys from the environment or a file, and defaults for the rest"
    )
    func reads() throws {
        let secret = try temporary("sk-from-file\n")
        let settings = try settings(
            """
            speech: {cache_mb: 8}
            recognizers:
              - {name: whisper, kind: openai, url: "http://127.0.0.1:8094", model: whisper-1, languages: [en, de-AT], detail: confidence}
              - {name: deepgram, kind: deepgram, url: "wss://api.deepgram.com", key_env: DG_KEY, timeout_ms: 1500, concurrency: 40}
            voices:
              - {name: joe, kind: wyoming, url: "tcp://127.0.0.1:10200", voice: en_US-joe-medium}
              - {name: anna, kind: openai, url: "https://api.openai.com/v1", key_file: \(secret), voice: alloy, model: tts-1, encoding: pcm, fallbacks: [joe, kal]}
              - {name: pcm, kind: openai, url: "http://127.0.0.1:8095", encoding: pcm, sample_rate: 22050, fallbacks: []}
            """,
            environment: ["DG_KEY": "dg-secret"]
        )
        #expect(settings.speech.cache == 8)
        #expect(settings.recognizers.map(\.name) == ["whisper", "deepgram"])
        #expect(settings.recognizers[0].languages == ["en", "de-AT"])
        #expect(settings.recognizers[0].detail == .confidence)
        #expect(settings.recognizers[0].endpoint.timeout == 3000 && settings.recognizers[0].endpoint.concurrency == 8)
        #expect(settings.recognizers[1].endpoint.timeout == 1500 && settings.recognizers[1].endpoint.concurrency == 40)
        #expect(settings.recognizers[1].endpoint.key == Secret("dg-secret"))
        #expect(settings.voices.map(\.voice) == ["en_US-joe-medium", "alloy", "pcm"])
        #expect(settings.voices.map(\.fallbacks) == [["slt"], ["joe", "kal"], []])
        #expect(settings.voices.map(\.encoding) == [.wav, .pcm(rate: 24_000), .pcm(rate: 22_050)])
        #expect(settings.voices[1].endpoint.key == Secret("sk-from-file"))
        #expect(!"\(settings)".contains("dg-secret") && !"\(settings)".contains("sk-from-file"))
    }

    private static let server = "kind: openai, url: 'http://127.0.0.1:1'"

    @Test(
        "What is wrong with one is named",
        arguments: [
            ("recognizers: hello", "recognizers", "list"), ("voices: [hello]", "voices[0]", "name"),
            ("recognizers: [{\(server)}]", "recognizers[0].name", "required"),
            ("recognizers: [{name: embedded, \(server)}]", "recognizers[0].name", "taken"),
            ("recognizers: [{name: a, url: 'http://x'}]", "recognizers[0].kind", "openai, wyoming, deepgram"),
            ("recognizers: [{name: a, kind: elevenlabs, url: 'wss://x'}]", "recognizers[0].kind", "elevenlabs"),
            ("recognizers: [{name: a, kind: openai}]", "recognizers[0].url", "http://"),
            ("recognizers: [{name: a, kind: wyoming, url: 'http://x'}]", "recognizers[0].url", "tcp://"),
            ("recognizers: [{name: a, kind: openai, url: 'http://u:p@x'}]", "recognizers[0].url", "http://"),
            ("recognizers: [{name: a, \(server), key: sk-1}]", "recognizers[0].key", "no such key"),
            ("recognizers: [{name: a, \(server), key_env: NOBODY}]", "recognizers[0].key_env", "NOBODY"),
            ("recognizers: [{name: a, \(server), key_file: /nowhere}]", "recognizers[0].key_file", "/nowhere"),
            ("recognizers: [{name: a, \(server), timeout_ms: 5}]", "recognizers[0].timeout_ms", "100 to 60000"),
            ("recognizers: [{name: a, \(server), detail: all}]", "recognizers[0].detail", "words or confidence"),
            ("voices: [{name: slt, \(server)}]", "voices[0].name", "taken"),
            ("voices: [{name: a, \(server)}, {name: a, \(server)}]", "voices[1].name", "taken"),
            ("voices: [{name: a, \(server), fallbacks: [b]}]", "voices[0].fallbacks", "'b'"),
            ("voices: [{name: a, \(server), fallbacks: [a]}]", "voices[0].fallbacks", "no other"),
            ("voices: [{name: a, \(server), encoding: mp3}]", "voices[0].encoding", "wav or pcm"),
            ("voices: [{name: a, \(server), sample_rate: 24000}]", "voices[0].sample_rate", "encoding: pcm"),
            ("voices: [{name: a, \(server), concurency: 2}]", "voices[0].concurency", "did you mean concurrency?"),
        ]
    )
    func problems(yaml: String, key: String, words: String) throws {
        let error = #expect(throws: SettingsError.self) { try settings(yaml + "\n") }
        let problem = try #require(error?.problems.first { $0.key == key }, "\(String(describing: error))")
        #expect(problem.message.contains(words), "\(problem)")
    }
}
