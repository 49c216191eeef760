import Audio
import Calls
package import Conversation
import Synchronization

/// A recogniser behind the Wyoming protocol, such as wyoming-faster-whisper: it has the audio as it is spoken and gives the words at the end.
package struct WyomingRecognizer: Recognizer {
    private let server: SpeechServer
    private let guardian: ServerGuard

    package init(_ server: SpeechServer, guardian: ServerGuard) {
        self.server = server
        self.guardian = guardian
    }

    package func capabilities(in language: String) -> HearingCapabilities { .dictation }

    /// Whatever the words: nothing has to be made ready.
    package func makeReady(for vocabulary: Vocabulary) async throws {}

    package func listen(for vocabulary: Vocabulary) async throws -> any Utterance {
        try guardian.begin()
        do {
            return try WyomingUtterance(server: server, vocabulary: vocabulary, guardian: guardian)
        } catch {
            throw guardian.settle(.failure(error))
        }
    }
}

final class WyomingUtterance: Utterance {
    private struct State {
        var resampler = Resampler(from: 8000, to: rate)
        var isSettled = false
    }

    /// What whisper takes. Servers resample too, but some without a filter.
    private static let rate = 16_000

    private let wire: WyomingWire
    private let vocabulary: Vocabulary
    private let guardian: ServerGuard
    private let timeout: Duration
    private let state = Mutex(State())

    init(server: SpeechServer, vocabulary: Vocabulary, guardian: ServerGuard) throws {
        wire = try WyomingWire(server.url)
        self.vocabulary = vocabulary
        self.guardian = guardian
        timeout = server.timeout
        var transcribe = WyomingEvent(type: "transcribe")
        if let model = server.model { transcribe.data["name"] = .string(model) }
        if let language = vocabulary.language.split(separator: "-").first {
            transcribe.data["language"] = .string(language.lowercased())
        }
        wire.send(transcribe)
        wire.send(event("audio-start"))
    }

    deinit {
        settle(nil)
    }

    func hear(_ samples: [Int16]) {
        state.withLock { state in send(state.resampler.process(samples)) }
    }

    func finish() async throws -> Recognition {
        state.withLock { state in send(state.resampler.finish()) }
        wire.send(WyomingEvent(type: "audio-stop"))
        let wire = wire
        do {
            let (text, duration) = try await guardian.finish(timeout) { try await Self.transcript(on: wire) }
            settle(.success(duration))
            wire.close()
            return vocabulary.recognition(of: text, confidence: 0.8)
        } catch {
            wire.close()
            throw settle(.failure(error)) ?? error
        }
    }

    private static func transcript(on wire: WyomingWire) async throws -> String {
        for try await event in wire.events {
            switch event.type {
            case "transcript":
                guard let text = event.text("text") else { throw ServerFault.malformed("a transcript without text") }
                return text
            case "error": throw ServerFault.refused(status: 0, reason: ServerFault.excerpt(event.text("text") ?? ""))
            default: continue
            }
        }
        try Task.checkCancellation()
        throw ServerFault.cutShort
    }

    private func event(_ type: String, _ payload: [UInt8] = []) -> WyomingEvent {
        WyomingEvent(
            type: type,
            data: ["rate": .integer(Int64(Self.rate)), "width": .integer(2), "channels": .integer(1)],
            payload: payload
        )
    }

    private func send(_ samples: [Int16]) {
        guard !samples.isEmpty else { return }
        wire.send(
            event(
                "audio-chunk",
                samples.flatMap { [UInt8(truncatingIfNeeded: $0), UInt8(truncatingIfNeeded: $0 >> 8)] }
            )
        )
    }

    @discardableResult
    private func settle(_ result: Result<Duration, any Error>?) -> (any Error)? {
        let isFirst = state.withLock { state in
            defer { state.isSettled = true }
            return !state.isSettled
        }
        return isFirst ? guardian.settle(result) : nil
    }
}
