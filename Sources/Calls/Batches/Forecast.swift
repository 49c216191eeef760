package import FoundationEssentials

/// How a batch is likely to go: the whole of it, carried out on a virtual clock by the rules of the real run.
package struct Forecast: Sendable, Hashable {
    /// How it comes to its end.
    package enum Ending: Sendable, Hashable {
        /// Everybody has had their turn.
        case completed
        /// Something stops it before that.
        case stopped(BatchReason)
        /// It stands still until somebody resumes it.
        case paused(BatchReason)
    }

    /// The calls of an hour or a day.
    package struct Period: Sendable, Hashable {
        package var start: Date
        package var end: Date
        package var calls = 0
        /// Those of them that were not the contact's first.
        package var retries = 0

        package init(start: Date, end: Date, calls: Int = 0, retries: Int = 0) {
            self.start = start
            self.end = end
            self.calls = calls
            self.retries = retries
        }
    }

    /// The calls to callees who may be in the same zones.
    package struct Place: Sendable, Hashable {
        /// IANA names. Empty: nothing is known.
        package var zones: [String]
        package var contacts = 0
        package var calls = 0
        package var firstCall: Date?
        package var lastCall: Date?

        package init(zones: [String]) {
            self.zones = zones
        }
    }

    package var startsAt: Date
    /// When the last call is over. Nil if there is none.
    package var finishesAt: Date?
    package var ending = Ending.completed
    package var contacts = 0
    package var calls = 0
    package var retries = 0
    /// Contacts with whom a conversation is held.
    package var completed = 0
    /// Contacts called without one.
    package var failed = 0
    /// Contacts whose turn does not come, or not again, before it ends.
    package var unreached = 0
    package var goalsMet = 0
    /// Contacts that nobody calls, by why.
    package var skipped: [String: Int] = [:]
    package var endReasons: [EndReason: Int] = [:]
    package var expectedSpend = Money.zero
    /// If every contact that is called talks for as long as it can, and is called again as often as that is paid for.
    package var worstCaseSpend = Money.zero
    /// The most calls that are under way at once.
    package var mostAtOnce = 0
    /// By the hour, or by the day if it takes more than three of them.
    package var periods: [Period] = []
    package var places: [Place] = []
    package var source: ForecastAssumptions.Source

    init(startsAt: Date, source: ForecastAssumptions.Source) {
        self.startsAt = startsAt
        self.source = source
    }
}
