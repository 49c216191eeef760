import Calls
import FoundationEssentials

/// What calls book, inside the transactions that place, dial and end them.
struct Ledger {
    let db: any SQLTransaction

    /// Sets aside what `call` can cost at most and returns the day that it counts on. Throws `Shortfall` if it cannot be paid for.
    func reserve(for call: Call) throws -> CalendarDay? {
        guard let reservation = call.reservation else { return nil }
        let wallet = try open(call.project, call.request.mode)
        let day = CalendarDay(of: call.dueAt, in: wallet.timeZone)
        let budget = try budget(for: call, from: wallet, on: day)
        if let shortfall = budget.shortfall(for: reservation.amount) { throw shortfall }
        try book([(.reserve, -reservation.amount)], for: call, at: call.createdAt)
        try count(call, on: day, reserved: reservation.amount)
        return day
    }

    /// Charges what `call`, which is over, cost, gives back what was set aside for it, and writes down what it came to. Once: what was
    /// settled already stays as it is.
    func settle(_ call: Call, at now: Date) throws {
        guard let ending = call.lifecycle.ending else { return }
        let gaps = GapHistogram(call.account?.turns ?? [])
        let isFirst = try !db.run(
            """
            INSERT INTO usage_records (call, project, mode, key, agent, ended_at, end_reason, billed_seconds, amount,
                                       batch, answered, talked_seconds, gaps)
            VALUES (\(call.id), \(call.project), \(call.request.mode), \(call.request.key), \(call.agent.id),
                    \(ending.at), \(ending.reason), \(call.billedSeconds), \(call.cost),
                    \(Self.column(call.request.batch?.batch)), \(call.wasAnswered), \(call.duration ?? 0),
                    \(gaps.turns.isEmpty ? nil : JSONColumn(gaps)))
            ON CONFLICT (call) DO NOTHING
            RETURNING call
            """
        ).isEmpty
        guard isFirst else { return }
        let zone = try find(call.project, call.request.mode).timeZone
        try UsageDays(db: db).count(call, endedOn: CalendarDay(of: ending.at, in: zone), gaps: gaps)
        let reserved = call.reservation?.amount ?? .zero
        try book([(.release, reserved), (.charge, -call.cost)], for: call, at: now)
        guard let day = try day(of: call) else { return }
        try count(call, on: day, reserved: -reserved, charged: call.cost)
    }

    /// Has a call that is about to be dialed count on the day it is dialed, if it waited past midnight.
    func dial(_ call: Call, at now: Date) throws {
        guard let reservation = call.reservation, let due = try day(of: call) else { return }
        let today = CalendarDay(of: now, in: try find(call.project, call.request.mode).timeZone)
        guard today != due else { return }
        try count(call, on: due, reserved: -reservation.amount)
        try count(call, on: today, reserved: reservation.amount)
        try db.run("UPDATE calls SET spend_day = \(today) WHERE id = \(call.id)")
    }

    /// What there is for a call that is not placed yet.
    func budget(for call: Call) throws -> Budget {
        let wallet = try find(call.project, call.request.mode)
        return try budget(for: call, from: wallet, on: CalendarDay(of: call.dueAt, in: wallet.timeZone))
    }

    /// What there is for a call that waits and is about to be dialed. Calls that wait as it does are left out: their turn comes later.
    func budget(forDialing call: Call, at now: Date) throws -> Budget {
        let wallet = try find(call.project, call.request.mode)
        var budget = try budget(for: call, from: wallet, on: CalendarDay(of: now, in: wallet.timeZone))
        budget.balance += call.reservation?.status == .reserved ? call.reservation?.amount ?? .zero : .zero
        for index in budget.dailyCaps.indices {
            let key = budget.dailyCaps[index].scope == .key ? call.request.key : nil
            let today = try day(CalendarDay(of: now, in: wallet.timeZone), call.project, call.request.mode, key)
            budget.dailyCaps[index].spent = try today.charged + held(call.project, call.request.mode, key)
        }
        return budget
    }

    /// Adds to the ledger and to the balance. Amounts of zero are left out.
    func book(
        _ amounts: [(kind: LedgerEntry.Kind, amount: Money)],
        _ project: Project.ID,
        _ mode: CallMode,
        call: Call.ID? = nil,
        key: APIKey.ID? = nil,
        at now: Date,
        note: String = ""
    ) throws {
        let amounts = amounts.filter { $0.amount != .zero }
        guard !amounts.isEmpty else { return }
        let wallet = try open(project, mode)
        var balance = wallet.balance
        for (number, (kind, amount)) in zip((wallet.entries + 1)..., amounts) {
            balance += amount
            try db.run(
                """
                INSERT INTO ledger_entries (project, mode, number, kind, amount, balance, call, key, at, note)
                VALUES (\(project), \(mode), \(number), \(kind), \(amount), \(balance), \(call), \(key), \(now), \(note))
                """
            )
        }
        // Added up by the database, which refuses a sum too large for it.
        let sum = amounts.reduce(Money.zero) { $0 + $1.amount }
        try db.run(
            """
            UPDATE wallets SET balance = balance + \(sum), entries = entries + \(amounts.count)
             WHERE project = \(project) AND mode = \(mode)
            """
        )
    }

    /// The wallet as it is; as a new one would be, if nothing was ever booked.
    func find(_ project: Project.ID, _ mode: CallMode) throws -> WalletRow {
        try db.run("SELECT * FROM wallets WHERE project = \(project) AND mode = \(mode)").first.map(WalletRow.init)
            ?? WalletRow()
    }

    /// The wallet, locked until the transaction ends. Made on first use.
    func open(_ project: Project.ID, _ mode: CallMode) throws -> WalletRow {
        let select: SQL = "SELECT * FROM wallets WHERE project = \(project) AND mode = \(mode)\(db.words.lock)"
        if let row = try db.run(select).first { return try WalletRow(row) }
        let new = WalletRow()
        try db.run(
            """
            INSERT INTO wallets (project, mode, terms, balance, entries, time_zone)
            VALUES (\(project), \(mode), \(new.terms), \(new.balance), \(new.entries), \(new.timeZone))
            ON CONFLICT (project, mode) DO NOTHING
            """
        )
        return try db.run(select).first.map(WalletRow.init) ?? new
    }

    /// Charged and reserved on `day`, with `key` or over all keys.
    func day(
        _ day: CalendarDay,
        _ project: Project.ID,
        _ mode: CallMode,
        _ key: APIKey.ID?
    ) throws -> (charged: Money, reserved: Money) {
        let row = try db.run(
            """
            SELECT charged, reserved FROM spend_days
             WHERE project = \(project) AND mode = \(mode) AND key = \(Self.column(key)) AND day = \(day)
            """
        ).first
        return (charged: try row?["charged"] ?? .zero, reserved: try row?["reserved"] ?? .zero)
    }
}

extension Ledger {
    private func budget(for call: Call, from wallet: WalletRow, on day: CalendarDay) throws -> Budget {
        let keyCap: Money? = try call.request.key.flatMap { key in
            try db.run("SELECT daily_cap FROM key_spend_caps WHERE key = \(key)").first?["daily_cap"]
        }
        let resetsAt = day.end(in: wallet.timeZone)
        var caps: [Budget.DailyCap] = []
        for (scope, cap) in [(SpendCap.Scope.key, keyCap), (.project, wallet.dailyCap)] {
            guard let cap else { continue }
            let sums = try self.day(day, call.project, call.request.mode, scope == .key ? call.request.key : nil)
            let spent = sums.charged + sums.reserved
            caps.append(Budget.DailyCap(scope: scope, cap: cap, spent: spent, resetsAt: resetsAt))
        }
        return Budget(terms: wallet.terms, balance: wallet.balance, callCap: wallet.callCap, dailyCaps: caps)
    }

    /// Reserved for calls that are on their way at this moment, with `key` or over all keys.
    private func held(_ project: Project.ID, _ mode: CallMode, _ key: APIKey.ID?) throws -> Money {
        let sum: Money? = try db.run(
            """
            SELECT CAST(SUM(-ledger_entries.amount) AS \(db.words.integer)) AS sum
              FROM calls JOIN ledger_entries ON ledger_entries.call = calls.id AND ledger_entries.kind = 'reserve'
             WHERE calls.node IS NOT NULL AND calls.project = \(project) AND calls.reservation_status = 'reserved'
               AND ledger_entries.mode = \(mode)
               AND (CAST(\(key) AS TEXT) IS NULL OR ledger_entries.key = \(key))
            """
        ).first?["sum"]
        return sum ?? .zero
    }

    private func book(_ amounts: [(kind: LedgerEntry.Kind, amount: Money)], for call: Call, at now: Date) throws {
        try book(amounts, call.project, call.request.mode, call: call.id, key: call.request.key, at: now)
    }

    private func count(_ call: Call, on day: CalendarDay, reserved: Money, charged: Money = .zero) throws {
        for key in Set([nil, call.request.key]) {
            let key = Self.column(key)
            // Made first: an insertion that ends in an update is checked as if it were one, and a negative amount refused.
            try db.run(
                """
                INSERT INTO spend_days (project, mode, key, day, charged, reserved)
                VALUES (\(call.project), \(call.request.mode), \(key), \(day), 0, 0)
                ON CONFLICT (project, mode, key, day) DO NOTHING
                """
            )
            try db.run(
                """
                UPDATE spend_days SET charged = charged + \(charged), reserved = reserved + \(reserved)
                 WHERE project = \(call.project) AND mode = \(call.request.mode) AND key = \(key) AND day = \(day)
                """
            )
        }
    }

    private func day(of call: Call) throws -> CalendarDay? {
        try db.run("SELECT spend_day FROM calls WHERE id = \(call.id)").first?["spend_day"]
    }

    /// A part of a primary key cannot be null: none is an empty text.
    private static func column<Subject>(_ id: Identifier<Subject>?) -> SQLValue { id?.sqlValue ?? .text("") }
}

/// A row of `wallets`.
struct WalletRow {
    var terms = PaymentTerms.open
    var balance = Money.zero
    var entries: Int64 = 0
    var callCap: Money?
    var dailyCap: Money?
    var timeZone = TimeZone.gmt

    /// A new one.
    init() {}

    init(_ row: SQLRow) throws {
        terms = try row["terms"]
        balance = try row["balance"]
        entries = try row["entries"]
        callCap = try row["call_cap"]
        dailyCap = try row["daily_cap"]
        timeZone = try row["time_zone"]
    }
}
