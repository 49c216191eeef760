/// What may be said, as a flow writes it: words, `[optional]` parts and `( one | other )` choices, in the notation of the JSpeech
/// Grammar Format's rule expansions (W3C Note, June 2000, section 4). No rule names, weights, tags or repeats.
///
/// Phrases come from whoever writes agents, so they are read strictly here and never reach a recogniser's own parser.
package struct PhrasePattern: Sendable, Hashable {
    package indirect enum Part: Sendable, Hashable {
        /// Lowercase letters and apostrophes.
        case word(String)
        case sequence([Part])
        case choice([Part])
        case optional(Part)
    }

    package let root: Part

    package init(_ text: String) throws(PhrasePatternError) {
        guard text.utf8.count <= 4000 else { throw .tooLong }
        var reader = PhraseReader(tokens: try PhraseToken.tokens(of: text))
        root = try reader.readAll()
        guard !root.canBeEmpty else { throw .matchesNothingSaid }
    }

    /// Every word that occurs in it.
    package var words: Set<String> { root.words }
}

/// Why a phrase cannot be listened for.
package enum PhrasePatternError: Error, Sendable, Hashable {
    case tooLong
    /// A character that is in no word: digits and punctuation are not spoken as they are written.
    case unexpected(Character)
    /// `[` or `(` without its partner, or the other way round.
    case unbalanced
    /// An empty pair of brackets, or nothing on one side of `|`.
    case emptyPart
    case nestedTooDeeply
    /// Every part is optional, so silence would fit.
    case matchesNothingSaid
}

extension PhrasePatternError: CustomStringConvertible {
    package var description: String {
        switch self {
        case .tooLong: "longer than 4,000 characters"
        case .unexpected(let character): "'\(character)' cannot be spoken; write words only (\"three\", not \"3\")"
        case .unbalanced: "brackets do not match"
        case .emptyPart: "an empty part; put words into every bracket and on both sides of '|'"
        case .nestedTooDeeply: "brackets nested more than 12 deep"
        case .matchesNothingSaid: "every part is optional, so silence would fit; leave at least one word outside [ ]"
        }
    }
}

extension PhrasePattern.Part {
    package var canBeEmpty: Bool {
        switch self {
        case .word: false
        case .sequence(let parts): parts.allSatisfy(\.canBeEmpty)
        case .choice(let parts): parts.contains(where: \.canBeEmpty)
        case .optional: true
        }
    }

    var words: Set<String> {
        switch self {
        case .word(let word): [word]
        case .sequence(let parts), .choice(let parts): parts.reduce(into: []) { $0.formUnion($1.words) }
        case .optional(let part): part.words
        }
    }
}

private enum PhraseToken: Equatable {
    case word(String)
    case open(Character)
    case close(Character)
    case bar

    static func tokens(of text: String) throws(PhrasePatternError) -> [PhraseToken] {
        var tokens: [PhraseToken] = []
        var word = ""
        func endWord() {
            let trimmed = word.drop { $0 == "'" }
            if !trimmed.isEmpty { tokens.append(.word(String(trimmed))) }
            word = ""
        }
        for character in text.lowercased() {
            switch character {
            case "a"..."z": word.append(character)
            case "'", "\u{2019}": word.append("'")
            case " ", "\t", "\n", "-", ",", ".", "?", "!": endWord()
            case "[", "(":
                endWord()
                tokens.append(.open(character))
            case "]", ")":
                endWord()
                tokens.append(.close(character == "]" ? "[" : "("))
            case "|":
                endWord()
                tokens.append(.bar)
            default: throw .unexpected(character)
            }
        }
        endWord()
        return tokens
    }
}

private struct PhraseReader {
    let tokens: [PhraseToken]
    private var next = 0
    private var depth = 0

    init(tokens: [PhraseToken]) {
        self.tokens = tokens
    }

    mutating func readAll() throws(PhrasePatternError) -> PhrasePattern.Part {
        let part = try readChoice()
        guard next == tokens.count else { throw .unbalanced }
        return part
    }

    private mutating func readChoice() throws(PhrasePatternError) -> PhrasePattern.Part {
        var options = [try readSequence()]
        while next < tokens.count, tokens[next] == .bar {
            next += 1
            options.append(try readSequence())
        }
        return options.count == 1 ? options[0] : .choice(options)
    }

    private mutating func readSequence() throws(PhrasePatternError) -> PhrasePattern.Part {
        var parts: [PhrasePattern.Part] = []
        while next < tokens.count {
            switch tokens[next] {
            case .word(let word):
                next += 1
                parts.append(.word(word))
            case .open(let bracket):
                parts.append(try readBracket(bracket))
            case .close, .bar:
                return try sequence(parts)
            }
        }
        return try sequence(parts)
    }

    private mutating func readBracket(_ bracket: Character) throws(PhrasePatternError) -> PhrasePattern.Part {
        guard depth < 12 else { throw .nestedTooDeeply }
        depth += 1
        next += 1
        let inner = try readChoice()
        guard next < tokens.count, tokens[next] == .close(bracket) else { throw .unbalanced }
        next += 1
        depth -= 1
        return bracket == "[" ? .optional(inner) : inner
    }

    private func sequence(_ parts: [PhrasePattern.Part]) throws(PhrasePatternError) -> PhrasePattern.Part {
        guard let first = parts.first else { throw .emptyPart }
        return parts.count == 1 ? first : .sequence(parts)
    }
}
