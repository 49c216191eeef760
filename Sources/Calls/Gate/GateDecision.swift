package import FoundationEssentials

/// Whether a call could be dialed at one moment, and every rule that was asked: why a number was, or was not, called.
package struct GateDecision: Sendable, Hashable {
    package enum Verdict: Sendable, Hashable {
        case go
        /// Not now. With a date: not before then. Without: as soon as something else is over.
        case wait(until: Date?)
        /// Never, as things stand.
        case block
    }

    /// When in a call's life it was decided.
    package enum Stage: String, Sendable, Hashable, Codable, CaseIterable {
        /// Before the call was accepted. What can never be allowed is refused.
        case placement
        /// In the transaction that takes the call off the queue. What it allows is dialed.
        case dial
        /// Asked for, and without consequence.
        case inquiry
    }

    package var stage: Stage
    package var decidedAt: Date
    /// The moment it is about: for a call that is scheduled, its time.
    package var dialAt: Date
    /// One for each rule, in the order of `GateRule`.
    package var checks: [GateCheck]

    /// Rules that `checks` leaves out were off.
    package init(stage: Stage, decidedAt: Date, dialAt: Date, checks: [GateCheck]) {
        self.stage = stage
        self.decidedAt = decidedAt
        self.dialAt = dialAt
        self.checks = GateRule.allCases.map { rule in
            checks.first { $0.rule == rule } ?? GateCheck(rule, .off, "The policy does not ask for it")
        }
    }

    /// The strictest of the checks. Of two waits the longer one.
    package var verdict: Verdict {
        if checks.contains(where: { $0.outcome == .blocked }) { return .block }
        let waits = checks.filter { $0.outcome == .waits }
        return waits.isEmpty ? .go : .wait(until: waits.compactMap(\.until).max())
    }

    /// The check that decided, for a sentence: the first that blocks, else the one that is waited for longest. Nil if nothing stands in the way.
    package var decisive: GateCheck? {
        if let blocked = checks.first(where: { $0.outcome == .blocked }) { return blocked }
        let waits = checks.filter { $0.outcome == .waits }
        guard case .wait(let until) = verdict else { return nil }
        return waits.first { $0.until == until } ?? waits.first
    }
}

/// What the gate asks, in the order in which it asks.
package enum GateRule: String, Sendable, Hashable, Codable, CaseIterable {
    /// The agent may place calls.
    case agent
    /// The number the callee would see is still one of the agent's.
    case callerID = "caller_id"
    /// The callee is on no do-not-call list.
    case suppression
    /// Country and tariff of the number.
    case destination
    case consent
    case callingHours = "calling_hours"
    /// How often the callee was dialed of late.
    case frequency
    /// The account's balance.
    case funds
    /// What was spent today.
    case spend
    /// How many calls of the project are under way.
    case concurrency
    /// How many were dialed in the last minute.
    case pace

    package var isAboutMoney: Bool { self == .funds || self == .spend }
}

/// One rule's answer.
package struct GateCheck: Sendable, Hashable, Codable {
    package enum Outcome: String, Sendable, Hashable, Codable, CaseIterable {
        case passed
        case waits
        case blocked
        /// Not asked.
        case off
    }

    package var rule: GateRule
    package var outcome: Outcome
    /// In plain words, for people.
    package var reason: String
    /// What the words were made of, for programs.
    package var values: [String: JSONValue]
    /// When it may be asked again. Nil if no clock decides.
    package var until: Date?

    package init(
        _ rule: GateRule,
        _ outcome: Outcome,
        _ reason: String,
        values: [String: JSONValue] = [:],
        until: Date? = nil
    ) {
        self.rule = rule
        self.outcome = outcome
        self.reason = reason
        self.values = values
        self.until = until
    }
}
