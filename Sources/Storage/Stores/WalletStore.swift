package import Calls
package import FoundationEssentials

/// Wallets, their ledgers, and what calls came to.
package struct WalletStore: Sendable {
    let database: any SQLDatabase

    package init(_ database: any SQLDatabase) {
        self.database = database
    }

    /// On open terms and empty, if nothing was ever booked.
    package func wallet(_ project: Project.ID, _ mode: CallMode, now: Date) async throws -> Wallet {
        try await database.read { db in
            let ledger = Ledger(db: db)
            let row = try ledger.find(project, mode)
            let reserved: Money? = try db.run(
                """
                SELECT CAST(SUM(reserved) AS \(db.words.integer)) AS sum FROM spend_days
                 WHERE project = \(project) AND mode = \(mode) AND key = ''
                """
            ).first?["sum"]
            let today = try ledger.day(CalendarDay(of: now, in: row.timeZone), project, mode, nil)
            return Wallet(
                project: project,
                mode: mode,
                terms: row.terms,
                balance: row.balance,
                reserved: reserved ?? .zero,
                callCap: row.callCap,
                dailyCap: row.dailyCap,
                timeZone: row.timeZone,
                today: today.charged + today.reserved
            )
        }
    }

    /// Newest first, those numbered below `before`.
    package func entries(
        _ project: Project.ID,
        _ mode: CallMode,
        before: Int64 = .max,
        limit: Int
    ) async throws -> [LedgerEntry] {
        try await database.read { db in
            try db.run(
                """
                SELECT * FROM ledger_entries WHERE project = \(project) AND mode = \(mode) AND number < \(before)
                 ORDER BY number DESC LIMIT \(limit)
                """
            )
            .map(LedgerEntry.init(row:))
        }
    }

    /// Everything booked for one call, oldest first.
    package func entries(of call: Call.ID) async throws -> [LedgerEntry] {
        try await database.read { db in
            try db.run("SELECT * FROM ledger_entries WHERE call = \(call) ORDER BY number").map(LedgerEntry.init(row:))
        }
    }

    /// Books what no call caused: `kind` is a top-up or an adjustment.
    package func add(
        _ amount: Money,
        as kind: LedgerEntry.Kind,
        note: String,
        to project: Project.ID,
        _ mode: CallMode,
        at now: Date
    ) async throws {
        try await database.write { db in
            try Ledger(db: db).book([(kind, amount)], project, mode, at: now, note: note)
        }
    }

    /// Changes the terms and caps of a wallet.
    package func update(
        _ project: Project.ID,
        _ mode: CallMode,
        _ change: WalletChange
    ) async throws {
        try await database.write { db in
            let row = try Ledger(db: db).open(project, mode)
            let callCap = change.callCap ?? row.callCap
            let dailyCap = change.dailyCap ?? row.dailyCap
            try db.run(
                """
                UPDATE wallets SET terms = \(change.terms ?? row.terms), call_cap = \(callCap), daily_cap = \(dailyCap),
                                   time_zone = \(change.timeZone ?? row.timeZone)
                 WHERE project = \(project) AND mode = \(mode)
                """
            )
            if let zone = change.timeZone, zone != row.timeZone {
                try UsageDays(db: db).recount(project, mode, in: zone)
            }
        }
    }

    /// The most that calls of one key may cost in a day; nil for any amount. False if the project has no such key.
    package func setDailyCap(_ cap: Money?, ofKey key: APIKey.ID, in project: Project.ID) async throws -> Bool {
        try await database.write { db in
            let found = try db.run("SELECT id FROM api_keys WHERE id = \(key) AND project = \(project)")
            guard !found.isEmpty else { return false }
            try db.run("DELETE FROM key_spend_caps WHERE key = \(key)")
            if let cap { try db.run("INSERT INTO key_spend_caps (key, daily_cap) VALUES (\(key), \(cap))") }
            return true
        }
    }

    /// The keys of a project that have a daily cap.
    package func dailyCapsOfKeys(in project: Project.ID) async throws -> [APIKey.ID: Money] {
        try await database.read { db in
            let rows = try db.run(
                """
                SELECT key, daily_cap FROM key_spend_caps
                 WHERE key IN (SELECT id FROM api_keys WHERE project = \(project))
                """
            )
            return try Dictionary(uniqueKeysWithValues: rows.map { (try $0["key"], try $0["daily_cap"]) })
        }
    }

    /// What calls that ended on `days` came to, as finely as it can be broken down.
    package func usage(
        _ project: Project.ID,
        _ mode: CallMode,
        days: [CalendarDay],
        in zone: TimeZone
    ) async throws -> [BillingReport.Line] {
        try await database.read { db in
            try days.flatMap { day in
                try db.run(
                    """
                    SELECT end_reason, agent, (SELECT slug FROM agents WHERE id = agent) AS slug, COUNT(*) AS calls,
                           CAST(SUM(billed_seconds) AS \(db.words.integer)) AS billed_seconds,
                           CAST(SUM(amount) AS \(db.words.integer)) AS amount
                      FROM usage_records
                     WHERE project = \(project) AND mode = \(mode)
                       AND ended_at >= \(day.start(in: zone)) AND ended_at < \(day.end(in: zone))
                     GROUP BY end_reason, agent
                    """
                )
                .map { row in
                    BillingReport.Line(
                        key: BillingKey(
                            day: day,
                            endReason: try row["end_reason"],
                            agent: AgentName(id: try row["agent"], slug: try row["slug"])
                        ),
                        sum: Usage(
                            calls: try row["calls"],
                            billedSeconds: try row["billed_seconds"],
                            amount: try row["amount"]
                        )
                    )
                }
            }
        }
    }
}

/// What an operator changes about a wallet. What is nil stays; a cap of `.some(nil)` is taken away.
package struct WalletChange: Sendable {
    package var terms: PaymentTerms?
    package var callCap: Money??
    package var dailyCap: Money??
    package var timeZone: TimeZone?

    package init(
        terms: PaymentTerms? = nil,
        callCap: Money?? = nil,
        dailyCap: Money?? = nil,
        timeZone: TimeZone? = nil
    ) {
        self.terms = terms
        self.callCap = callCap
        self.dailyCap = dailyCap
        self.timeZone = timeZone
    }
}

extension LedgerEntry {
    fileprivate init(row: SQLRow) throws {
        self.init(
            number: try row["number"],
            kind: try row["kind"],
            amount: try row["amount"],
            balance: try row["balance"],
            call: try row["call"],
            key: try row["key"],
            at: try row["at"],
            note: try row["note"]
        )
    }
}
