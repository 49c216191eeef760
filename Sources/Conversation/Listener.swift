import Calls

/// What is being listened to, and what it was.
struct Listener {
    /// What an utterance turned out to be.
    struct Heard: Sendable {
        /// Nil if it fits nothing that was listened for.
        var meaning: StepVocabulary.Meaning?
        var words = ""
        var confidence = 0.0
    }

    private let recognizer: any Recognizer
    private let language: String
    private let deadline: Duration
    private let bargeInDeadline: Duration
    private let keywords: [String]
    private var utterance: (any Utterance)?

    /// `deadline` is how long the recogniser may take over an utterance, `bargeInDeadline` how long over whether an interruption is one.
    init(
        recognizer: any Recognizer,
        language: String,
        deadline: Duration,
        bargeInDeadline: Duration,
        keywords: [String] = []
    ) {
        self.recognizer = recognizer
        self.language = language
        self.deadline = deadline
        self.bargeInDeadline = bargeInDeadline
        self.keywords = keywords
    }

    /// Begins an utterance that has gone on for `audio`.
    mutating func listen(for vocabulary: StepVocabulary, after audio: [Int16]) async throws {
        var wanted = vocabulary.vocabulary(in: language)
        wanted.keywords = keywords
        utterance = try await recognizer.listen(for: wanted)
        utterance?.hear(audio)
    }

    func hear(_ samples: ArraySlice<Int16>) {
        utterance?.hear(Array(samples))
    }

    /// Gives the utterance up.
    mutating func drop() {
        utterance = nil
    }

    /// Ends the utterance. Nil if there is none. Throws what the recogniser throws, and `ConversationError.stalled`.
    mutating func finish(with vocabulary: StepVocabulary) async throws -> Heard? {
        guard let utterance else { return nil }
        self.utterance = nil
        switch try await withDeadline(deadline, { try await utterance.finish() }) {
        case .nothing: return Heard()
        case .heard(let entry, let words, let confidence):
            guard let meaning = vocabulary.meaning(of: entry, words: words) else { return Heard() }
            return Heard(meaning: meaning, words: words, confidence: confidence)
        }
    }

    /// Whether `audio`, which somebody is saying over the agent, is an "uh-huh" so far. What cannot be told, or not soon, is none.
    func isListeningAloud(_ audio: [Int16], _ vocabulary: StepVocabulary) async -> Bool {
        let recognizer = recognizer
        let wanted = vocabulary.vocabulary(in: language)
        let hearing = try? await withDeadline(bargeInDeadline) {
            try await recognizer.glimpse(audio, for: wanted)
        }
        guard case .heard(let entry, _, _)? = hearing else { return false }
        return entry == UniversalIntent.backchannel.rawValue
    }
}
