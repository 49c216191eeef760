package import Conversation
import FoundationEssentials
import Synchronization

/// A recogniser behind a WebSocket as Deepgram has it (`/v1/listen`): words while they are being said, and when the turn seems to be over.
///
/// One connection for each utterance, opened when somebody begins to speak: the handshake is over before they are.
/// developers.deepgram.com/reference/speech-to-text/listen-streaming
package struct DeepgramRecognizer: Recognizer {
    private let server: SpeechServer
    private let guardian: ServerGuard

    package init(_ server: SpeechServer, guardian: ServerGuard) {
        self.server = server
        self.guardian = guardian
    }

    package func capabilities(in language: String) -> HearingCapabilities {
        [.dictation, .partials, .endOfTurn, .keywords]
    }

    /// Whatever the words: nothing has to be made ready.
    package func makeReady(for vocabulary: Vocabulary) async throws {}

    package func listen(for vocabulary: Vocabulary) async throws -> any Utterance {
        try guardian.begin()
        do {
            return try DeepgramUtterance(
                url: url(for: vocabulary),
                key: server.key,
                vocabulary: vocabulary,
                timeout: server.timeout,
                guardian: guardian
            )
        } catch {
            throw guardian.settle(.failure(error))
        }
    }

    func url(for vocabulary: Vocabulary) throws(ServerFault) -> String {
        guard var parts = URLComponents(string: server.url) else { throw .unreachable("no address") }
        if parts.path.isEmpty || parts.path == "/" { parts.path = "/v1/listen" }
        let model = server.model ?? "nova-3"
        // The newer models take whole terms, the older ones single words.
        let boost = model.hasPrefix("nova-3") ? "keyterm" : "keywords"
        parts.queryItems =
            [
                URLQueryItem(name: "model", value: model),
                URLQueryItem(name: "language", value: vocabulary.language),
                URLQueryItem(name: "encoding", value: "linear16"),
                URLQueryItem(name: "sample_rate", value: "8000"),
                URLQueryItem(name: "channels", value: "1"),
                URLQueryItem(name: "punctuate", value: "true"),
                URLQueryItem(name: "interim_results", value: "true"),
                URLQueryItem(name: "endpointing", value: "300"),
                URLQueryItem(name: "utterance_end_ms", value: "1000"),
            ] + vocabulary.keywords.prefix(50).map { URLQueryItem(name: boost, value: $0) }
        guard let url = parts.string else { throw .unreachable("no address") }
        return url
    }
}

final class DeepgramUtterance: Utterance {
    let events: AsyncStream<HearingEvent>
    private let vocabulary: Vocabulary
    private let timeout: Duration
    private let guardian: ServerGuard
    private let ear: DeepgramEar
    private let wire: WebSocketWire
    private let isSettled = Mutex(false)

    init(url: String, key: ProviderKey?, vocabulary: Vocabulary, timeout: Duration, guardian: ServerGuard) throws {
        let (events, continuation) = AsyncStream.makeStream(
            of: HearingEvent.self,
            bufferingPolicy: .bufferingNewest(32)
        )
        let ear = DeepgramEar(events: continuation)
        self.events = events
        self.ear = ear
        self.vocabulary = vocabulary
        self.timeout = timeout
        self.guardian = guardian
        wire = try .webSocket(
            url,
            headers: key.map { [("Authorization", "Token \($0.revealed)")] } ?? [],
            mouth: WireMouth(say: { ear.hear($0) }, end: { ear.end($0) })
        )
    }

    deinit {
        ear.end(CancellationError())
        settle(nil)
    }

    func hear(_ samples: [Int16]) {
        guard !samples.isEmpty else { return }
        wire.send(.binary(samples.flatMap { [UInt8(truncatingIfNeeded: $0), UInt8(truncatingIfNeeded: $0 >> 8)] }))
    }

    func finish() async throws -> Recognition {
        ear.expectEnd()
        wire.send(.text(#"{"type":"Finalize"}"#))
        wire.send(.text(#"{"type":"CloseStream"}"#))
        let ear = ear
        do {
            let (heard, duration) = try await guardian.finish(timeout) { try await ear.result() }
            settle(.success(duration))
            wire.close()
            return vocabulary.recognition(of: heard.words, confidence: heard.confidence)
        } catch {
            wire.close()
            throw settle(.failure(error)) ?? error
        }
    }

    @discardableResult
    private func settle(_ result: Result<Duration, any Error>?) -> (any Error)? {
        let isFirst = isSettled.withLock { settled in
            defer { settled = true }
            return !settled
        }
        return isFirst ? guardian.settle(result) : nil
    }
}
