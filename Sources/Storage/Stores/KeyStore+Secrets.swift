package import Calls
package import FoundationEssentials

extension KeyStore {
    /// Gives a key another secret. The ones before, and the tokens they bought, are taken until `validUntil` and no longer. Nil if the project
    /// has no such key, or if it is revoked or expired. Throws `DatabaseOverloaded` when too many writes wait.
    package func rotate(
        _ id: APIKey.ID,
        hash: String,
        hint: String,
        validUntil: Date,
        project: Project.ID,
        at now: Date
    ) async throws -> APIKey? {
        try await database.write(.refusable) { db in
            let current = try db.run(
                """
                SELECT hash FROM api_keys
                 WHERE id = \(id) AND project = \(project) AND revoked_at IS NULL
                   AND (expires_at IS NULL OR expires_at > \(now))\(db.words.lock)
                """
            ).first
            guard let earlier: String = try current?["hash"] else { return nil }
            try db.run("DELETE FROM earlier_secrets WHERE key = \(id) AND valid_until <= \(now)")
            try db.run(
                "UPDATE earlier_secrets SET valid_until = \(validUntil) WHERE key = \(id) AND valid_until > \(validUntil)"
            )
            try db.run(
                "UPDATE access_tokens SET expires_at = \(validUntil) WHERE key = \(id) AND expires_at > \(validUntil)"
            )
            if validUntil > now {
                try db.run(
                    "INSERT INTO earlier_secrets (hash, key, valid_until) VALUES (\(earlier), \(id), \(validUntil))"
                )
            }
            try db.run("UPDATE api_keys SET hash = \(hash), hint = \(hint), rotated_at = \(now) WHERE id = \(id)")
            return try Self.key(id, db)
        }
    }

    /// Stores an access token of `key`. Expired ones are forgotten. Throws `DatabaseOverloaded` when too many writes wait.
    package func addToken(hash: String, key: APIKey.ID, createdAt: Date, expiresAt: Date) async throws {
        try await database.write(.refusable) { db in
            try db.run("DELETE FROM access_tokens WHERE expires_at <= \(createdAt)")
            try db.run(
                """
                INSERT INTO access_tokens (hash, key, created_at, expires_at)
                VALUES (\(hash), \(key), \(createdAt), \(expiresAt))
                """
            )
        }
    }

    /// The key whose access token has this hash, and how long the token is taken.
    package func match(tokenHash hash: String) async throws -> Match? {
        try await database.read { db in
            let token = try db.run("SELECT key, expires_at FROM access_tokens WHERE hash = \(hash)").first
            guard let token, let key = try Self.key(try token["key"], db) else { return nil }
            return Match(key: key, validUntil: try token["expires_at"])
        }
    }
}
