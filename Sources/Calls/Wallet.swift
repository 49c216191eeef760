package import FoundationEssentials

/// What a project may spend on calls of one mode, and what it has. Live and test calls have a wallet each: nothing tried in the phone
/// lab touches real money.
package struct Wallet: Sendable, Hashable {
    package let project: Project.ID
    package let mode: CallMode
    package var terms: PaymentTerms
    /// What is left, all that is reserved taken off: the sum of the ledger. Below zero on open terms: that much was used.
    package var balance: Money
    /// Set aside for calls that are not over.
    package var reserved: Money
    /// The most one call may cost. Nil: any amount.
    package var callCap: Money?
    /// The most that all calls of a day may cost. Nil: any amount.
    package var dailyCap: Money?
    /// Whose midnight a day begins at.
    package var timeZone: TimeZone
    /// Charged today, and reserved for calls of today that are not over.
    package var today: Money

    package init(
        project: Project.ID,
        mode: CallMode,
        terms: PaymentTerms,
        balance: Money,
        reserved: Money,
        callCap: Money?,
        dailyCap: Money?,
        timeZone: TimeZone,
        today: Money
    ) {
        self.project = project
        self.mode = mode
        self.terms = terms
        self.balance = balance
        self.reserved = reserved
        self.callCap = callCap
        self.dailyCap = dailyCap
        self.timeZone = timeZone
        self.today = today
    }
}

/// When calls are paid for.
package enum PaymentTerms: String, Sendable, Hashable, Codable, CaseIterable {
    /// On account: everything is written down, nothing is refused for want of money.
    case open
    /// In advance: a call that the balance does not cover is refused.
    case prepaid
}

/// One line of a wallet's ledger. Lines are only ever added; their amounts add up to the balance.
package struct LedgerEntry: Sendable, Hashable {
    package enum Kind: String, Sendable, Hashable, Codable, CaseIterable {
        /// Money was paid in.
        case topUp = "top_up"
        /// The operator put something right.
        case adjustment
        /// The most a call can cost is set aside: below zero.
        case reserve
        /// What was set aside for a call comes back, all of it.
        case release
        /// What a call cost: below zero.
        case charge
    }

    /// 1, 2, 3 … in each wallet, with no gap.
    package let number: Int64
    package let kind: Kind
    /// What is added to the balance; below zero if it is taken off.
    package let amount: Money
    /// After this entry.
    package let balance: Money
    package let call: Call.ID?
    /// The API key that placed the call.
    package let key: APIKey.ID?
    package let at: Date
    package let note: String

    package init(
        number: Int64,
        kind: Kind,
        amount: Money,
        balance: Money,
        call: Call.ID?,
        key: APIKey.ID?,
        at: Date,
        note: String
    ) {
        self.number = number
        self.kind = kind
        self.amount = amount
        self.balance = balance
        self.call = call
        self.key = key
        self.at = at
        self.note = note
    }
}
