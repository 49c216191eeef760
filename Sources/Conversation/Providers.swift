/// Speaks: words in, audio out.
package protocol Voice: Sendable {
    /// The names an agent may give as its `voice`.
    var voices: [String] { get }

    /// `text` as 8,000 Hz mono samples, whole. Throws if `voice` is not one of `voices` or the synthesis failed.
    func render(_ text: String, voice: String) async throws -> [Int16]

    /// Gives `text` to `deliver` as 8,000 Hz mono samples, piece by piece as they are made, and returns when that was all. What was delivered
    /// before it throws has been spoken. Stops when the task is canceled.
    ///
    /// A voice that renders whole delivers once.
    func speak(_ text: String, voice: String, deliver: @escaping @Sendable ([Int16]) async throws -> Void) async throws

    /// Whether the voice begins with the first words of a text that is still being written. If not, it waits for each element.
    var takesTextAsItComes: Bool { get }

    /// As `speak`, for text that is still being written. Its elements end between words; for a voice that does not take text as it comes,
    /// they have to be sentences.
    func speak(
        _ text: AsyncStream<String>,
        voice: String,
        deliver: @escaping @Sendable ([Int16]) async throws -> Void
    ) async throws

    /// Called while the phone rings: opens what would take time later. A failure shows when the voice is needed.
    func makeReady(voice: String) async
}

extension Voice {
    package var takesTextAsItComes: Bool { false }

    package func speak(
        _ text: String,
        voice: String,
        deliver: @escaping @Sendable ([Int16]) async throws -> Void
    ) async throws {
        try await deliver(render(text, voice: voice))
    }

    package func speak(
        _ text: AsyncStream<String>,
        voice: String,
        deliver: @escaping @Sendable ([Int16]) async throws -> Void
    ) async throws {
        for await sentence in text { try await speak(sentence, voice: voice, deliver: deliver) }
    }

    package func makeReady(voice: String) async {}
}

/// What a recogniser can do beyond telling a vocabulary's entries apart.
package struct HearingCapabilities: OptionSet, Sendable, Hashable {
    package let rawValue: Int

    package init(rawValue: Int) {
        self.rawValue = rawValue
    }

    /// Gives back any words, under the vocabulary's `dictation`.
    package static let dictation = HearingCapabilities(rawValue: 1)
    /// Tells words while they are being said: `HearingEvent.partial`.
    package static let partials = HearingCapabilities(rawValue: 2)
    /// Tells when it takes the turn to be over: `HearingEvent.endOfTurn`.
    package static let endOfTurn = HearingCapabilities(rawValue: 4)
    /// Expects the vocabulary's `keywords`.
    package static let keywords = HearingCapabilities(rawValue: 8)
    /// `glimpse` answers within a few hundredths of a second.
    package static let quickGlimpse = HearingCapabilities(rawValue: 16)
}

/// Hears: the callee's audio in, one of a step's expected answers or plain words out.
package protocol Recognizer: Sendable {
    /// What it can do in `language`, an RFC 5646 tag.
    func capabilities(in language: String) -> HearingCapabilities

    /// Makes ready to recognise one utterance against `vocabulary`. Cheap when the same vocabulary was opened before.
    func listen(for vocabulary: Vocabulary) async throws -> any Utterance

    /// Called while the phone rings, for what the conversation may listen for: makes ready what takes time, and throws if it can never be heard.
    func makeReady(for vocabulary: Vocabulary) async throws

    /// What `audio`, the beginning of speech that goes on, sounds like so far.
    func glimpse(_ audio: [Int16], for vocabulary: Vocabulary) async throws -> Recognition
}

extension Recognizer {
    package func makeReady(for vocabulary: Vocabulary) async throws {
        _ = try await listen(for: vocabulary)
    }

    package func glimpse(_ audio: [Int16], for vocabulary: Vocabulary) async throws -> Recognition {
        let utterance = try await listen(for: vocabulary)
        utterance.hear(audio)
        return try await utterance.finish()
    }
}

/// What a recogniser tells of an utterance while it is being said. None of it is final.
package enum HearingEvent: Sendable, Hashable {
    /// All the words so far, each time anew.
    case partial(String)
    /// The recogniser takes the turn to be over.
    case endOfTurn
}

/// One utterance being heard. Dropped without `finish`, it is given up.
package protocol Utterance: Sendable {
    /// Ends with the utterance. Of a recogniser that tells nothing before the end, it is empty. For one reader.
    var events: AsyncStream<HearingEvent> { get }

    /// 8,000 Hz mono samples, in order. Returns at once.
    func hear(_ samples: [Int16])

    /// The utterance is over: what was it? `.nothing` if it fits none of the vocabulary well enough.
    func finish() async throws -> Recognition
}

extension Utterance {
    package var events: AsyncStream<HearingEvent> { AsyncStream { $0.finish() } }
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
    /// What is spoken, as an RFC 5646 tag.
    package var language: String
    /// Names and rare words to expect, for a recogniser that can.
    package var keywords: [String]

    package init(
        entries: [Entry],
        dictation: String? = nil,
        language: String = "en-US",
        keywords: [String] = []
    ) {
        self.entries = entries
        self.dictation = dictation
        self.language = language
        self.keywords = keywords
    }
}

package enum Recognition: Sendable, Hashable {
    /// The entry's name, the words heard, and how well they fit (0…1).
    case heard(entry: String, words: String, confidence: Double)
    /// Speech that fits nothing.
    case nothing
}
