package import Calls
import FoundationEssentials

/// Who did what. Entries are added and read, never changed.
package struct AuditStore: Sendable {
    private let database: any SQLDatabase

    package init(_ database: any SQLDatabase) {
        self.database = database
    }

    package func add(_ entry: AuditEntry) async throws {
        try await database.write { db in
            try db.run(
                """
                INSERT INTO audit (id, project, user_id, name, action, subject, detail, address, at)
                VALUES (\(entry.id), \(entry.project), \(entry.user), \(entry.name), \(entry.action), \(entry.subject),
                        \(entry.detail), \(entry.address), \(entry.at))
                """
            )
        }
    }

    /// Newest first, those older than `before`.
    package func entries(before: AuditEntry.ID?, limit: Int, project: Project.ID) async throws -> [AuditEntry] {
        let place: SQL = if let before { " AND id < \(before)" } else { "" }
        return try await database.read { db in
            try db.run("SELECT * FROM audit WHERE project = \(project)\(place) ORDER BY id DESC LIMIT \(limit)")
                .compactMap(AuditEntry.init(row:))
        }
    }
}

extension AuditEntry {
    /// Nil for what only another version of this program can have been done with.
    init?(row: SQLRow) throws {
        guard let action = Action(rawValue: try row["action"]) else { return nil }
        self.init(
            id: try row["id"],
            project: try row["project"],
            user: try row["user_id"],
            name: try row["name"],
            action: action,
            subject: try row["subject"],
            detail: try row["detail"],
            address: try row["address"],
            at: try row["at"]
        )
    }
}
