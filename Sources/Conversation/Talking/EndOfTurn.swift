import Calls

/// Decides how long the callee has to be silent to be done: silence alone tells a pause from an end badly, together with how the voice went
/// down and with what was said it tells them well.
struct EndOfTurn: Sendable {
    /// What is known of the moment in which the callee fell silent.
    struct Signs: Sendable, Hashable {
        /// What was said, as far as it is known.
        var words: String?
        /// How much the voice fell in loudness and pitch.
        var prosody = Prosody()
        /// The recogniser takes the turn to be over.
        var isCalled = false
    }

    /// In ms of silence.
    private struct Bounds {
        /// Where everything says that it is over.
        var least: Int
        /// Where nothing tells.
        var usual: Int
        /// Where everything says that there is more.
        var most: Int
        /// Where it is worth asking what was said, and where that is known without asking.
        var likely: (asking: Int, knowing: Int)
    }

    private let bounds: Bounds

    init(_ eagerness: Agent.Eagerness) {
        bounds =
            switch eagerness {
            case .patient: Bounds(least: 450, usual: 1000, most: 2400, likely: (300, 160))
            case .balanced: Bounds(least: 260, usual: 700, most: 1600, likely: (160, 60))
            case .eager: Bounds(least: 200, usual: 500, most: 1100, likely: (100, 40))
            }
    }

    /// Silence, in ms, after which work on an answer may begin: sooner where the words are known, because it costs no recogniser's time then, and
    /// unfinished ones are waited with.
    func likely(knowsWords: Bool) -> Int { knowsWords ? bounds.likely.knowing : bounds.likely.asking }
    /// Silence, in ms, that ends a turn of which nothing is known.
    var usual: Int { bounds.usual }

    /// Silence, in ms, that ends the turn.
    func silence(_ signs: Signs) -> Int {
        let score = Self.score(signs)
        let end = score > 0 ? bounds.least : bounds.most
        return bounds.usual + Int(Double(end - bounds.usual) * abs(score))
    }

    /// Whether it is worth beginning to think of an answer. Words that cannot stand as they are outweigh a voice that falls.
    func isWorthATry(_ signs: Signs) -> Bool { Self.score(signs) > -0.25 }

    /// From −1, there is more to come, to 1, it is over.
    static func score(_ signs: Signs) -> Double {
        var score = signs.prosody.score * 0.4
        if let words = signs.words { score += Clause(words).score }
        if signs.isCalled { score += 0.5 }
        return min(1, max(-1, score))
    }
}

/// How the last words were said, as far as it can be measured.
struct Prosody: Sendable, Hashable {
    /// How much quieter the last 120 ms were than the half second before, in dB.
    var fall: Double?
    /// How far the pitch went from the half second before to the last 200 ms, in semitones.
    var glide: Double?

    /// From −1, held, to 1, finished. A voice that fades and falls is done, one that rises asks, and one that stays where it was goes on.
    var score: Double {
        var score = 0.0
        if let fall { score += min(0.5, max(-0.5, (fall - 5) / 10)) }
        if let glide {
            if glide <= -2 {
                score += 0.5
            } else if glide >= 4 {
                score += 0.3
            } else if abs(glide) < 1 {
                score -= 0.4
            }
        }
        return score
    }
}
