package import FoundationEssentials

/// What there is to spend when a call is placed or dialed, and the one rule by which it is spent.
package struct Budget: Sendable, Hashable {
    /// What may be spent in one day.
    package struct DailyCap: Sendable, Hashable {
        package var scope: SpendCap.Scope
        package var cap: Money
        /// Charged that day, and reserved for other calls of it.
        package var spent: Money
        /// When the next day begins.
        package var resetsAt: Date

        package init(scope: SpendCap.Scope, cap: Money, spent: Money, resetsAt: Date) {
            self.scope = scope
            self.cap = cap
            self.spent = spent
            self.resetsAt = resetsAt
        }
    }

    package var terms: PaymentTerms
    /// What is left without the call in question.
    package var balance: Money
    /// The most one call may cost. Nil: any amount.
    package var callCap: Money?
    package var dailyCaps: [DailyCap]

    package init(terms: PaymentTerms, balance: Money, callCap: Money?, dailyCaps: [DailyCap]) {
        self.terms = terms
        self.balance = balance
        self.callCap = callCap
        self.dailyCaps = dailyCaps
    }

    /// Why a call that may cost `needed` cannot be paid for. Nil if it can.
    package func shortfall(for needed: Money) -> Shortfall? {
        if let callCap, needed > callCap {
            return .capReached(SpendCap(scope: .call, cap: callCap, spent: .zero, needed: needed, resetsAt: nil))
        }
        // As a subtraction, because the sum of two large amounts would stop at the largest one.
        for daily in dailyCaps where needed > daily.cap - daily.spent {
            return .capReached(
                SpendCap(
                    scope: daily.scope,
                    cap: daily.cap,
                    spent: daily.spent,
                    needed: needed,
                    resetsAt: daily.resetsAt
                )
            )
        }
        if terms == .prepaid, needed > balance {
            return .insufficientFunds(balance: balance, needed: needed)
        }
        return nil
    }
}

/// Why a call cannot be paid for.
package enum Shortfall: Error, Sendable, Hashable {
    /// `needed` is what has to be reserved for the call.
    case insufficientFunds(balance: Money, needed: Money)
    case capReached(SpendCap)
}

/// A spend cap that leaves no room for a call.
package struct SpendCap: Sendable, Hashable, Codable {
    /// Whose cap it is.
    package enum Scope: String, Sendable, Hashable, Codable, CaseIterable {
        /// One call.
        case call
        /// All calls of a day that came with one API key.
        case key
        /// All calls of a day.
        case project
    }

    package var scope: Scope
    package var cap: Money
    /// Charged that day, and reserved for other calls of it. Zero for one call's cap.
    package var spent: Money
    /// What the call can cost at most.
    package var needed: Money
    /// When there is room again. Nil for one call's cap.
    package var resetsAt: Date?

    package init(scope: Scope, cap: Money, spent: Money, needed: Money, resetsAt: Date?) {
        self.scope = scope
        self.cap = cap
        self.spent = spent
        self.needed = needed
        self.resetsAt = resetsAt
    }
}
