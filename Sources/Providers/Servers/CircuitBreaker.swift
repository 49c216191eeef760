/// Keeps calls away from a server that fails: after three failures in a row it is left alone for five seconds, then tried with one request,
/// and for twice as long, five minutes at most, each time that fails too.
struct CircuitBreaker: Sendable, Hashable {
    enum State: Sendable, Hashable {
        case closed(failures: Int)
        case open(until: Duration, wait: Duration)
        /// One request is under way that decides.
        case probing(wait: Duration)
    }

    static let tolerance = 3
    static let firstWait = Duration.seconds(5)
    static let longestWait = Duration.seconds(300)

    private(set) var state = State.closed(failures: 0)

    /// Whether a request may go out. If so its end has to be told.
    mutating func admits(at now: Duration) -> Bool {
        switch state {
        case .closed: return true
        case .probing: return false
        case .open(let until, let wait):
            guard now >= until else { return false }
            state = .probing(wait: wait)
            return true
        }
    }

    mutating func succeed() {
        state = .closed(failures: 0)
    }

    mutating func fail(at now: Duration) {
        switch state {
        case .closed(let failures) where failures + 1 < Self.tolerance: state = .closed(failures: failures + 1)
        case .closed: state = .open(until: now + Self.firstWait, wait: Self.firstWait)
        case .probing(let wait):
            let longer = min(wait * 2, Self.longestWait)
            state = .open(until: now + longer, wait: longer)
        // It began before the others failed.
        case .open: break
        }
    }

    /// The request was given up by whoever wanted it, which tells nothing.
    mutating func giveUp(at now: Duration) {
        if case .probing(let wait) = state { state = .open(until: now, wait: wait) }
    }
}
