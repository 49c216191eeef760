package import Calls
package import FoundationEssentials

/// API keys and access tokens, known by the hashes of their secrets alone.
package struct KeyStore: Sendable {
    /// What a secret opens.
    package struct Match: Sendable, Hashable {
        package var key: APIKey
        /// The secret itself is taken until then. Nil: as long as the key is.
        package var validUntil: Date?
    }

    /// Every read of a key: with its project's limits.
    static let selection: StaticString = """
        SELECT k.*, p.requests_per_minute AS project_per_minute, p.requests_per_hour AS project_per_hour
          FROM api_keys k JOIN projects p ON p.id = k.project
        """

    let database: any SQLDatabase

    package init(_ database: any SQLDatabase) {
        self.database = database
    }

    /// Throws `DatabaseOverloaded` when too many writes wait.
    package func add(_ key: APIKey, hash: String) async throws {
        try await database.write(.refusable) { db in
            let scopes = key.scopes == Scope.all ? nil : JSONColumn(key.scopes.map(\.rawValue).sorted())
            try db.run(
                """
                INSERT INTO api_keys (id, project, name, mode, scopes, requests_per_minute, requests_per_hour, hash, hint,
                                      created_at, expires_at)
                VALUES (\(key.id), \(key.project), \(key.name), \(key.mode), \(scopes), \(key.limits.perMinute),
                        \(key.limits.perHour), \(hash), \(key.hint), \(key.createdAt), \(key.expiresAt))
                """
            )
        }
    }

    /// The key whose secret, present or earlier, has this hash; whether it is still taken is for the caller to judge.
    package func match(hash: String) async throws -> Match? {
        try await database.read { db in
            if let row = try db.run("\(Self.selection) WHERE k.hash = \(hash)").first {
                return Match(key: try APIKey(row: row), validUntil: nil)
            }
            let earlier = try db.run("SELECT key, valid_until FROM earlier_secrets WHERE hash = \(hash)").first
            guard let earlier, let key = try Self.key(try earlier["key"], db) else { return nil }
            return Match(key: key, validUntil: try earlier["valid_until"])
        }
    }

    /// Whatever project it belongs to.
    package func key(_ id: APIKey.ID) async throws -> APIKey? {
        try await database.read { db in try Self.key(id, db) }
    }

    /// Newest first.
    package func keys(project: Project.ID) async throws -> [APIKey] {
        try await database.read { db in
            try db.run("\(Self.selection) WHERE k.project = \(project) ORDER BY k.id DESC").map(APIKey.init(row:))
        }
    }

    /// Nil if the project has no such key. A key that was revoked before keeps its date.
    package func revoke(_ id: APIKey.ID, project: Project.ID, at now: Date) async throws -> APIKey? {
        try await database.write { db in
            let rows = try db.run(
                """
                UPDATE api_keys SET revoked_at = COALESCE(revoked_at, \(now)) WHERE id = \(id) AND project = \(project)
                RETURNING id
                """
            )
            return rows.isEmpty ? nil : try Self.key(id, db)
        }
    }

    /// Stores when keys were used last. An earlier time than is known changes nothing.
    package func used(_ uses: [APIKey.ID: Date]) async throws {
        try await database.write { db in
            for (id, at) in uses {
                try db.run(
                    """
                    UPDATE api_keys SET last_used_at = \(at)
                     WHERE id = \(id) AND (last_used_at IS NULL OR last_used_at < \(at))
                    """
                )
            }
        }
    }

    static func key(_ id: APIKey.ID, _ db: any SQLTransaction) throws -> APIKey? {
        try db.run("\(Self.selection) WHERE k.id = \(id)").first.map(APIKey.init(row:))
    }
}

extension APIKey {
    init(row: SQLRow) throws {
        let words = try row["scopes", as: JSONColumn<[String]>?.self]?.value
        self.init(
            id: try row["id"],
            project: try row["project"],
            name: try row["name"],
            mode: try row["mode"],
            // A word that this version does not know gives no right.
            scopes: words.map { Set($0.compactMap(Scope.init(rawValue:))) } ?? Scope.all,
            limits: RequestLimits(perMinute: try row["requests_per_minute"], perHour: try row["requests_per_hour"]),
            projectLimits: RequestLimits(
                perMinute: try row["project_per_minute"],
                perHour: try row["project_per_hour"]
            ),
            hint: try row["hint"],
            createdAt: try row["created_at"],
            expiresAt: try row["expires_at"],
            rotatedAt: try row["rotated_at"],
            lastUsedAt: try row["last_used_at"],
            revokedAt: try row["revoked_at"]
        )
    }
}
