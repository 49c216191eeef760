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

    /// Makes a project. False if another one has the name.
    package func add(_ project: Project, webhookSecret: String) async throws -> Bool {
        try await database.write { db in
            let rows = try db.run(
                """
                INSERT INTO projects (id, name, requests_per_minute, requests_per_hour, webhook_secret, created_at)
                VALUES (\(project.id), \(project.name), \(project.limits.perMinute), \(project.limits.perHour),
                        \(webhookSecret), \(project.createdAt))
                ON CONFLICT (name) DO NOTHING
                RETURNING id
                """
            )
            return !rows.isEmpty
        }
    }

    /// Oldest first.
    package func projects() async throws -> [Project] {
        try await database.read { db in
            try db.run("SELECT * FROM projects ORDER BY created_at, id").map(Project.init(row:))
        }
    }

    /// By id or, if `reference` is no id, by name.
    package func project(_ reference: String) async throws -> Project? {
        try await database.read { db in
            let rows =
                if let id = Project.ID(reference) {
                    try db.run("SELECT * FROM projects WHERE id = \(id)")
                } else {
                    try db.run("SELECT * FROM projects WHERE name = \(reference)")
                }
            return try rows.first.map(Project.init(row:))
        }
    }
}

extension Project {
    fileprivate init(row: SQLRow) throws {
        self.init(
            id: try row["id"],
            name: try row["name"],
            limits: RequestLimits(perMinute: try row["requests_per_minute"], perHour: try row["requests_per_hour"]),
            createdAt: try row["created_at"]
        )
    }
}
