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
        let page = Self.page(filter, before: before, limit: limit, project: project)
        return try await database.read { db in try db.run(page).map(WebhookDelivery.init(row:)) }
    }

    /// The statement that finds a page.
    private static func page(
        _ filter: DeliveryFilter,
        before: WebhookDelivery.ID?,
        limit: Int,
        project: Project.ID
    ) -> SQL {
        // An endpoint's or a call's messages are few among the project's. As an expression, the project does not draw the question away from
        // their index.
        let isNarrow = filter.endpoint != nil || filter.call != nil
        var condition: SQL = isNarrow ? "project || '' = \(project)" : "project = \(project)"
        if let before { condition = "\(condition) AND id < \(before)" }
        if let endpoint = filter.endpoint { condition = "\(condition) AND endpoint = \(endpoint)" }
        if let call = filter.call { condition = "\(condition) AND call = \(call)" }
        if let door = filter.door { condition = "\(condition) AND door = \(door)" }
        switch filter.status {
        case .pending?: condition = "\(condition) AND delivered_at IS NULL AND given_up_at IS NULL"
        case .delivered?: condition = "\(condition) AND delivered_at IS NOT NULL"
        case .exhausted?: condition = "\(condition) AND given_up_at IS NOT NULL"
        case nil: break
        }
        return "SELECT * FROM webhook_deliveries WHERE \(condition) ORDER BY id DESC LIMIT \(limit)"
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
        let question = Self.inlineMessages(of: calls)
        return try await database.read { db in
            try db.run(question).map { row in
                Standing(
                    call: try row["call"],
                    type: try row["type"],
                    status: try row["status"],
                    lastError: try row["last_error"]
                )
            }
        }
    }

    /// As an expression, the endpoint does not draw the question away from the calls: to most installations every message is one without.
    private static func inlineMessages(of calls: [Call.ID]) -> SQL {
        """
        SELECT call, type, last_error, CASE WHEN delivered_at IS NOT NULL THEN 'delivered'
                                            WHEN given_up_at IS NOT NULL THEN 'exhausted'
                                            ELSE 'pending' END AS status
          FROM webhook_deliveries WHERE call IN (\(list: calls)) AND COALESCE(endpoint, '') = ''
         ORDER BY sequence, place, id
        """
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
