import Audio
import Conversation
import Synchronization

/// A recogniser, a model and a voice that always take the same time, so that what is left of a gap is ours.
struct FixedStages: Sendable {
    static let recognition = Duration.milliseconds(100)
    static let firstToken = Duration.milliseconds(200)
    static let firstSound = Duration.milliseconds(80)
    /// All three, one after the other, in ms.
    static let total = 380

    /// How often a call is answered before the agent takes its leave.
    var turns: Int
    /// Whether the recogniser tells words while they are said, 100 ms behind them.
    var tellsPartials: Bool
    var limits: TalkLimits
    /// What the agent says in each turn.
    var line: String

    static let goodbye = "Thank you, and goodbye."

    var model: any LanguageModel { FixedModel(turns: turns, line: line) }
    var recognizer: any Recognizer { FixedRecognizer(tellsPartials: tellsPartials) }

    /// What is said comes from `voice`, where it has been said before.
    func voice(_ voice: any Voice) -> any Voice { FixedVoice(voice: voice) }
}

private struct FixedModel: LanguageModel {
    let turns: Int
    let line: String
    let name = "fixed"
    let abilities = ModelAbilities()

    func answer(
        _ request: ModelRequest,
        _ take: @escaping @Sendable (ModelPiece) async throws -> Void
    ) async throws -> ModelEnding {
        guard request.schema == nil else { throw ModelFailure.garbled("nothing is asked of it after the call") }
        try await ContinuousClock().sleep(for: FixedStages.firstToken)
        let isLast = request.messages.count { if case .user = $0 { true } else { false } } > turns
        for word in (isLast ? FixedStages.goodbye : line).split(separator: " ") { try await take(.text(word + " ")) }
        if isLast { try await take(.call(ToolCall(id: "end", name: "end_call", arguments: "{}"))) }
        return ModelEnding(reason: isLast ? .toolCalls : .stop)
    }

    func warmUp() async throws {}
}

private struct FixedRecognizer: Recognizer {
    let tellsPartials: Bool

    func capabilities(in language: String) -> HearingCapabilities {
        tellsPartials ? [.dictation, .partials] : .dictation
    }

    func listen(for vocabulary: Vocabulary) async throws -> any Utterance { FixedUtterance(tellsPartials) }
}

private final class FixedUtterance: Utterance {
    private static let words = "Yes, I can."

    let events: AsyncStream<HearingEvent>
    private let tell: AsyncStream<HearingEvent>.Continuation
    private let tellsPartials: Bool
    /// Samples since the last sound. Nil before the first one, and when it was told.
    private let silence = Mutex<Int?>(nil)

    init(_ tellsPartials: Bool) {
        (events, tell) = AsyncStream.makeStream(of: HearingEvent.self)
        self.tellsPartials = tellsPartials
    }

    deinit {
        tell.finish()
    }

    func hear(_ samples: [Int16]) {
        guard tellsPartials else { return }
        let isLoud = Level.decibels(samples) > -45
        let isDue = silence.withLock { silence in
            silence = isLoud ? 0 : silence.map { $0 + samples.count }
            guard let since = silence, since >= 800 else { return false }
            silence = nil
            return true
        }
        if isDue { tell.yield(.partial(Self.words)) }
    }

    func finish() async throws -> Recognition {
        try await ContinuousClock().sleep(for: FixedStages.recognition)
        return .heard(entry: "words", words: Self.words, confidence: 1)
    }
}

private struct FixedVoice: Voice {
    let voice: any Voice

    var voices: [String] { voice.voices }

    func render(_ text: String, voice name: String) async throws -> [Int16] {
        try await voice.render(text, voice: name)
    }

    func speak(
        _ text: String,
        voice name: String,
        deliver: @escaping @Sendable ([Int16]) async throws -> Void
    ) async throws {
        let clip = try await voice.render(text, voice: name)
        try await ContinuousClock().sleep(for: FixedStages.firstSound)
        // The silence that the voice puts in front is not of the engine's making.
        let start = clip.firstIndex { abs(Int($0)) > 200 } ?? 0
        try await deliver(Array(clip[start...]))
    }
}
