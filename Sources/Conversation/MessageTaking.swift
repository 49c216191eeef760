import Calls

/// A message being left, phrase by phrase. A phrase is what is said between two pauses.
///
/// What comes first may be an answer in place of a message ("no, thanks") or want an answer itself ("who is this?"). Once enough was said
/// that is neither, all that follows belongs to the message whatever it sounds like, a plain opt-out excepted: in free speech a grammar
/// finds a "yes" or a "bye" here and there.
struct MessageTaking: Sendable {
    struct Phrase: Sendable, Hashable {
        /// On the recording, in ms.
        var start: Int
        /// On the recording, in ms.
        var end: Int
        /// Ms of speech in it, pauses not counted.
        var voiced: Int
        /// Nil if not even a word was understood.
        var words: String?
        /// Nil if it is nothing that is listened for.
        var meaning: StepVocabulary.Meaning?
        var confidence = 0.0
    }

    enum Verdict: Sendable, Hashable {
        /// Wait for more.
        case listen
        /// It is no part of a message: deal with it now.
        case react
    }

    /// Speech that nothing is understood of is a message from here on, in ms: less is a cough, a chair, a breath.
    private static let leastSpeech = 500
    /// How sure a universal intent must be to count where any words are expected. An opt-out that is less sure is asked about.
    private static let leastConfidence = 0.6

    /// The answer of the step that is a message.
    let answer: Int
    private(set) var phrases: [Phrase] = []
    /// Enough was said that it is a message.
    private(set) var isMessage = false
    /// An answer in place of a message, if nothing follows it.
    private(set) var held: Phrase?
    /// The last phrase was "hold on".
    private(set) var isHolding = false
    /// Something in the message may have been an opt-out.
    private(set) var hasDoubtfulOptOut = false

    init(answer: Int) {
        self.answer = answer
    }

    mutating func add(_ phrase: Phrase) -> Verdict {
        isHolding = false
        switch phrase.meaning {
        case .universal(.optOut)? where phrase.confidence >= 0.5: return .react
        case .universal(.optOut)?: hasDoubtfulOptOut = true
        case .universal(.hold)? where isMessage: isHolding = phrase.confidence >= Self.leastConfidence
        case .universal(.backchannel)? where !isMessage: return .listen
        case .universal? where !isMessage && phrase.confidence >= Self.leastConfidence: return .react
        case .answer(let index, _)? where !isMessage && index != answer: held = phrase
        case .answer?, .universal?, nil: break
        }
        phrases.append(phrase)
        guard !isMessage, phrase.isFree(answer) else { return .listen }
        let free = phrases.filter { $0.isFree(answer) }.reduce(0) { $0 + $1.voiced }
        isMessage = phrase.dictated(answer) != nil || free >= Self.leastSpeech
        if isMessage { held = nil }
        return .listen
    }

    /// Where on the recording it is, in ms. Nil before the first phrase.
    var extent: Range<Int>? {
        guard let first = phrases.first, let last = phrases.last else { return nil }
        return first.start..<max(first.start, last.end)
    }

    /// What was said. Nil unless all of it was understood.
    var words: String? {
        let words = phrases.compactMap { $0.dictated(answer) }
        return words.count == phrases.count ? words.joined(separator: " ") : nil
    }

    /// For the transcript: a mark stands for what was not understood.
    var text: String {
        var parts: [String] = []
        for phrase in phrases {
            let part = phrase.dictated(answer) ?? Chronicle.unintelligible
            if part != Chronicle.unintelligible || parts.last != part { parts.append(part) }
        }
        return parts.joined(separator: " ")
    }
}

extension MessageTaking.Phrase {
    /// Whether it is nothing but words, as far as can be told. A doubtful intent is none, unless it is an opt-out.
    fileprivate func isFree(_ message: Int) -> Bool {
        switch meaning {
        case .universal(.optOut)?: false
        case nil, .universal?: true
        case .answer(let index, _)?: index == message
        }
    }

    /// Its words, from a recogniser that takes any. What a grammar finds in a message may be chance.
    fileprivate func dictated(_ message: Int) -> String? {
        guard case .answer(message, _)? = meaning else { return nil }
        return words
    }
}

extension MessageTaking.Phrase {
    init(_ speech: TurnTaking.Speech, _ heard: Listener.Heard) {
        self.init(
            start: Int(speech.start / 8),
            end: Int(speech.end / 8),
            voiced: speech.voiced,
            words: heard.meaning == nil ? nil : heard.words,
            meaning: heard.meaning,
            confidence: heard.confidence
        )
    }
}
