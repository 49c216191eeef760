package import Calls
package import FoundationEssentials

/// Webhooks on their way, and the log of every try.
package struct DeliveryStore: Sendable {
    private let database: any SQLDatabase

    package init(_ database: any SQLDatabase) {
        self.database = database
    }

    /// Takes up to `limit` due deliveries and hides them from other senders until `hiddenUntil`: if this one dies, they come up again.
    ///
    /// To one host go at most `roomPerHost`, or what `room` says for hosts to which tries are under way.
    package func claimDue(
        limit: Int,
        room: [String: Int],
        roomPerHost: Int,
        hiddenUntil: Date,
        now: Date
    ) async throws -> [WebhookDelivery] {
        let busyHosts = room.filter { $0.value <= 0 }.map(\.key)
        return try await database.write { db in
            let due = try db.run(
                """
                SELECT * FROM webhook_deliveries
                 WHERE delivered_at IS NULL AND given_up_at IS NULL AND next_at <= \(now)
                   AND host NOT IN ('', \(list: busyHosts.isEmpty ? [""] : busyHosts))
                 ORDER BY next_at LIMIT \(limit)\(db.words.skipLocked)
                """
            )
            var room = room
            return try due.compactMap { row in
                let host: String = try row["host"]
                guard room[host, default: roomPerHost] > 0 else { return nil }
                room[host, default: roomPerHost] -= 1
                let delivery = try WebhookDelivery(row: row)
                try db.run("UPDATE webhook_deliveries SET next_at = \(hiddenUntil) WHERE id = \(delivery.id)")
                return delivery
            }
        }
    }

    /// Stores where a delivery now stands, with the try that brought it there.
    package func record(_ attempt: WebhookAttempt, of delivery: WebhookDelivery) async throws {
        try await database.write { db in
            try db.run(
                """
                UPDATE webhook_deliveries SET attempts = \(delivery.attempts), next_at = \(delivery.nextAt),
                                              delivered_at = \(delivery.deliveredAt), given_up_at = \(delivery.givenUpAt)
                 WHERE id = \(delivery.id)
                """
            )
            try db.run(
                """
                INSERT INTO webhook_attempts (delivery, number, at, duration_ms, status, response, failure)
                VALUES (\(delivery.id), \(attempt.number), \(attempt.at), \(attempt.duration), \(attempt.status),
                        \(attempt.response), \(attempt.failure))
                ON CONFLICT (delivery, number) DO NOTHING
                """
            )
        }
    }

    /// When the next delivery to a host that is not busy is due. Nil if none waits.
    package func nextDue(busyHosts: [String]) async throws -> Date? {
        try await database.read { db in
            try db.run(
                """
                SELECT MIN(next_at) AS at FROM webhook_deliveries
                 WHERE delivered_at IS NULL AND given_up_at IS NULL
                   AND host NOT IN ('', \(list: busyHosts.isEmpty ? [""] : busyHosts))
                """
            ).first?["at"]
        }
    }

    /// Oldest first.
    package func deliveries(of call: Call.ID) async throws -> [WebhookDelivery] {
        try await database.read { db in
            try db.run("SELECT * FROM webhook_deliveries WHERE call = \(call) ORDER BY id")
                .map(WebhookDelivery.init(row:))
        }
    }

    package func attempts(of delivery: WebhookDelivery.ID) async throws -> [WebhookAttempt] {
        try await database.read { db in
            try db.run("SELECT * FROM webhook_attempts WHERE delivery = \(delivery) ORDER BY number")
                .map(WebhookAttempt.init(row:))
        }
    }

    /// Has a delivery tried once more at once, whatever became of it. False if the project has none with this id.
    package func redeliver(_ id: WebhookDelivery.ID, project: Project.ID, at now: Date) async throws -> Bool {
        try await database.write { db in
            let rows = try db.run(
                """
                UPDATE webhook_deliveries SET next_at = \(now), delivered_at = NULL, given_up_at = NULL
                 WHERE id = \(id) AND project = \(project)
                RETURNING id
                """
            )
            return !rows.isEmpty
        }
    }
}

extension WebhookDelivery {
    fileprivate init(row: SQLRow) throws {
        self.init(
            id: try row["id"],
            project: try row["project"],
            call: try row["call"],
            event: try row["event"],
            url: try row["url"],
            body: try row["body"],
            createdAt: try row["created_at"],
            attempts: try row["attempts"],
            nextAt: try row["next_at"],
            deliveredAt: try row["delivered_at"],
            givenUpAt: try row["given_up_at"]
        )
    }

    func insert(_ db: any SQLTransaction) throws {
        try db.run(
            """
            INSERT INTO webhook_deliveries (id, project, call, event, host, url, body, created_at, attempts, next_at)
            VALUES (\(id), \(project), \(call), \(event), \(host), \(url), \(body), \(createdAt), \(attempts), \(nextAt))
            """
        )
    }
}

extension WebhookDelivery {
    /// The receiver, for sharing the sender fairly: one that hangs delays nobody else.
    package var host: String {
        URLComponents(string: url)?.host?.lowercased() ?? "?"
    }
}

extension WebhookAttempt {
    fileprivate init(row: SQLRow) throws {
        self.init(
            delivery: try row["delivery"],
            number: try row["number"],
            at: try row["at"],
            duration: try row["duration_ms"],
            status: try row["status"],
            response: try row["response"],
            failure: try row["failure"]
        )
    }
}
