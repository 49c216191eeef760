/// Decides whether a reading is to be believed.
///
/// A grammar fits anything somehow: without this, nine of ten sentences that are not in it come out as an answer. Two things are asked:
/// that the path scores well at all, and that it scores hardly worse than the best row of phones would.
enum Rejection {
    /// How far below the free phone loop a reading may score, per frame, for an ordinary phrase.
    static let ordinaryGap = 15.0
    /// Below this, no reading is believed, whatever the phone loop says.
    static let worstScore = -40.0

    static func judge(_ reading: Decoder.Reading, against phones: Decoder.Reading, in grammar: Grammar) -> GrammarResult
    {
        guard let phrase = grammar.phrase(for: reading.words), reading.score > worstScore else { return .nothing }
        let gap = phones.score - reading.score
        guard gap < bound(phrase.lenience) else { return .nothing }
        return .heard(
            phrase: phrase.name,
            words: reading.words.joined(separator: " "),
            confidence: min(1, max(0, 1 - gap / (2 * ordinaryGap)))
        )
    }

    private static func bound(_ lenience: GrammarPhrase.Lenience) -> Double {
        switch lenience {
        case .lenient: ordinaryGap * 1.27
        case .ordinary: ordinaryGap
        case .strict: ordinaryGap * 0.87
        }
    }
}
