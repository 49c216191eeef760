import Calls

/// Words that a voice says wrong, and how they are to be read.
struct PronunciationDictionary: Sendable {
    /// By the word in lower case, its words apart.
    private let readings: [(words: [String], reading: String)]

    /// The longest entry that fits counts: "Dr Who" before "Dr".
    init(_ entries: [String: String]) {
        readings = entries.map { (words: Self.words(in: $0.key), reading: $0.value) }.filter { !$0.words.isEmpty }
            .sorted { ($1.words.count, $0.reading) < ($0.words.count, $1.reading) }
    }

    /// `text` as it is to be read.
    func applied(to text: String) -> String {
        guard !readings.isEmpty else { return text }
        let tokens = text.split(separator: " ", omittingEmptySubsequences: false).map(Token.init)
        var result: [String] = []
        var index = 0
        while index < tokens.count {
            let rest = tokens[index...]
            if let match = readings.first(where: { Self.begins(rest, with: $0.words) }) {
                let last = rest[index + match.words.count - 1]
                result.append(tokens[index].before + match.reading + last.after)
                index += match.words.count
            } else {
                result.append(tokens[index].whole)
                index += 1
            }
        }
        return result.joined(separator: " ")
    }

    private static func begins(_ tokens: ArraySlice<Token>, with words: [String]) -> Bool {
        guard tokens.count >= words.count else { return false }
        let candidates = tokens.prefix(words.count)
        // A mark between two words ends a phrase.
        guard candidates.dropLast().allSatisfy({ $0.after.isEmpty }),
            candidates.dropFirst().allSatisfy({ $0.before.isEmpty })
        else { return false }
        return zip(candidates, words).allSatisfy { $0.word == $1 }
    }

    private static func words(in text: String) -> [String] {
        text.split(separator: " ").map { Token($0).word }.filter { !$0.isEmpty }
    }

    /// A word and the marks around it.
    private struct Token {
        let whole: String
        let before: String
        let word: String
        let after: String

        init(_ text: Substring) {
            whole = String(text)
            let isMark: (Character) -> Bool = { !$0.isLetter && !$0.isNumber }
            let start = text.firstIndex { !isMark($0) } ?? text.endIndex
            let end = text.lastIndex { !isMark($0) }.map(text.index(after:)) ?? start
            before = String(text[..<start])
            word = text[start..<end].lowercased()
            after = String(text[end...])
        }
    }
}
