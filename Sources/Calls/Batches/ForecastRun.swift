package import FoundationEssentials

extension Forecast {
    /// Carries `plan` out from `now` on, on a virtual clock. The same plan always gives the same forecast.
    package init(_ plan: ForecastPlan, from now: Date) {
        var run = ForecastRun(plan, from: now)
        self = run.carriedOut()
    }
}

/// A batch on a virtual clock: each step goes to the next moment at which anything can happen. What may be done then is asked of the rules that
/// the real run asks: `BatchSettings.move`, `CallingHours`, `CallerIDPool`, `RetryPolicy` and `ContactStep`.
struct ForecastRun {
    /// A contact's place in the queue: by priority, then by when it was due, then by its place in the list.
    private struct Turn: Comparable {
        var priority: Int
        var due: Date
        var line: Int
        var contact: Int

        static func < (left: Turn, right: Turn) -> Bool {
            if left.priority != right.priority { return left.priority > right.priority }
            return (left.due, left.line) < (right.due, right.line)
        }
    }

    /// Something that happens to a contact at a known moment.
    private struct Moment: Comparable {
        var at: Date
        var contact: Int

        static func < (left: Moment, right: Moment) -> Bool { (left.at, left.contact) < (right.at, right.contact) }
    }

    private struct Live {
        var outcome: ForecastAssumptions.Outcome
        var meetsGoal: Bool
        var reserved: Money
    }

    /// Callees who may be in the same zones, and are to be called now.
    private struct Place {
        var queue = PriorityQueue<Turn>()
        /// The minute in which its hours were found to be open.
        var openMinute: Int64?
        var closedUntil: Date?
    }

    private let plan: ForecastPlan
    private var now: Date
    private var outcomes: OutcomeSequence
    /// Of calls to somebody who was called before. Nil: they go as the others do.
    private var outcomesAgain: OutcomeSequence?
    private var contacts: [ForecastPlan.Contact]
    private var places: [Place]
    private var waiting = PriorityQueue<Moment>()
    private var endings = PriorityQueue<Moment>()
    private var live: [Int: Live] = [:]
    private var facts: BatchFacts
    private var dayEnd: Date
    private var uses: [PhoneNumber: Int] = [:]
    private var lastCallerID: PhoneNumber?
    private var charged = Money.zero
    private var reserved = Money.zero
    /// The newest first, no more than the project's pace.
    private var paced: [Date] = []
    private var report: ForecastReport

    init(_ plan: ForecastPlan, from now: Date) {
        self.plan = plan
        self.now = now
        outcomes = OutcomeSequence(plan.assumptions.outcomes)
        outcomesAgain = plan.assumptions.again.isEmpty ? nil : OutcomeSequence(plan.assumptions.again)
        contacts = plan.contacts
        places = plan.zones.map { _ in Place() }
        facts = BatchFacts(nextSlot: plan.nextSlot, callsToday: plan.callsToday, tally: plan.tally)
        dayEnd = plan.settings.dayEnd(after: now)
        report = ForecastReport(plan, from: now)
        for (index, contact) in contacts.enumerated() {
            waiting.insert(Moment(at: contact.dueAt ?? now, contact: index))
        }
    }

    mutating func carriedOut() -> Forecast {
        var ending = Forecast.Ending.completed
        steps: while catchUp() {
            switch move() {
            case .dial(let nextSlot):
                guard let contact = takeNext() else {
                    guard advance(to: nil) else { break steps }
                    continue
                }
                dial(contact, nextSlot: nextSlot)
            case .wait(let until):
                guard advance(to: until) else { break steps }
            case .stop(let reason):
                ending = .stopped(reason)
                break steps
            case .pause(let reason):
                ending = .paused(reason)
                break steps
            }
        }
        while let last = endings.popFirst() {
            now = last.at
            end(last.contact, batch: .stopping)
        }
        return report.finished(ending, expectedSpend: charged)
    }

    /// Lets happen what has happened by now. False once nothing is left to be done.
    private mutating func catchUp() -> Bool {
        while let next = endings.first, next.at <= now {
            _ = endings.popFirst()
            end(next.contact, batch: .running)
        }
        while let next = waiting.first, next.at <= now {
            _ = waiting.popFirst()
            let contact = contacts[next.contact]
            places[contact.place].queue.insert(
                Turn(priority: contact.priority, due: next.at, line: contact.line, contact: next.contact)
            )
        }
        if now >= dayEnd {
            (facts.callsToday, uses) = (0, [:])
            dayEnd = plan.settings.dayEnd(after: now)
        }
        return !endings.isEmpty || !waiting.isEmpty || places.contains { !$0.queue.isEmpty }
    }

    /// What the batch's own settings say, then what the project and the machine leave.
    private mutating func move() -> BatchMove {
        facts.callsUnderWay = live.count
        facts.tally.spend = charged + reserved
        let move = plan.settings.move(facts, at: now)
        guard case .dial = move else { return move }
        if let limit = [plan.channels, plan.policy.concurrentCalls].compactMap(\.self).min(), live.count >= limit {
            return .wait(until: nil)
        }
        if let limit = plan.policy.dialsPerMinute, let opens = Pace(limit: limit, dials: paced).opens(after: now) {
            return .wait(until: opens)
        }
        if let limit = plan.settings.callerIDs.callsPerDay, !plan.settings.callerIDs.numbers.isEmpty,
            plan.settings.callerIDs.numbers.allSatisfy({ uses[$0, default: 0] >= limit })
        {
            return .wait(until: dayEnd)
        }
        if let balance = plan.balance, let dearest = report.dearest, balance - charged - reserved < dearest {
            // Money set aside for calls under way comes back.
            return endings.isEmpty
                ? .pause(BatchReason(.insufficientFunds, "The balance of \(balance) does not cover another call"))
                : .wait(until: nil)
        }
        return move
    }

    /// The contact whose turn it is, of those who may be called now.
    private mutating func takeNext() -> Int? {
        while let place = nextPlace(), let turn = places[place].queue.popFirst() {
            guard let again = frequencyAllows(contacts[turn.contact]) else { return turn.contact }
            waiting.insert(Moment(at: again, contact: turn.contact))
        }
        return nil
    }

    private mutating func nextPlace() -> Int? {
        let minute = Int64((now.timeIntervalSince1970 / 60).rounded(.down))
        var best: (place: Int, turn: Turn)?
        for index in places.indices {
            guard let turn = places[index].queue.first else { continue }
            if let best, best.turn < turn { continue }
            guard isOpen(index, minute) else { continue }
            best = (index, turn)
        }
        return best?.place
    }

    private mutating func isOpen(_ index: Int, _ minute: Int64) -> Bool {
        if let until = places[index].closedUntil, until > now { return false }
        if places[index].openMinute == minute { return true }
        guard let opens = plan.opening(of: plan.zones[index], from: now) else {
            while let turn = places[index].queue.popFirst() { report.neverOpen(contacts[turn.contact]) }
            return false
        }
        places[index].closedUntil = opens > now ? opens : nil
        places[index].openMinute = opens > now ? nil : minute
        return opens <= now
    }

    /// When the contact may be dialed again. Nil if it may be now.
    private func frequencyAllows(_ contact: ForecastPlan.Contact) -> Date? {
        guard let limit = plan.policy.frequency else { return nil }
        let period = TimeInterval(limit.hours) * 3600
        let counted = contact.dials.filter { $0 > now - period }
        return counted.count < limit.calls ? nil : counted[limit.calls - 1] + period
    }

    private mutating func dial(_ index: Int, nextSlot: Date) {
        facts.nextSlot = nextSlot
        facts.callsToday += 1
        facts.tally.calls += 1
        var random = SystemRandomNumberGenerator()
        if let callerID = plan.settings.callerIDs.next(usesToday: uses, last: lastCallerID, using: &random) {
            uses[callerID, default: 0] += 1
            lastCallerID = callerID
        }
        if let limit = plan.policy.dialsPerMinute { paced = Array(([now] + paced).prefix(limit)) }
        if plan.policy.frequency != nil { contacts[index].dials.insert(now, at: 0) }
        let isAgain = !contacts[index].reasons.isEmpty
        let (outcome, meetsGoal) = (isAgain ? outcomesAgain?.next() : nil) ?? outcomes.next()
        let amount = report.reservation(of: contacts[index])
        reserved += amount
        live[index] = Live(outcome: outcome, meetsGoal: meetsGoal, reserved: amount)
        let length = outcome.ringing + min(outcome.talking, Double(plan.maxDuration))
        endings.insert(Moment(at: Date(microseconds: (now + length).microseconds), contact: index))
        report.dialed(contacts[index], at: now, underWay: live.count)
    }

    private mutating func end(_ index: Int, batch: BatchStatus) {
        guard let call = live.removeValue(forKey: index) else { return }
        reserved = reserved - call.reserved
        let reason = call.outcome.reason
        let talked = min(call.outcome.talking, Double(plan.maxDuration))
        if reason.isBilled, talked > 0 {
            charged += plan.rates[contacts[index].rate].lines(forSeconds: Int(talked.rounded(.up)))
                .reduce(.zero) { $0 + $1.amount }
        }
        contacts[index].reasons.append(reason)
        if let breaker = plan.settings.breaker {
            facts.recentEndings = Array(([reason] + facts.recentEndings).prefix(breaker.window))
        }
        let step = ContactStep(
            after: CallLifecycle.Ending(reason: reason, answeredAt: talked > 0 ? now - talked : nil, at: now),
            isDialed: true,
            reasons: contacts[index].reasons,
            retry: plan.settings.retry,
            batch: batch
        )
        if call.meetsGoal { facts.tally.goalsMet += 1 }
        switch step.state {
        case .completed: facts.tally.completed += 1
        case .failed: facts.tally.failed += 1
        case .ready, .waiting: waiting.insert(Moment(at: step.dueAt ?? now, contact: index))
        case .calling, .skipped, .canceled: break
        }
        report.ended(reason, meetsGoal: call.meetsGoal, step.state, at: now)
    }

    /// To the next moment at which anything changes, `until` at the latest. False if nothing ever will.
    private mutating func advance(to until: Date?) -> Bool {
        let openings = places.lazy.filter { !$0.queue.isEmpty }.compactMap(\.closedUntil)
        let moments = [until, endings.first?.at, waiting.first?.at, openings.min()].compactMap(\.self).filter {
            $0 > now
        }
        guard let next = moments.min() else { return false }
        now = next
        return true
    }
}
