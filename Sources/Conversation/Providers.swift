/// Speaks: words in, audio out.
package protocol Voice: Sendable {
    /// The names an agent may give as its `voice`.
    var voices: [String] { get }

    /// `text` as 8,000 Hz mono samples, whole. Throws if `voice` is not one of `voices` or the synthesis failed.
    func render(_ text: String, voice: String) async throws -> [Int16]
}

/// Hears: the callee's audio in, one of a step's expected answers out.
package protocol Recognizer: Sendable {
    /// Makes ready to recognise one utterance against `vocabulary`. Cheap when the same vocabulary was opened before.
    func listen(for vocabulary: Vocabulary) async throws -> any Utterance
}

/// One utterance being heard. Dropped without `finish`, it is given up.
package protocol Utterance: Sendable {
    /// 8,000 Hz mono samples, in order. Returns at once.
    func hear(_ samples: [Int16])

    /// The utterance is over: what was it? `.nothing` if it fits none of the vocabulary well enough.
    func finish() async throws -> Recognition
}

/// What may be said at one point: named phrases, each a list of JSGF expansions (`yes [please]`, `( call | ring ) me`).
package struct Vocabulary: Sendable, Hashable {
    package struct Entry: Sendable, Hashable {
        package var name: String
        package var expansions: [String]
        /// How much worse than an unconstrained reading this entry may score and still count; nil for the recogniser's own bound.
        /// An opt-out is heard leniently, a consent never is.
        package var lenience: Lenience

        package init(name: String, expansions: [String], lenience: Lenience = .ordinary) {
            self.name = name
            self.expansions = expansions
            self.lenience = lenience
        }
    }

    package enum Lenience: Sendable, Hashable {
        case lenient
        case ordinary
        case strict
    }

    package var entries: [Entry]
    /// The name under which a recogniser that takes dictation gives back any other words. One that does not hears `.nothing` then. Nil: other
    /// words are not asked for.
    package var dictation: String?

    package init(entries: [Entry], dictation: String? = nil) {
        self.entries = entries
        self.dictation = dictation
    }
}

package enum Recognition: Sendable, Hashable {
    /// The entry's name, the words heard, and how well they fit (0…1).
    case heard(entry: String, words: String, confidence: Double)
    /// Speech that fits nothing.
    case nothing
}
