/// What somebody has said so far, and whether it can stand as it is.
struct Clause: Sendable {
    /// From −1, there is more to come, to 1, it is whole.
    let score: Double

    init(_ text: String) {
        let words = text.lowercased().replacing("\u{2019}", with: "'")
            .split { !$0.isLetter && !$0.isNumber && $0 != "'" }
            .map(String.init)
        score = Self.score(text, words)
    }

    private static func score(_ text: String, _ words: [String]) -> Double {
        guard let last = words.last else { return 0 }
        let trimmed = text.reversed().drop(while: \.isWhitespace)
        let isTrailing = trimmed.starts(with: "...") || trimmed.first == "\u{2026}" || trimmed.first == "-"
        if hesitations.contains(last) { return -1 }
        if isTrailing { return -0.8 }
        // "Yes." is whole, "I" is not, and neither is "because".
        if words.count == 1, wholeWords.contains(last) { return 0.8 }
        if UniversalIntent.said(in: text) != nil { return 0.8 }
        if leavesOutTheRest(words) {
            if affirmations.contains(words[0]) || words.starts(with: ["of", "course"]) { return 0.8 }
            return trimmed.first == "." ? 0.2 : -0.4
        }
        // A recogniser that writes marks may put one where there is none; a question mark it means.
        if openers.contains(last), trimmed.first != "?" { return trimmed.first == "." ? -0.5 : -0.9 }
        if let digits = digitsAtEnd(words) {
            // A telephone number has seven digits at least, a card or an account more; a time or an amount is no string of digits.
            return digits >= 10 ? 0.3 : -0.7
        }
        if trimmed.first == "," { return -0.6 }
        if wholeWords.contains(last) { return 0.8 }
        return switch trimmed.first {
        case "?": 0.7
        case ".", "!": words.count >= 3 ? 0.5 : 0.4
        // A recogniser that writes no marks.
        default: words.count >= 3 ? 0.3 : 0
        }
    }

    /// Whether the words may end where they do because the rest was asked: "Yes, I can.", "No, we're not."
    private static func leavesOutTheRest(_ words: [String]) -> Bool {
        guard words.count >= 2 else { return false }
        let (subject, last) = (words[words.count - 2], words[words.count - 1])
        if last == "not" { return auxiliaries.contains(subject) || joinedAuxiliaries.contains(subject) }
        return subjects.contains(subject) && (auxiliaries.contains(last) || forms.contains(last))
    }

    /// How many digits there are at the end, if they were said one by one: "five five one", "5-5-1".
    private static func digitsAtEnd(_ words: [String]) -> Int? {
        var count = 0
        var parts = 0
        for word in words.reversed() {
            let isFigure = word.allSatisfy { $0.isASCII && $0.isNumber }
            guard isFigure || spokenDigits.contains(word) else { break }
            count += isFigure ? word.count : 1
            parts += 1
        }
        // "At 3", "in 2024" and "30" are said in one piece.
        return parts >= 2 || count >= 5 ? count : nil
    }

    private static let hesitations: Set<String> = ["um", "uh", "er", "erm", "hmm", "uhm", "ah", "eh", "äh", "ähm"]
    private static let spokenDigits: Set<String> = [
        "zero", "oh", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "double", "triple",
    ]
    private static let wholeWords: Set<String> = [
        "yes", "no", "yeah", "yep", "nope", "sure", "okay", "ok", "right", "correct", "exactly", "absolutely", "thanks",
        "please", "bye", "goodbye", "hello", "speaking", "fine", "maybe", "ja", "nein",
    ]
    private static let affirmations: Set<String> = [
        "yes", "no", "yeah", "yep", "nope", "sure", "okay", "ok", "absolutely", "definitely", "certainly",
    ]
    private static let subjects: Set<String> = ["i", "we", "they", "he", "she", "it", "you", "that", "there"]
    private static let joinedAuxiliaries: Set<String> = ["i'm", "it's", "that's", "there's", "we're", "they're"]
    private static let auxiliaries: Set<String> = [
        "is", "are", "was", "were", "am", "has", "had", "have", "will", "would", "could", "should", "can",
        "may", "might", "must",
    ]
    private static let forms: Set<String> = ["do", "did", "don't", "didn't"]
    /// What cannot end a sentence, or hardly.
    private static let openers: Set<String> = auxiliaries.union(joinedAuxiliaries).union([
        "and", "but", "or", "because", "if", "when", "while", "although", "unless", "until", "since", "than",
        "that", "which", "who", "whose", "where", "whether", "as", "like", "well", "then", "actually", "basically",
        "the", "a", "an", "my", "your", "his", "its", "our", "their", "this", "these", "those", "some", "any", "every",
        "of", "for", "with", "at", "from", "by", "to", "into", "about", "between", "before", "after", "on", "in",
        "be", "been", "i", "we", "they", "he", "she",
        "i'll", "i'd", "i've", "let", "let's", "very", "really", "just", "maybe", "also", "not", "don't", "didn't",
        "und", "oder", "aber", "weil", "dass", "der", "die", "das", "ein", "eine", "mit", "von", "zu", "ich", "wir",
    ])
}
