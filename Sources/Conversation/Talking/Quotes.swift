import Calls
import Synchronization

/// What the callee said, to look quotes up in.
struct Quotes: Sendable {
    struct Quote: Sendable, Hashable {
        /// As it stands in the transcript, if the quote was not a part of it only.
        var text: String
        /// When it was said, in ms on the recording.
        var at: Int
    }

    private let entries: [(text: String, start: Int)]

    init(_ transcript: [TranscriptEntry]) {
        let said = transcript.filter { $0.isPersons && !$0.keyed }
        entries = said.filter { $0.text != Chronicle.unintelligible }
            .map { ($0.text, $0.start) }
            .filter { !$0.text.bareWords.isEmpty }
    }

    /// Whether the callee said nothing that was understood.
    var isEmpty: Bool { entries.isEmpty }

    /// The quote, if the callee said those words, in that order and on end. Case and punctuation do not count.
    func find(_ text: String?) -> Quote? {
        guard let text else { return nil }
        let found = entries.first { $0.text.says(text) }
        return found.map { Quote(text: String(text.prefix(500)), at: $0.start) }
    }
}

/// The text of an answer, as it comes.
final class Answer: Sendable {
    private let text = Mutex("")

    func add(_ more: String) {
        text.withLock { $0 += more }
    }

    /// The JSON in it. Some models put a fence or a word around it.
    var json: JSONValue? {
        let text = text.withLock(\.self)
        if let value = JSONValue(json: text) { return value }
        guard let start = text.firstIndex(of: "{"), let end = text.lastIndex(of: "}"), start < end else { return nil }
        return JSONValue(json: String(text[start...end]))
    }
}
