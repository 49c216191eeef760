package import Calls

/// Something about a wallet that does not add up.
package struct WalletDiscrepancy: Sendable, Hashable, CustomStringConvertible {
    package var project: Project.ID
    package var mode: CallMode
    /// What was compared, as in `balance`.
    package var subject: String
    package var kept: Int64
    package var counted: Int64

    package var description: String {
        "\(project) \(mode.rawValue): \(subject) is kept as \(kept), and adds up to \(counted)"
    }
}

extension WalletStore {
    /// Adds up every wallet from its ledger, and every ledger from the calls it tells of. Returns what does not fit: nothing, unless
    /// something else wrote to the database. Reads all of it.
    package func audit() async throws -> [WalletDiscrepancy] {
        try await database.read { db in
            let wallets = try db.run("SELECT * FROM wallets ORDER BY project, mode")
            return try wallets.flatMap { row in
                let (project, mode): (Project.ID, CallMode) = (try row["project"], try row["mode"])
                return try Self.comparisons(of: row, project, mode, db).compactMap { subject, kept, counted in
                    kept == counted
                        ? nil
                        : WalletDiscrepancy(
                            project: project,
                            mode: mode,
                            subject: subject,
                            kept: kept,
                            counted: counted
                        )
                }
            }
        }
    }

    private static func comparisons(
        of wallet: SQLRow,
        _ project: Project.ID,
        _ mode: CallMode,
        _ db: any SQLTransaction
    ) throws -> [(subject: String, kept: Int64, counted: Int64)] {
        func sum(_ column: StaticString, _ table: StaticString, _ condition: StaticString) throws -> Int64 {
            try db.run(
                """
                SELECT CAST(COALESCE(SUM(\(column)), 0) AS \(db.words.integer)) AS sum FROM \(table)
                 WHERE project = \(project) AND mode = \(mode) AND \(condition)
                """
            ).first?["sum"] ?? 0
        }
        let held = try -sum("amount", "ledger_entries", "kind IN ('reserve', 'release')")
        let charged = try -sum("amount", "ledger_entries", "kind = 'charge'")
        return [
            ("the balance", try wallet["balance"], try sum("amount", "ledger_entries", "1 = 1")),
            ("the number of entries", try wallet["entries"], try sum("1", "ledger_entries", "1 = 1")),
            ("the last entry's number", try wallet["entries"], try last(project, mode, db)),
            ("what is reserved", try sum("reserved", "spend_days", "key = ''"), held),
            ("what was charged", try sum("amount", "usage_records", "1 = 1"), charged),
        ]
    }

    private static func last(_ project: Project.ID, _ mode: CallMode, _ db: any SQLTransaction) throws -> Int64 {
        try db.run(
            """
            SELECT COALESCE(MAX(number), 0) AS last FROM ledger_entries
             WHERE project = \(project) AND mode = \(mode)
            """
        ).first?["last"] ?? 0
    }
}
