import Conversation
import Logging
import Providers
import ServiceLifecycle
import Speech

/// Voices and recognisers as the settings have them, the embedded ones at the end.
struct SpeechParts: Sendable {
    let voice: VoiceSet
    let recognizer: RecognizerChain
    let warmUp: SpeechWarmUp

    static func make(_ settings: Settings, embedded: EmbeddedSpeech, logger: Logger) -> SpeechParts {
        let cache = PhraseCache(limit: settings.speech.cache << 20)
        var guards: [String: ServerGuard] = [:]
        var voices = settings.voices.map { voice in
            // Voices of one server share its places and its failures.
            let guardian =
                guards[voice.server]
                ?? ServerGuard(name: voice.name, places: voice.endpoint.concurrency, logger: logger)
            guards[voice.server] = guardian
            return VoiceSet.Member(
                name: voice.name,
                voice: cache.remembering(voice.made(guardian: guardian), provider: voice.server),
                standIns: voice.fallbacks
            )
        }
        let own = cache.remembering(EmbeddedVoice(embedded.synthesizer), provider: "embedded")
        voices += own.voices.map { VoiceSet.Member(name: $0, voice: own, standIns: []) }
        var recognizers = settings.recognizerServers(logger: logger)
        recognizers.append(.init(name: "embedded", recognizer: EmbeddedRecognizer(embedded.recognizer), languages: []))
        return SpeechParts(
            voice: VoiceSet(voices, logger: logger),
            recognizer: RecognizerChain(recognizers, logger: logger),
            warmUp: SpeechWarmUp(settings: settings, embedded: embedded, logger: logger)
        )
    }
}

extension Settings {
    /// The recognisers that are servers, as parts of a chain.
    func recognizerServers(logger: Logger) -> [RecognizerChain.Member] {
        recognizers.map { recognizer in
            let guardian = ServerGuard(
                name: recognizer.name,
                places: recognizer.endpoint.concurrency,
                logger: logger
            )
            return RecognizerChain.Member(
                name: recognizer.name,
                recognizer: recognizer.made(guardian: guardian),
                languages: recognizer.languages
            )
        }
    }
}

extension Settings.SpeechVoice {
    /// Names the server that speaks.
    var server: String { "\(kind.rawValue) \(endpoint.url)" }

    /// The voice under its name. With a `timeout` in ms, it is given that long in place of its own.
    func made(guardian: ServerGuard, timeout: Int? = nil) -> any Voice {
        kind.voice(
            endpoint.server(named: name, timeout: timeout),
            names: [name: voice],
            encoding: encoding,
            guardian: guardian
        )
    }
}

extension Settings.SpeechRecognizer {
    /// With a `timeout` in ms, it is given that long in place of its own.
    func made(guardian: ServerGuard, timeout: Int? = nil) -> any Recognizer {
        kind.recognizer(endpoint.server(named: name, timeout: timeout), detail: detail, guardian: guardian)
    }
}

extension Settings.SpeechEndpoint {
    fileprivate func server(named name: String, timeout: Int?) -> SpeechServer {
        SpeechServer(
            name: name,
            url: url,
            key: key.map { ProviderKey($0.revealed) },
            model: model,
            timeout: .milliseconds(timeout ?? self.timeout),
            concurrency: concurrency
        )
    }
}

/// Has every speech server do something once, when the program starts: many load their model only then, which takes some of them
/// half a minute that no callee should wait.
struct SpeechWarmUp: Service {
    /// What came of it.
    struct Result: Sendable {
        var name: String
        /// What a recogniser understood. Nil of voices.
        var words: String?
        var duration: Duration
        var failure: String?
    }

    /// In ms.
    private static let patience = 120_000
    private static let sentence = "Testing, one, two, three."

    let settings: Settings
    let embedded: EmbeddedSpeech
    let logger: Logger

    func run() async throws {
        await cancelWhenGracefulShutdown {
            for result in await results(timeout: Self.patience) {
                if let failure = result.failure {
                    logger.warning(
                        "A speech server does not work",
                        metadata: ["provider.name": "\(result.name)", "error": "\(failure)"]
                    )
                } else {
                    logger.info("A speech server works", metadata: ["provider.name": "\(result.name)"])
                }
            }
        }
        try? await gracefulShutdown()
    }

    /// Tries each, all at once. `timeout` is in ms.
    func results(timeout: Int) async -> [Result] {
        await withTaskGroup(of: (Int, Result).self) { group in
            for (index, voice) in settings.voices.enumerated() {
                let guardian = ServerGuard(name: voice.name, places: 1, logger: logger)
                group.addTask {
                    let result = await attempt(voice.name) {
                        _ = try await voice.made(guardian: guardian, timeout: timeout)
                            .render(Self.sentence, voice: voice.name)
                        return nil
                    }
                    return (index, result)
                }
            }
            for (index, recognizer) in settings.recognizers.enumerated() {
                let guardian = ServerGuard(name: recognizer.name, places: 1, logger: logger)
                group.addTask {
                    let result = await attempt(recognizer.name) {
                        try await words(of: recognizer.made(guardian: guardian, timeout: timeout), recognizer)
                    }
                    return (settings.voices.count + index, result)
                }
            }
            return await group.reduce(into: []) { $0.append($1) }.sorted { $0.0 < $1.0 }.map(\.1)
        }
    }

    private func words(of recognizer: any Recognizer, _ settings: Settings.SpeechRecognizer) async throws -> String {
        let speech = try await embedded.synthesizer.render(Self.sentence, voice: FliteSynthesizer.voices[0])
        let vocabulary = Vocabulary(
            entries: [],
            dictation: "words",
            language: settings.languages.first ?? "en-US"
        )
        let utterance = try await recognizer.listen(for: vocabulary)
        utterance.hear(speech)
        guard case .heard(_, let words, _) = try await utterance.finish() else { return "" }
        return words
    }

    private func attempt(_ name: String, _ work: () async throws -> String?) async -> Result {
        let start = ContinuousClock.now
        do {
            let words = try await work()
            return Result(name: name, words: words, duration: start.duration(to: .now), failure: nil)
        } catch {
            return Result(name: name, words: nil, duration: start.duration(to: .now), failure: "\(error)")
        }
    }
}
