package import Calls
package import FoundationEssentials

/// API keys, known by the hash of their secret alone.
package struct KeyStore: Sendable {
    private let database: any SQLDatabase

    package init(_ database: any SQLDatabase) {
        self.database = database
    }

    package func add(_ key: APIKey, hash: String) async throws {
        try await database.write(.refusable) { db in
            try db.run(
                """
                INSERT INTO api_keys (id, project, name, mode, hash, hint, created_at)
                VALUES (\(key.id), \(key.project), \(key.name), \(key.mode), \(hash), \(key.hint), \(key.createdAt))
                """
            )
        }
    }

    package func key(hash: String) async throws -> APIKey? {
        try await database.read { db in
            try db.run("SELECT * FROM api_keys WHERE hash = \(hash)").first.map(APIKey.init(row:))
        }
    }

    /// Newest first.
    package func keys(project: Project.ID) async throws -> [APIKey] {
        try await database.read { db in
            try db.run("SELECT * FROM api_keys WHERE project = \(project) ORDER BY id DESC").map(APIKey.init(row:))
        }
    }

    /// Nil if the project has no such key. A key that was revoked before keeps its date.
    package func revoke(_ id: APIKey.ID, project: Project.ID, at now: Date) async throws -> APIKey? {
        try await database.write { db in
            try db.run(
                """
                UPDATE api_keys SET revoked_at = COALESCE(revoked_at, \(now)) WHERE id = \(id) AND project = \(project)
                RETURNING *
                """
            ).first.map(APIKey.init(row:))
        }
    }
}

extension APIKey {
    fileprivate init(row: SQLRow) throws {
        self.init(
            id: try row["id"],
            project: try row["project"],
            name: try row["name"],
            mode: try row["mode"],
            hint: try row["hint"],
            createdAt: try row["created_at"],
            revokedAt: try row["revoked_at"]
        )
    }
}
