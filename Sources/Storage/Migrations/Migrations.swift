/// One step of the schema. A step that has shipped is never edited.
struct Migration: Sendable {
    let name: String
    let statements: @Sendable (SQLWords) -> [SQL]
}

/// In the order in which they are applied.
let migrations = [
    firstCall,
    idempotentReplies,
    callRequests,
    reading,
    ownedNumbers,
    access,
    conversations,
    webhookFanOut,
    gates,
    secrets,
    contextNotes,
    erasures,
    wallets,
    answeredCalls,
    whoAnswered,
    batches,
    lookups,
    batchLists,
    conversationAccounts,
    batchTallies,
    users,
    usageDays,
    histories,
]

/// The database was written by a newer version of this program.
package struct UnknownMigration: Error, CustomStringConvertible {
    package var name: String

    package var description: String {
        "The database has the schema step '\(name)', which this version does not know: run the version that made it, or a newer one"
    }
}

extension SQLDatabase {
    /// Brings the schema up to date, all of it or nothing.
    package func migrate() async throws {
        try await write { db in
            try db.run("CREATE TABLE IF NOT EXISTS migrations (name TEXT PRIMARY KEY)")
            let applied = try Set(db.run("SELECT name FROM migrations").map { try $0["name", as: String.self] })
            if let unknown = applied.subtracting(migrations.map(\.name)).min() { throw UnknownMigration(name: unknown) }
            for migration in migrations where !applied.contains(migration.name) {
                for statement in migration.statements(db.words) { try db.run(statement) }
                try db.run("INSERT INTO migrations (name) VALUES (\(migration.name))")
            }
        }
    }
}
