package import Calls
package import FoundationEssentials
package import Storage

/// Wallets, as a project and its operator see them: balance, ledger, caps and bills.
package struct WalletControl: Sendable {
    /// The most that can be booked at once, a thousand million units: far from where sums no longer fit.
    private static let bookingLimit = Money(milliCents: 100_000_000_000_000)

    let store: WalletStore
    let now: @Sendable () -> Date

    /// An operator's errands need no engine.
    package init(store: WalletStore, now: @escaping @Sendable () -> Date = Date.stamp) {
        self.store = store
        self.now = now
    }

    package func wallet(_ mode: CallMode, project: Project.ID) async throws -> Wallet {
        try await store.wallet(project, mode, now: now())
    }

    /// Newest first; `before` is the number of the last entry of the page before.
    package func entries(
        _ mode: CallMode,
        before: Int64?,
        limit: Int,
        project: Project.ID
    ) async throws -> (entries: [LedgerEntry], hasMore: Bool) {
        let found = try await store.entries(project, mode, before: before ?? .max, limit: limit + 1)
        return (Array(found.prefix(limit)), found.count > limit)
    }

    /// Pays money in. Throws `Refusal.invalid` unless `amount` is above zero.
    package func topUp(_ amount: Money, note: String, _ mode: CallMode, project: Project.ID) async throws {
        guard amount > .zero else { throw Refusal.invalid(field: "amount", message: "a top-up is above zero") }
        try await book(amount, as: .topUp, note: note, mode, project)
    }

    /// Puts right what was booked: the ledger is never changed, only added to. Throws `Refusal.invalid` for zero and without a reason.
    package func adjust(by amount: Money, note: String, _ mode: CallMode, project: Project.ID) async throws {
        guard amount != .zero else { throw Refusal.invalid(field: "amount", message: "an adjustment is not zero") }
        guard !note.isEmpty else { throw Refusal.invalid(field: "note", message: "an adjustment needs a reason") }
        try await book(amount, as: .adjustment, note: note, mode, project)
    }

    private func book(
        _ amount: Money,
        as kind: LedgerEntry.Kind,
        note: String,
        _ mode: CallMode,
        _ project: Project.ID
    ) async throws {
        guard amount <= Self.bookingLimit, amount >= -Self.bookingLimit else {
            throw Refusal.invalid(field: "amount", message: "at most \(Self.bookingLimit) at once")
        }
        try await store.add(amount, as: kind, note: note, to: project, mode, at: now())
    }

    package func update(_ mode: CallMode, _ change: WalletChange, project: Project.ID) async throws -> Wallet {
        try await store.update(project, mode, change)
        return try await wallet(mode, project: project)
    }

    /// The most that calls placed with one key may cost in a day; nil for any amount.
    package func setDailyCap(_ cap: Money?, ofKey key: APIKey.ID, project: Project.ID) async throws {
        guard try await store.setDailyCap(cap, ofKey: key, in: project) else { throw Refusal.unknownKey }
    }

    package func dailyCapsOfKeys(project: Project.ID) async throws -> [APIKey.ID: Money] {
        try await store.dailyCapsOfKeys(in: project)
    }

    /// What does not add up: nothing, unless something else wrote to the database.
    package func audit() async throws -> [WalletDiscrepancy] { try await store.audit() }
}
