package import Calls
import FoundationEssentials

extension GateDecision {
    /// Adds it to the history of a call. An inquiry is nobody's history.
    func insert(for call: Call.ID, _ db: any SQLTransaction) throws {
        guard stage != .inquiry else { return }
        // Rules that were off follow from those that were not.
        let asked = checks.filter { $0.outcome != .off }
        try db.run(
            """
            INSERT INTO gate_decisions (call, number, stage, decided_at, dial_at, checks)
            VALUES (\(call), 1 + (SELECT COALESCE(MAX(number), 0) FROM gate_decisions WHERE call = \(call)),
                    \(stage), \(decidedAt), \(dialAt), \(JSONColumn(asked)))
            """
        )
    }

    fileprivate init(row: SQLRow) throws {
        self.init(
            stage: try row["stage"],
            decidedAt: try row["decided_at"],
            dialAt: try row["dial_at"],
            checks: try row["checks", as: JSONColumn<[GateCheck]>.self].value
        )
    }
}

extension CallStore {
    /// What the gate decided about a call so far, the oldest first.
    package func decisions(of call: Call.ID) async throws -> [GateDecision] {
        try await database.read { db in
            try db.run("SELECT * FROM gate_decisions WHERE call = \(call) ORDER BY number").map(GateDecision.init(row:))
        }
    }
}

extension GateDecision.Stage: SQLConvertible {}
extension GateRule: SQLConvertible {}
