/// Decides whether a reading is to be believed.
///
/// A grammar fits anything somehow: without this, nine of ten sentences that are not in it come out as an answer. Two things are asked:
/// that the path scores well at all, and that it scores hardly worse than the best row of phones would.
enum Rejection {
    /// Below this, no reading is believed, whatever the phone loop says.
    private static let worstScore = -60.0

    static func judge(_ reading: Decoder.Reading, against phones: Decoder.Reading, in grammar: Grammar) -> GrammarResult
    {
        guard let phrase = grammar.phrase(for: reading.words), reading.score > worstScore else { return .nothing }
        let gap = phones.score - reading.score
        let bound = ordinaryGap(frames: reading.frames)
        guard gap < bound * phrase.lenience.factor else { return .nothing }
        return .heard(
            phrase: phrase.name,
            words: reading.words.joined(separator: " "),
            confidence: min(1, max(0, 1 - gap / (2 * bound)))
        )
    }

    /// How far below the free phone loop an ordinary phrase may score, per frame of 10 ms.
    ///
    /// A single word has no room to average, so "yes" scores as far off as a long sentence that is not in the grammar at all.
    private static func ordinaryGap(frames: Int) -> Double {
        min(10.5, max(8, 10.5 - Double(frames - 130) * 0.03))
    }
}

extension GrammarPhrase.Lenience {
    fileprivate var factor: Double {
        switch self {
        case .lenient: 1.2
        case .ordinary: 1
        case .strict: 0.97
        }
    }
}
