/// What is done for a callee who waits for an answer. Time is the position on the recording, in samples at 8 kHz.
struct Waiting: Sendable {
    /// In ms since the callee was done.
    struct Limits: Sendable, Hashable {
        /// A word that shows that somebody is there.
        var filler = 1200
        /// An excuse for how long it takes.
        var apology = 4000
        /// The agent gives up.
        var end = 10_000
    }

    enum Action: Sendable, Hashable {
        case filler
        case apology
        case end
    }

    let limits: Limits
    /// Since when.
    let start: Int64
    private var isFilled = false
    private var isExcused = false

    init(limits: Limits, since start: Int64) {
        self.limits = limits
        self.start = start
    }

    /// What is due at `position`; nil if nothing is, or if it was done.
    mutating func due(at position: Int64) -> Action? {
        let time = Int((position - start) / 8)
        if time >= limits.end { return .end }
        if time >= limits.apology, !isExcused {
            (isFilled, isExcused) = (true, true)
            return .apology
        }
        if time >= limits.filler, !isFilled {
            isFilled = true
            return .filler
        }
        return nil
    }
}
