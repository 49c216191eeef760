package import Calls
package import FoundationEssentials

/// Webhooks: those on their way, those that arrived and those given up, with the log of every try.
package struct DeliveryStore: Sendable {
    let database: any SQLDatabase

    package init(_ database: any SQLDatabase) {
        self.database = database
    }

    /// Stores a message that no event is behind. Throws `DatabaseOverloaded` when too many writes wait.
    package func add(_ delivery: WebhookDelivery) async throws {
        try await database.write(.refusable) { db in try delivery.insert(db) }
    }

    /// Nil if the project has none with this id.
    package func delivery(_ id: WebhookDelivery.ID, project: Project.ID) async throws -> WebhookDelivery? {
        try await database.read { db in
            try db.run("SELECT * FROM webhook_deliveries WHERE id = \(id) AND project = \(project)").first
                .map(WebhookDelivery.init(row:))
        }
    }

    /// Newest first, those older than `before`.
    package func deliveries(
        _ filter: DeliveryFilter,
        before: WebhookDelivery.ID? = nil,
        limit: Int,
        project: Project.ID
    ) async throws -> [WebhookDelivery] {
        // A cast names the type of a parameter that PostgreSQL could not infer from `IS NULL`.
        try await database.read { db in
            try db.run(
                """
                SELECT * FROM webhook_deliveries
                 WHERE project = \(project)
                   AND (CAST(\(before) AS TEXT) IS NULL OR id < \(before))
                   AND (CAST(\(filter.endpoint) AS TEXT) IS NULL OR endpoint = \(filter.endpoint))
                   AND (CAST(\(filter.call) AS TEXT) IS NULL OR call = \(filter.call))
                   AND (CAST(\(filter.door) AS TEXT) IS NULL OR door = \(filter.door))
                   AND (CAST(\(filter.status) AS TEXT) IS NULL
                        OR \(filter.status) = CASE WHEN delivered_at IS NOT NULL THEN 'delivered'
                                                   WHEN given_up_at IS NOT NULL THEN 'exhausted' ELSE 'pending' END)
                 ORDER BY id DESC LIMIT \(limit)
                """
            )
            .map(WebhookDelivery.init(row:))
        }
    }

    /// All about one call, in the order of events.
    package func deliveries(of call: Call.ID) async throws -> [WebhookDelivery] {
        try await database.read { db in
            try db.run("SELECT * FROM webhook_deliveries WHERE call = \(call) ORDER BY sequence, place, id")
                .map(WebhookDelivery.init(row:))
        }
    }

    /// Where a message to a call's own URL stands, without the message.
    package struct Standing: Sendable, Hashable {
        package var call: Call.ID
        package var type: String
        package var status: WebhookDelivery.Status
        package var lastError: String?
    }

    /// All messages to the calls' own URLs, in the order of events. One question for all of them.
    package func inline(of calls: [Call.ID]) async throws -> [Standing] {
        guard !calls.isEmpty else { return [] }
        return try await database.read { db in
            try db.run(
                """
                SELECT call, type, last_error, CASE WHEN delivered_at IS NOT NULL THEN 'delivered'
                                                    WHEN given_up_at IS NOT NULL THEN 'exhausted'
                                                    ELSE 'pending' END AS status
                  FROM webhook_deliveries WHERE call IN (\(list: calls)) AND endpoint IS NULL
                 ORDER BY sequence, place, id
                """
            )
            .map { row in
                Standing(
                    call: try row["call"],
                    type: try row["type"],
                    status: try row["status"],
                    lastError: try row["last_error"]
                )
            }
        }
    }

    package func attempts(of delivery: WebhookDelivery.ID) async throws -> [WebhookAttempt] {
        try await database.read { db in
            try db.run("SELECT * FROM webhook_attempts WHERE delivery = \(delivery) ORDER BY number")
                .map(WebhookAttempt.init(row:))
        }
    }

    /// Has a message sent again from now on, as if it were new, whatever became of it. Nil if the project has none with this id.
    package func redeliver(
        _ id: WebhookDelivery.ID,
        project: Project.ID,
        at now: Date
    ) async throws -> WebhookDelivery? {
        try await database.write { db in
            try db.run(
                """
                UPDATE webhook_deliveries
                   SET next_at = \(now), updated_at = \(now), delivered_at = NULL, given_up_at = NULL, tries = 0,
                       manual_retries = manual_retries + 1
                 WHERE id = \(id) AND project = \(project) AND body <> ''
                RETURNING *
                """
            ).first.map(WebhookDelivery.init(row:))
        }
    }
}
