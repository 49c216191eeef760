/// Cuts text that comes piece by piece into sentences, each as soon as it is whole, so that the first can be spoken while the rest is
/// still being thought. What only makes sense on a page is left out. Where the text goes round in circles, it ends.
struct SentenceStream: Sendable {
    /// The longest that is waited for the end of a sentence, in characters: what goes on is cut after a comma, or else between words.
    private static let longest = 220

    /// How many words a sentence has that nobody says twice in a row.
    private static let longWords = 3

    private var text = ""
    /// How often each sentence was given away, by its bare words.
    private var counts: [String: Int] = [:]
    private var last = ""
    /// Whether the same was said again and again: from there on nothing is given away.
    private(set) var isRepeating = false

    /// Some more text. Returns the sentences that are whole now.
    mutating func take(_ more: String) -> [String] {
        text += more.filter { !"*#`_~|".contains($0) }
        var sentences: [String] = []
        while let end = endOfSentence ?? endOfOverlong {
            sentences += fresh(Sentences.of(String(text[..<end])))
            text = String(text[end...])
        }
        return sentences
    }

    /// The text is over. Returns what is left of it.
    mutating func end() -> [String] {
        defer { text = "" }
        return fresh(Sentences.of(text))
    }

    /// Those of `sentences` that come before the first that is said too often: the second time in a row, which is no slip, or the third time in
    /// all. Short ones ("No. No.") are said twice by anybody.
    private mutating func fresh(_ sentences: [String]) -> [String] {
        var fresh: [String] = []
        for sentence in sentences where !isRepeating {
            let words = sentence.bareWords
            counts[words, default: 0] += 1
            let isLong = words.split(separator: " ").count >= Self.longWords
            isRepeating = !words.isEmpty && (counts[words] == 3 || isLong && words == last)
            last = words
            if !isRepeating { fresh.append(sentence) }
        }
        return fresh
    }

    /// Behind the first sentence that is known to be whole: a space follows its last mark, so that "3.50" is none.
    private var endOfSentence: String.Index? {
        var index = text.startIndex
        while let mark = text[index...].firstIndex(where: { ".!?\n".contains($0) }) {
            let next = text.index(after: mark)
            if text[mark] == "\n" { return next }
            guard next < text.endIndex else { return nil }
            if text[next].isWhitespace, !Sentences.endsInAbbreviation(String(text[...mark])) { return next }
            index = next
        }
        return nil
    }

    private var endOfOverlong: String.Index? {
        guard text.count > Self.longest else { return nil }
        let room = text.prefix(Self.longest)
        let cut = room.lastIndex { ",;:".contains($0) } ?? room.lastIndex(where: \.isWhitespace)
        return cut.map(text.index(after:)) ?? room.endIndex
    }
}
