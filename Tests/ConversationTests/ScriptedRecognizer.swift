import Conversation
import Synchronization

/// A recogniser that understands what a test has it understand.
final class ScriptedRecognizer: Recognizer {
    private let words: Mutex<[String?]>

    init(_ words: [String?]) {
        self.words = Mutex(words)
    }

    func capabilities(in language: String) -> HearingCapabilities { .dictation }

    func listen(for vocabulary: Vocabulary) async throws -> any Utterance {
        ScriptedUtterance { self.words.withLock { $0.isEmpty ? nil : $0.removeFirst() } }
    }
}

private struct ScriptedUtterance: Utterance {
    let next: @Sendable () -> String?

    func hear(_ samples: [Int16]) {}

    func finish() async throws -> Recognition {
        next().map { .heard(entry: "words", words: $0, confidence: 1) } ?? .nothing
    }
}
