package import Calls
package import FoundationEssentials

/// Projects and the secrets their webhooks are signed with.
package struct ProjectStore: Sendable {
    private let database: any SQLDatabase

    package init(_ database: any SQLDatabase) {
        self.database = database
    }

    /// Makes the project unless it exists, and returns its webhook secret: `secret` if it is new.
    package func ensure(_ id: Project.ID, name: String, secret: String, now: Date) async throws -> String {
        try await database.write { db in
            try db.run(
                """
                INSERT INTO projects (id, name, webhook_secret, created_at) VALUES (\(id), \(name), \(secret), \(now))
                ON CONFLICT (id) DO NOTHING
                """
            )
            return try db.run("SELECT webhook_secret FROM projects WHERE id = \(id)").first?["webhook_secret"] ?? secret
        }
    }

    /// Nil if there is no such project.
    package func webhookSecret(of project: Project.ID) async throws -> String? {
        try await database.read { db in
            try db.run("SELECT webhook_secret FROM projects WHERE id = \(project)").first?["webhook_secret"]
        }
    }
}
