package import FoundationEssentials

/// What may be done for a batch at one moment. The run and the forecast ask the same.
package enum BatchMove: Sendable, Hashable {
    /// The next contact in turn may be dialed. `nextSlot` is when the one after it may be, by the pace.
    case dial(nextSlot: Date)
    /// Not now. With a date: not before then. Without: as soon as something else is over.
    case wait(until: Date?)
    case pause(BatchReason)
    case stop(BatchReason)
}

/// What is known of a batch at that moment. Only what its settings ask for has to be read.
package struct BatchFacts: Sendable, Hashable {
    /// The earliest moment of the next dial by its pace. Nil before the first.
    package var nextSlot: Date?
    /// Calls of it that are not over.
    package var callsUnderWay: Int
    /// Calls of it since its day began.
    package var callsToday: Int
    /// Why its newest calls ended since it runs, the newest first. No more than the breaker's window.
    package var recentEndings: [EndReason]
    package var tally: StopConditions.Tally

    package init(
        nextSlot: Date? = nil,
        callsUnderWay: Int = 0,
        callsToday: Int = 0,
        recentEndings: [EndReason] = [],
        tally: StopConditions.Tally = StopConditions.Tally()
    ) {
        self.nextSlot = nextSlot
        self.callsUnderWay = callsUnderWay
        self.callsToday = callsToday
        self.recentEndings = recentEndings
        self.tally = tally
    }
}

extension BatchSettings {
    /// What may be done now, whoever is next: what ends it goes before what holds it up.
    package func move(_ facts: BatchFacts, at now: Date) -> BatchMove {
        if let deadline, now >= deadline {
            return .stop(BatchReason(.deadline, "Its deadline, \(deadline.formatted(.iso8601)), has passed"))
        }
        if let reason = stop.reached(by: facts.tally) { return .stop(reason) }
        if let reason = breaker?.opens(after: facts.recentEndings) { return .pause(reason) }
        if let startAt, now < startAt { return .wait(until: startAt) }
        if let callsPerDay, facts.callsToday >= callsPerDay { return .wait(until: dayEnd(after: now)) }
        if let concurrency, facts.callsUnderWay >= concurrency { return .wait(until: nil) }
        guard let next = pacing.take(facts.nextSlot, at: now) else { return .wait(until: facts.nextSlot) }
        return .dial(nextSlot: next)
    }

    /// When what counts by the day begins anew.
    package func dayEnd(after now: Date) -> Date { CalendarDay(of: now, in: dayZone).end(in: dayZone) }

    /// When the day of `now` began.
    package func dayStart(of now: Date) -> Date { CalendarDay(of: now, in: dayZone).start(in: dayZone) }
}
