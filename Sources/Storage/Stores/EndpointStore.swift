package import Calls
package import FoundationEssentials

/// Registered receivers of webhooks and the secrets their messages are signed with.
package struct EndpointStore: Sendable {
    private let database: any SQLDatabase

    package init(_ database: any SQLDatabase) {
        self.database = database
    }

    /// Stores a new endpoint. It gets what happens from now on. Nil, with nothing stored, if the project has `limit` already. Throws
    /// `DatabaseOverloaded` when too many writes wait.
    package func add(_ endpoint: WebhookEndpoint, secret: String, limit: Int) async throws -> WebhookEndpoint? {
        try await database.write(.refusable) { db in
            let count: Int? = try db.run(
                "SELECT COUNT(*) AS n FROM webhook_endpoints WHERE project = \(endpoint.project)"
            ).first?["n"]
            guard count ?? 0 < limit else { return nil }
            var endpoint = endpoint
            endpoint.after = try Self.newestEvent(db)
            try db.run(
                """
                INSERT INTO webhook_endpoints (id, project, door, url, description, events, after_event, secret,
                                               failures, created_at, updated_at)
                VALUES (\(endpoint.id), \(endpoint.project), \(endpoint.door), \(endpoint.url), \(endpoint.description),
                        \(JSONColumn(endpoint.events)), \(endpoint.after), \(secret), \(endpoint.failures),
                        \(endpoint.createdAt), \(endpoint.updatedAt))
                """
            )
            return endpoint
        }
    }

    /// Newest first. `door` leaves out those that other doors speak to.
    package func endpoints(door: String?, project: Project.ID) async throws -> [WebhookEndpoint] {
        try await database.read { db in
            try db.run(
                """
                SELECT * FROM webhook_endpoints
                 WHERE project = \(project) AND (CAST(\(door) AS TEXT) IS NULL OR door = \(door)) ORDER BY id DESC
                """
            )
            .map(WebhookEndpoint.init(row:))
        }
    }

    /// Nil if the project has none with this id.
    package func endpoint(_ id: WebhookEndpoint.ID, project: Project.ID) async throws -> WebhookEndpoint? {
        try await database.read { db in
            try db.run("SELECT * FROM webhook_endpoints WHERE id = \(id) AND project = \(project)").first
                .map(WebhookEndpoint.init(row:))
        }
    }

    /// Lets `change` say what becomes of an endpoint and stores that. One that is switched on again begins with what happens from then on.
    /// Nil if the project has none with this id.
    package func update(
        _ id: WebhookEndpoint.ID,
        project: Project.ID,
        _ change: @escaping @Sendable (inout WebhookEndpoint) throws -> Void
    ) async throws -> WebhookEndpoint? {
        try await database.write { db in
            let row = try db.run(
                "SELECT * FROM webhook_endpoints WHERE id = \(id) AND project = \(project)\(db.words.lock)"
            ).first
            guard var endpoint = try row.map(WebhookEndpoint.init(row:)) else { return nil }
            let wasDisabled = endpoint.disabled != nil
            try change(&endpoint)
            if wasDisabled, endpoint.disabled == nil { endpoint.after = try Self.newestEvent(db) }
            try db.run(
                """
                UPDATE webhook_endpoints
                   SET url = \(endpoint.url), description = \(endpoint.description),
                       events = \(JSONColumn(endpoint.events)), after_event = \(endpoint.after),
                       failures = \(endpoint.failures), disabled_reason = \(endpoint.disabled?.reason),
                       disabled_at = \(endpoint.disabled?.at), updated_at = \(endpoint.updatedAt)
                 WHERE id = \(id)
                """
            )
            return endpoint
        }
    }

    /// Gives an endpoint a new secret. Until `oldUntil` the old one is kept beside it. Nil if the project has none with this id.
    package func rotate(
        _ id: WebhookEndpoint.ID,
        secret: String,
        oldUntil: Date?,
        project: Project.ID,
        at now: Date
    ) async throws -> WebhookEndpoint? {
        try await database.write { db in
            try db.run(
                """
                UPDATE webhook_endpoints
                   SET old_secret = CASE WHEN CAST(\(oldUntil) AS \(db.words.integer)) IS NULL THEN NULL ELSE secret END,
                       old_secret_until = \(oldUntil), secret = \(secret), updated_at = \(now)
                 WHERE id = \(id) AND project = \(project)
                RETURNING *
                """
            ).first.map(WebhookEndpoint.init(row:))
        }
    }

    /// Removes an endpoint. What was not delivered to it is given up; the log stays. Nil if the project has none with this id.
    package func remove(
        _ id: WebhookEndpoint.ID,
        project: Project.ID,
        at now: Date
    ) async throws -> WebhookEndpoint? {
        try await database.write { db in
            let row = try db.run(
                "DELETE FROM webhook_endpoints WHERE id = \(id) AND project = \(project) RETURNING *"
            ).first
            guard let endpoint = try row.map(WebhookEndpoint.init(row:)) else { return nil }
            try db.run(
                """
                UPDATE webhook_deliveries
                   SET given_up_at = \(now), updated_at = \(now), last_error = 'The endpoint was removed'
                 WHERE endpoint = \(id) AND delivered_at IS NULL AND given_up_at IS NULL
                """
            )
            return endpoint
        }
    }

    /// Where a delivery goes now, and the secrets it is signed with, the current one first. Nil if its endpoint was removed.
    package func destination(
        of delivery: WebhookDelivery,
        at now: Date
    ) async throws -> (url: String, secrets: [String])? {
        try await database.read { db in
            guard let endpoint = delivery.endpoint else {
                let secret = try db.run("SELECT webhook_secret FROM projects WHERE id = \(delivery.project)").first
                return try secret.map { (delivery.url, [try $0["webhook_secret"]]) }
            }
            return try db.run("SELECT * FROM webhook_endpoints WHERE id = \(endpoint)").first.map { row in
                let until: Date? = try row["old_secret_until"]
                let old: String? = until.map { $0 > now } == true ? try row["old_secret"] : nil
                return (try row["url"], [try row["secret"]] + [old].compactMap(\.self))
            }
        }
    }

    private static func newestEvent(_ db: any SQLTransaction) throws -> Int64 {
        // Locked: an event numbered before this one must not be committed after it.
        try db.run("SELECT value FROM counters WHERE name = 'events'\(db.words.lock)").first?["value"] ?? 0
    }
}
