package import Calls

/// One thing to listen for.
package struct GrammarPhrase: Sendable, Hashable {
    /// How far below an unconstrained reading of the audio it may score and still count.
    package enum Lenience: Sendable, Hashable {
        /// For what must not be missed: an opt-out.
        case lenient
        case ordinary
        /// For what must not be imagined: a consent.
        case strict
    }

    package var name: String
    /// Rule expansions as `PhrasePattern` reads them.
    package var expansions: [String]
    package var lenience: Lenience

    package init(name: String, expansions: [String], lenience: Lenience = .ordinary) {
        self.name = name
        self.expansions = expansions
        self.lenience = lenience
    }
}

/// What was heard in an utterance.
package enum GrammarResult: Sendable, Hashable {
    /// The phrase's name, its words, and how well they fit: 0.5 is the bound for ordinary phrases, 1 as good as the unconstrained
    /// reading.
    case heard(phrase: String, words: String, confidence: Double)
    case nothing
}

/// Phrases made ready for decoders: compiled once, used by every utterance that listens for them.
final class Grammar: Sendable {
    struct Pronunciation: Sendable {
        var word: String
        var readings: [String]
    }

    let graph: WordGraph
    let pronunciations: [Pronunciation]
    private let phrases: [(phrase: GrammarPhrase, graph: WordGraph)]

    /// Sounds before an answer that mean nothing.
    static let hesitations = ["um", "uh", "well", "so"]

    init(_ phrases: [GrammarPhrase], pronunciations: Pronunciations) throws(RecognitionError) {
        var whole: [PhrasePattern.Part] = []
        var compiled: [(GrammarPhrase, WordGraph)] = []
        for phrase in phrases {
            var parts: [PhrasePattern.Part] = []
            for expansion in phrase.expansions {
                do throws(PhrasePatternError) {
                    parts.append(try PhrasePattern(expansion).root)
                } catch {
                    throw .badPhrase(phrase.name, expansion: expansion, error)
                }
            }
            guard !parts.isEmpty else { throw .emptyPhrase(phrase.name) }
            compiled.append((phrase, WordGraph(parts)))
            whole += parts
        }
        guard !whole.isEmpty else { throw .emptyVocabulary }
        let hesitation = PhrasePattern.Part.optional(.choice(Self.hesitations.map { .word($0) }))
        graph = WordGraph([.sequence([hesitation, .choice(whole)])])
        self.phrases = compiled.map { (phrase: $0.0, graph: $0.1) }

        self.pronunciations = try Set(graph.arcs.map(\.word)).sorted().map { word throws(RecognitionError) in
            let readings = pronunciations.readings(of: word)
            guard !readings.isEmpty else { throw .unpronounceable(word) }
            return Pronunciation(word: word, readings: readings)
        }
    }

    /// Which phrase `words` are: the first that fits, with or without a hesitation in front.
    func phrase(for words: [String]) -> GrammarPhrase? {
        let isHesitant = words.count > 1 && Self.hesitations.contains(words[0])
        return phrases.first { entry in
            entry.graph.accepts(words) || isHesitant && entry.graph.accepts(words.dropFirst())
        }?.phrase
    }
}

/// Why nothing can be recognised.
package enum RecognitionError: Error, Sendable, Hashable {
    /// The acoustic model or its dictionary is not where the configuration says.
    case modelUnreadable(String)
    case emptyVocabulary
    case emptyPhrase(String)
    case badPhrase(String, expansion: String, PhrasePatternError)
    /// A word for which neither the dictionary nor the letter-to-sound rules have a sound.
    case unpronounceable(String)
    /// The decoder refused a grammar or an utterance.
    case decoderFailed(String)
}

extension RecognitionError: CustomStringConvertible {
    package var description: String {
        switch self {
        case .modelUnreadable(let path): "the speech model cannot be read at \(path) (package pocketsphinx-en-us)"
        case .emptyVocabulary: "there is nothing to listen for"
        case .emptyPhrase(let name): "'\(name)' has no phrases"
        case .badPhrase(let name, let expansion, let error): "'\(expansion)' in '\(name)': \(error)"
        case .unpronounceable(let word): "nobody can say how '\(word)' is pronounced"
        case .decoderFailed(let what): "the decoder failed to \(what)"
        }
    }
}
