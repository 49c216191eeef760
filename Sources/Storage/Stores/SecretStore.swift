/// Secrets of the installation, made once and the same on every node.
package struct SecretStore: Sendable {
    private let database: any SQLDatabase

    package init(_ database: any SQLDatabase) {
        self.database = database
    }

    /// The secret of this name: `new` from now on if there was none.
    package func secret(_ name: String, orNew new: String) async throws -> String {
        try await database.write { db in
            try db.run("INSERT INTO secrets (name, value) VALUES (\(name), \(new)) ON CONFLICT (name) DO NOTHING")
            return try db.run("SELECT value FROM secrets WHERE name = \(name)").first?["value"] ?? new
        }
    }
}
