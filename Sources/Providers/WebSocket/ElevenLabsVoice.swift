import Conversation
import FoundationEssentials
import Synchronization

/// A voice behind a WebSocket as ElevenLabs has it (`/v1/text-to-speech/{voice}/stream-input`): text in as it is written, audio out as it is
/// made. elevenlabs.io/docs/api-reference/text-to-speech/v-1-text-to-speech-voice-id-stream-input
///
/// A connection serves one text. The next one is opened beforehand, while the phone rings or the one before speaks.
package final class ElevenLabsVoice: StreamedVoice {
    /// Kept open by the server without a text; ours are thrown away before that.
    private static let inactivity = 120
    private static let longestSpare = Duration.seconds(100)

    package let voices: [String]
    package let takesTextAsItComes = true
    private let server: SpeechServer
    private let names: [String: String]
    private let guardian: ServerGuard
    private let clock: ProviderClock
    private let spares = Mutex<[String: (line: Line, since: Duration)]>([:])

    private struct Line: Sendable {
        let messages: AsyncThrowingStream<WebSocketMessage, any Error>
        let wire: WebSocketWire
        /// Whether the far end has hung up.
        let hasEnded: Flag
    }

    /// `names` are the voices, each with the server's own id for it.
    package init(
        _ server: SpeechServer,
        names: [String: String],
        guardian: ServerGuard,
        clock: ProviderClock = .continuous
    ) {
        self.server = server
        self.names = names
        self.guardian = guardian
        self.clock = clock
        voices = names.keys.sorted()
    }

    package func makeReady(voice: String) async {
        guard let name = names[voice] else { return }
        let now = clock.now()
        let isReady = spares.withLock { spares in
            spares[name].map { now - $0.since < Self.longestSpare && !$0.line.hasEnded.isSet } ?? false
        }
        if !isReady { putBySpare(name) }
    }

    package func speak(
        _ text: String,
        voice: String,
        deliver: @escaping @Sendable ([Int16]) async throws -> Void
    ) async throws {
        let (texts, continuation) = AsyncStream.makeStream(of: String.self)
        continuation.yield(text)
        continuation.finish()
        try await speak(texts, voice: voice, limit: longestSpeech(text), deliver: deliver)
    }

    package func speak(
        _ text: AsyncStream<String>,
        voice: String,
        deliver: @escaping @Sendable ([Int16]) async throws -> Void
    ) async throws {
        try await speak(text, voice: voice, limit: 300 * 8000, deliver: deliver)
    }

    private func speak(
        _ text: AsyncStream<String>,
        voice: String,
        limit: Int,
        deliver: @escaping @Sendable ([Int16]) async throws -> Void
    ) async throws {
        guard let name = names[voice] else { throw ServerFault.unknownVoice(voice) }
        try await guardian.run(.voice(server.timeout)) { [self] progress in
            progress.open()
            let line = try takeSpare(name) ?? open(name)
            putBySpare(name)
            defer { line.wire.close() }
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask {
                    for await piece in text where !piece.isEmpty {
                        // Pieces are put together by the server as they are: the space between words is ours to send.
                        line.wire.send(
                            Self.message(TextMessage(text: piece.hasSuffix(" ") ? piece : piece + " ", flush: true))
                        )
                        progress.wrote()
                    }
                    line.wire.send(Self.message(TextMessage(text: "")))
                    progress.close()
                }
                group.addTask { try await Self.listen(line.messages, progress, limit, deliver) }
                try await group.waitForAll()
            }
        }
    }

    private static func listen(
        _ messages: AsyncThrowingStream<WebSocketMessage, any Error>,
        _ progress: Progress,
        _ limit: Int,
        _ deliver: @Sendable ([Int16]) async throws -> Void
    ) async throws {
        var decoder = SampleDecoder(.muLaw, limit: limit)
        var portions = Portions()
        for try await message in messages {
            guard case .text(let text) = message,
                let part = try? JSONDecoder().decode(AudioMessage.self, from: Data(text.utf8))
            else { throw ServerFault.malformed("a message that is no JSON") }
            if let reason = part.message ?? part.error {
                throw ServerFault.refused(status: part.code ?? 0, reason: ServerFault.excerpt(reason))
            }
            if let audio = part.audio {
                guard let bytes = Data(base64Encoded: audio) else {
                    throw ServerFault.malformed("audio that is no base64")
                }
                if let portion = portions.add(try decoder.decode(bytes)) {
                    try await progress.made { try await deliver(portion) }
                }
            }
            guard part.isFinal == true else { continue }
            _ = try decoder.finish()
            if let portion = portions.finish() { try await progress.made { try await deliver(portion) } }
            return
        }
        try Task.checkCancellation()
        throw ServerFault.cutShort
    }

    // Connections.

    private func takeSpare(_ name: String) -> Line? {
        let now = clock.now()
        return spares.withLock { spares in
            guard let spare = spares.removeValue(forKey: name), now - spare.since < Self.longestSpare,
                !spare.line.hasEnded.isSet
            else { return nil }
            return spare.line
        }
    }

    /// Opens the next one. A failure shows when it is used.
    private func putBySpare(_ name: String) {
        guard let line = try? open(name) else { return }
        let now = clock.now()
        spares.withLock { $0[name] = (line, now) }
    }

    private func open(_ name: String) throws(ServerFault) -> Line {
        guard var parts = URLComponents(string: server.url) else { throw .unreachable("no address") }
        let base = parts.path.hasSuffix("/") ? String(parts.path.dropLast()) : parts.path
        parts.path = "\(base.isEmpty ? "/v1" : base)/text-to-speech/\(name)/stream-input"
        parts.queryItems = [
            URLQueryItem(name: "model_id", value: server.model ?? "eleven_flash_v2_5"),
            URLQueryItem(name: "output_format", value: "ulaw_8000"),
            URLQueryItem(name: "inactivity_timeout", value: "\(Self.inactivity)"),
        ]
        guard let url = parts.string else { throw .unreachable("no address") }
        let (messages, words) = WireMouth<WebSocketMessage>.stream()
        let hasEnded = Flag()
        let mouth = WireMouth<WebSocketMessage>(
            say: words.say,
            end: { error in
                hasEnded.set()
                words.end(error)
            }
        )
        let wire = try WebSocketWire.webSocket(
            url,
            headers: server.key.map { [("xi-api-key", $0.revealed)] } ?? [],
            mouth: mouth
        )
        // The protocol's first message: a space.
        wire.send(Self.message(TextMessage(text: " ")))
        return Line(messages: messages, wire: wire, hasEnded: hasEnded)
    }

    private static func message(_ message: TextMessage) -> WebSocketMessage {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        let data = (try? encoder.encode(message)) ?? Data()
        return .text(String(decoding: data, as: UTF8.self))
    }

    private struct TextMessage: Encodable {
        var text: String
        var flush: Bool?
    }

    private struct AudioMessage: Decodable {
        var audio: String?
        var isFinal: Bool?
        var message: String?
        var error: String?
        var code: Int?
    }
}
