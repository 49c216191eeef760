import Storage
import Synchronization

/// A database that remembers what it was asked.
final class ObservedDatabase: SQLDatabase {
    private struct Transaction: SQLTransaction {
        let db: any SQLTransaction
        let note: (SQL) -> Void

        var words: SQLWords { db.words }

        func run(_ statement: SQL) throws -> [SQLRow] {
            note(statement)
            return try db.run(statement)
        }
    }

    private let database: SQLiteDatabase
    private let asked = Mutex<[SQL]>([])

    var isExclusive: Bool { database.isExclusive }

    init(_ database: SQLiteDatabase) {
        self.database = database
    }

    func read<Result: Sendable>(
        _ body: @escaping @Sendable (any SQLTransaction) throws -> Result
    ) async throws -> Result {
        try await database.read { db in try body(Transaction(db: db, note: self.note)) }
    }

    @discardableResult
    func write<Result: Sendable>(
        _ urgency: WriteUrgency,
        _ body: @escaping @Sendable (any SQLTransaction) throws -> Result
    ) async throws -> Result {
        try await database.write(urgency) { db in try body(Transaction(db: db, note: self.note)) }
    }

    /// How SQLite goes about everything that was asked since the last time: each statement, and the steps of its plan.
    func plans() async throws -> [(statement: String, steps: [String])] {
        let statements = asked.withLock { asked in
            defer { asked = [] }
            return asked
        }
        return try await database.read { db in
            try statements.map { statement in
                let steps = try db.run("EXPLAIN QUERY PLAN \(statement)")
                return (statement.text, try steps.map { try $0["detail", as: String.self] })
            }
        }
    }

    private func note(_ statement: SQL) {
        asked.withLock { $0.append(statement) }
    }
}
