import Conversation
import FoundationEssentials
import Synchronization

/// Puts together what a Deepgram server says of one utterance.
///
/// Words come as interim results, each of which replaces the one before, until one is final; the next begin behind it. The last one is
/// marked `from_finalize`, if there was something left; a `Metadata` message closes the stream in any case.
final class DeepgramEar: Sendable {
    struct Heard: Sendable, Hashable {
        var words: String
        var confidence: Double
    }

    private struct State {
        var final: [(words: String, confidence: Double)] = []
        var interim = ""
        var isExpectingEnd = false
        var isOver = false
    }

    private let state = Mutex(State())
    private let events: AsyncStream<HearingEvent>.Continuation
    private let results: AsyncThrowingStream<Heard, any Error>
    private let outcome: AsyncThrowingStream<Heard, any Error>.Continuation

    init(events: AsyncStream<HearingEvent>.Continuation) {
        self.events = events
        (results, outcome) = AsyncThrowingStream.makeStream(of: Heard.self, bufferingPolicy: .bufferingOldest(1))
    }

    /// The words, when they are final. Throws `ServerFault`.
    func result() async throws -> Heard {
        for try await heard in results { return heard }
        try Task.checkCancellation()
        throw ServerFault.cutShort
    }

    /// The utterance is over on our side.
    func expectEnd() {
        state.withLock { $0.isExpectingEnd = true }
    }

    func hear(_ message: WebSocketMessage) {
        guard case .text(let text) = message else { return end(ServerFault.malformed("audio from a recogniser")) }
        guard let message = try? JSONDecoder().decode(DeepgramMessage.self, from: Data(text.utf8)) else {
            return end(ServerFault.malformed("a message that is no JSON with a type"))
        }
        switch message.type {
        case "Results": hear(message)
        case "UtteranceEnd": events.yield(.endOfTurn)
        case "Metadata": if state.withLock(\.isExpectingEnd) { complete() }
        case "Error":
            let reason = message.description ?? message.message ?? "an error without words"
            end(ServerFault.refused(status: 0, reason: ServerFault.excerpt(reason)))
        // `SpeechStarted`, and whatever will be thought of.
        default: break
        }
    }

    /// The connection is down.
    func end(_ error: (any Error)?) {
        guard let error else { return state.withLock(\.isExpectingEnd) ? complete() : end(ServerFault.cutShort) }
        guard isFirst() else { return }
        outcome.finish(throwing: error is CancellationError ? error : ServerFault(error))
        events.finish()
    }

    private func hear(_ message: DeepgramMessage) {
        guard let best = message.channel?.value?.alternatives.first else {
            return end(ServerFault.malformed("results without an alternative"))
        }
        let words = state.withLock { state in
            if message.isFinal == true {
                if !best.transcript.isEmpty { state.final.append((best.transcript, best.confidence ?? 0.8)) }
                state.interim = ""
            } else {
                state.interim = best.transcript
            }
            return (state.final.map(\.words) + [state.interim]).filter { !$0.isEmpty }.joined(separator: " ")
        }
        if !words.isEmpty { events.yield(.partial(words)) }
        if message.speechFinal == true { events.yield(.endOfTurn) }
        if message.fromFinalize == true { complete() }
    }

    private func complete() {
        guard isFirst() else { return }
        let heard = state.withLock { state in
            let length = state.final.reduce(0) { $0 + $1.words.count }
            let sum = state.final.reduce(0) { $0 + $1.confidence * Double($1.words.count) }
            return Heard(
                words: state.final.map(\.words).joined(separator: " "),
                confidence: length > 0 ? min(1, max(0, sum / Double(length))) : 0
            )
        }
        outcome.yield(heard)
        outcome.finish()
        events.finish()
    }

    private func isFirst() -> Bool {
        state.withLock { state in
            defer { state.isOver = true }
            return !state.isOver
        }
    }
}

/// What a Deepgram server says, as far as it is of use.
private struct DeepgramMessage: Decodable {
    struct Channel: Decodable {
        var alternatives: [Alternative]
    }

    struct Alternative: Decodable {
        var transcript: String
        var confidence: Double?
    }

    /// `channel` is an object in `Results` and a list of numbers elsewhere.
    struct Lenient: Decodable {
        var value: Channel?

        init(from decoder: any Decoder) throws {
            value = try? Channel(from: decoder)
        }
    }

    var type: String
    var channel: Lenient?
    var isFinal: Bool?
    var speechFinal: Bool?
    var fromFinalize: Bool?
    var description: String?
    var message: String?

    private enum CodingKeys: String, CodingKey {
        case type, channel, description, message
        case isFinal = "is_final"
        case speechFinal = "speech_final"
        case fromFinalize = "from_finalize"
    }
}
