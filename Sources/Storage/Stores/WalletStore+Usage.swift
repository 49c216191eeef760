package import Calls
import FoundationEssentials

extension WalletStore {
    /// What calls came to and how they went, as finely as it can be broken down. Costs what the days have, however many calls there were.
    package func tallies(
        _ project: Project.ID,
        _ mode: CallMode,
        days: ClosedRange<CalendarDay>
    ) async throws -> [UsageReport.Line] {
        try await database.read { db in
            let condition: SQL = """
                project = \(project) AND mode = \(mode) AND day >= \(days.lowerBound) AND day <= \(days.upperBound)
                """
            let names = try Names(project, db)
            var lines = try db.run("SELECT * FROM usage_days WHERE \(condition)").map { row in
                UsageReport.Line(
                    key: try names.key(of: row),
                    sum: UsageTally(
                        calls: try row["calls"],
                        answered: try row["answered"],
                        talkedSeconds: try row["talked_seconds"],
                        billedSeconds: try row["billed_seconds"],
                        amount: try row["amount"]
                    )
                )
            }
            lines += try db.run("SELECT * FROM usage_gaps WHERE \(condition)").map { row in
                let gaps = GapHistogram([try row["bound"]: try row["turns"]])
                return UsageReport.Line(key: try names.key(of: row), sum: UsageTally(gaps: gaps))
            }
            return lines
        }
    }

    /// Adds up what an earlier version of this program, or a change of a wallet's zone, left to be added up.
    package func recountWhereNeeded() async throws {
        try await database.write { db in
            for row in try db.run("SELECT project, mode FROM usage_recounts") {
                let (project, mode): (Project.ID, CallMode) = (try row["project"], try row["mode"])
                try UsageDays(db: db).recount(project, mode, in: try Ledger(db: db).find(project, mode).timeZone)
            }
            try db.run("DELETE FROM usage_recounts")
        }
    }
}

/// What agents and batches are called, looked up once.
private struct Names {
    private let agents: [Agent.ID: String]
    private let batches: [Batch.ID: String]

    init(_ project: Project.ID, _ db: any SQLTransaction) throws {
        agents = try db.run("SELECT id, slug FROM agents WHERE project = \(project)")
            .reduce(into: [:]) { $0[try $1["id", as: Agent.ID.self]] = try $1["slug"] }
        batches = try db.run("SELECT id, name FROM batches WHERE project = \(project)")
            .reduce(into: [:]) { $0[try $1["id", as: Batch.ID.self]] = try $1["name"] }
    }

    func key(of row: SQLRow) throws -> UsageKey {
        let agent: Agent.ID = try row["agent"]
        let batch = try row["batch", as: String.self]
        return UsageKey(
            day: try row["day"],
            agent: AgentName(id: agent, slug: agents[agent]),
            batch: batch.isEmpty
                ? nil : try Batch.ID(sqlValue: .text(batch)).named(by: batches),
            endReason: try row["end_reason"]
        )
    }
}

extension Batch.ID {
    fileprivate func named(by names: [Batch.ID: String]) -> BatchName {
        BatchName(id: self, name: names[self])
    }
}
