import Conversation
import Synchronization

/// A recogniser that understands what a test has it understand.
final class ScriptedRecognizer: Recognizer {
    private struct State {
        var words: [String?]
        var finished = 0
        /// How what was heard last began, and what it was.
        var last: (beginning: [Int16], words: String?)?
    }

    private let state: Mutex<State>
    private let abilities: HearingCapabilities
    private let begun: @Sendable () -> Void

    /// `begun` is called when something is listened to.
    init(_ words: [String?], _ abilities: HearingCapabilities = .dictation, begun: @escaping @Sendable () -> Void = {})
    {
        state = Mutex(State(words: words))
        self.abilities = abilities
        self.begun = begun
    }

    /// How many utterances it was asked to finish.
    var finished: Int { state.withLock(\.finished) }

    func capabilities(in language: String) -> HearingCapabilities { abilities }

    func listen(for vocabulary: Vocabulary) async throws -> any Utterance {
        begun()
        return ScriptedUtterance { self.words(for: $0) }
    }

    /// What begins alike is the same turn, listened to once more because it went on.
    private func words(for beginning: [Int16]) -> String? {
        state.withLock { state in
            state.finished += 1
            if let last = state.last, last.beginning == beginning { return last.words }
            let words = state.words.isEmpty ? nil : state.words.removeFirst()
            state.last = (beginning, words)
            return words
        }
    }
}

private final class ScriptedUtterance: Utterance {
    private let beginning = Mutex<[Int16]>([])
    private let words: @Sendable ([Int16]) -> String?

    init(words: @escaping @Sendable ([Int16]) -> String?) {
        self.words = words
    }

    func hear(_ samples: [Int16]) {
        beginning.withLock { $0 += samples.prefix(max(0, 1600 - $0.count)) }
    }

    func finish() async throws -> Recognition {
        words(beginning.withLock(\.self)).map { .heard(entry: "words", words: $0, confidence: 1) } ?? .nothing
    }
}
