package import Calls
package import FoundationEssentials

extension DeliveryStore {
    /// What a sender took up, all of it hidden from other senders.
    package struct Claim: Sendable {
        /// A try of each is counted and stands in the log, without its outcome.
        package var due: [WebhookDelivery] = []
        /// A server died during their last try, and they have none left.
        package var lost: [WebhookDelivery] = []
    }

    /// How much a sender may have under way.
    package struct Room: Sendable {
        package var total: Int
        package var perProject: Int
        package var perLane: Int
        /// Tries under way, by lane.
        package var underWay: [String: Int]

        package init(total: Int, perProject: Int, perLane: Int, underWay: [String: Int]) {
            self.total = total
            self.perProject = perProject
            self.perLane = perLane
            self.underWay = underWay
        }

        /// Those of `lanes` that have room left, and how much.
        package func left(in lanes: [String]) -> [(lane: String, room: Int)] {
            func project(of lane: String) -> Substring { lane.prefix { $0 != " " } }
            var total = total - underWay.values.reduce(0, +)
            var taken: [Substring: Int] = [:]
            for (lane, count) in underWay { taken[project(of: lane), default: 0] += count }
            return lanes.compactMap { lane in
                let owner = project(of: lane)
                let room = min(total, perProject - taken[owner, default: 0], perLane - underWay[lane, default: 0])
                guard room > 0 else { return nil }
                total -= room
                taken[owner, default: 0] += room
                return (lane, room)
            }
        }
    }

    /// Takes up what is due and there is room for, and hides it from other senders until `hiddenUntil`: if this one dies, it comes up again.
    /// `tries` says how often a door has a message tried.
    ///
    /// A try is counted before it is made, so that what may be tried once is never tried twice. Of the messages about one call to one
    /// receiver each waits until those before it were tried: first tries are in the order of events.
    package func claimDue(
        _ room: Room,
        tries: [String: Int],
        hiddenUntil: Date,
        now: Date
    ) async throws -> Claim {
        let due = try await database.read { db in try Self.lanes(db).filter { $0.at <= now }.map(\.lane) }
        let lanes = room.left(in: due.shuffled())
        guard !lanes.isEmpty else { return Claim() }
        return try await database.write { db in
            var claim = Claim()
            for (lane, room) in lanes {
                for row in try db.run(Self.due(in: lane, limit: room, now: now, db.words)) {
                    let delivery = try WebhookDelivery(row: row)
                    if delivery.tries < tries[delivery.door, default: .max] {
                        claim.due.append(try Self.begin(delivery, hiddenUntil: hiddenUntil, now: now, db))
                    } else {
                        try Self.hide(delivery, until: hiddenUntil, db)
                        claim.lost.append(delivery)
                    }
                }
            }
            return claim
        }
    }

    /// When the next delivery is due for which there is room. Nil if none waits.
    package func nextDue(_ room: Room) async throws -> Date? {
        try await database.read { db in
            try Self.lanes(db).filter { !room.left(in: [$0.lane]).isEmpty }.map(\.at).min()
        }
    }

    /// Stores where a delivery now stands, with the try that brought it there if one did, and what that means for its endpoint: a message that was
    /// taken ends a run of failures, and one that was given up adds to it. With `disableAfter` of them, or at once with `disabling`, the
    /// endpoint is switched off. Returns the reason if it was.
    ///
    /// If somebody had the message sent again meanwhile, that stands, and only the log learns of this try.
    package func record(
        _ attempt: WebhookAttempt?,
        of delivery: WebhookDelivery,
        disableAfter: Int?,
        disabling: WebhookEndpoint.DisabledReason? = nil
    ) async throws -> WebhookEndpoint.DisabledReason? {
        let outcome = attempt.map(Outcome.init)
        return try await database.write { db in
            try outcome?.store(db)
            let stands = try db.run(
                """
                UPDATE webhook_deliveries
                   SET url = \(delivery.url), next_at = \(delivery.nextAt), tried_at = \(delivery.updatedAt),
                       updated_at = \(delivery.updatedAt), delivered_at = \(delivery.deliveredAt),
                       given_up_at = \(delivery.givenUpAt), last_error = \(delivery.lastError),
                       last_status = \(delivery.lastStatus)
                 WHERE id = \(delivery.id) AND attempts = \(delivery.attempts)
                   AND manual_retries = \(delivery.manualRetries)
                RETURNING id
                """
            )
            guard !stands.isEmpty, let endpoint = delivery.endpoint else { return nil }
            let now = delivery.updatedAt
            if delivery.deliveredAt != nil { try Self.endFailures(of: endpoint, at: now, db) }
            // What only tries it out is nobody's loss.
            guard delivery.givenUpAt != nil, delivery.event != nil else { return nil }
            return try Self.countFailure(of: endpoint, limit: disableAfter, reason: disabling, at: now, db)
        }
    }

    /// Every lane in which something waits that may be sent, and when the first of it is due. Steps from lane to lane along the index: a
    /// long backlog of one receiver costs the others nothing.
    private static func lanes(_ db: any SQLTransaction) throws -> [(lane: String, at: Date)] {
        let disabled = try db.run("SELECT project, id FROM webhook_endpoints WHERE disabled_at IS NOT NULL").map {
            WebhookDelivery.lane(of: try $0["id"], project: try $0["project"])
        }
        let rows = try db.run(
            """
            WITH RECURSIVE lanes (lane) AS (
                SELECT MIN(lane) FROM webhook_deliveries WHERE delivered_at IS NULL AND given_up_at IS NULL
                UNION ALL
                SELECT (SELECT MIN(d.lane) FROM webhook_deliveries d
                         WHERE d.delivered_at IS NULL AND d.given_up_at IS NULL AND d.lane > lanes.lane)
                  FROM lanes WHERE lanes.lane IS NOT NULL
            )
            SELECT lane, (SELECT MIN(d.next_at) FROM webhook_deliveries d
                           WHERE d.delivered_at IS NULL AND d.given_up_at IS NULL AND d.lane = lanes.lane) AS next_at
              FROM lanes WHERE lane IS NOT NULL
            """
        )
        let paused = Set(disabled)
        return try rows.map { (lane: try $0["lane"], at: try $0["next_at"]) }.filter { !paused.contains($0.lane) }
    }

    /// What of a lane may be tried now. As an expression, the lane does not draw the inner question away from the call's few messages to the
    /// lane's many.
    private static func due(in lane: String, limit: Int, now: Date, _ words: SQLWords) -> SQL {
        """
        SELECT d.* FROM webhook_deliveries d
         WHERE d.lane = \(lane) AND d.delivered_at IS NULL AND d.given_up_at IS NULL AND d.next_at <= \(now)
           AND NOT EXISTS (SELECT 1 FROM webhook_deliveries e
                            WHERE e.call = d.call AND e.lane || '' = d.lane AND e.tried_at IS NULL
                              AND e.delivered_at IS NULL AND e.given_up_at IS NULL
                              AND (e.sequence < d.sequence OR (e.sequence = d.sequence AND e.place < d.place)))
         ORDER BY d.next_at, d.sequence, d.place LIMIT \(limit)\(words.skipLocked)
        """
    }

    private static func begin(
        _ delivery: WebhookDelivery,
        hiddenUntil: Date,
        now: Date,
        _ db: any SQLTransaction
    ) throws -> WebhookDelivery {
        var next = delivery
        next.attempts += 1
        next.tries += 1
        try closeTries(of: delivery.id, db)
        try db.run(
            """
            UPDATE webhook_deliveries
               SET next_at = \(hiddenUntil), attempts = \(next.attempts), tries = \(next.tries), updated_at = \(now)
             WHERE id = \(delivery.id)
            """
        )
        try db.run(
            """
            INSERT INTO webhook_attempts (delivery, number, at, request_headers, response_headers, response)
            VALUES (\(delivery.id), \(next.attempts), \(now), '[]', '[]', '')
            """
        )
        return next
    }

    private static func hide(_ delivery: WebhookDelivery, until: Date, _ db: any SQLTransaction) throws {
        try closeTries(of: delivery.id, db)
        try db.run("UPDATE webhook_deliveries SET next_at = \(until) WHERE id = \(delivery.id)")
    }

    /// Whoever made them did not live to say how they went.
    private static func closeTries(of delivery: WebhookDelivery.ID, _ db: any SQLTransaction) throws {
        try db.run(
            """
            UPDATE webhook_attempts SET failure = \(cutOff)
             WHERE delivery = \(delivery) AND duration_ms IS NULL AND failure IS NULL
            """
        )
    }

    /// What the log says of a try during which the server stopped.
    package static let cutOff = "The server stopped during this try: whether the message arrived is not known"

    private static func endFailures(of endpoint: WebhookEndpoint.ID, at now: Date, _ db: any SQLTransaction) throws {
        try db.run(
            "UPDATE webhook_endpoints SET failures = 0, updated_at = \(now) WHERE id = \(endpoint) AND failures <> 0"
        )
    }

    private static func countFailure(
        of endpoint: WebhookEndpoint.ID,
        limit: Int?,
        reason: WebhookEndpoint.DisabledReason?,
        at now: Date,
        _ db: any SQLTransaction
    ) throws -> WebhookEndpoint.DisabledReason? {
        let failures: Int? = try db.run(
            """
            UPDATE webhook_endpoints SET failures = failures + 1, updated_at = \(now)
             WHERE id = \(endpoint) AND disabled_at IS NULL
            RETURNING failures
            """
        ).first?["failures"]
        guard let failures, let reason = reason ?? (failures >= limit ?? .max ? .tooManyFailures : nil) else {
            return nil
        }
        try db.run(
            "UPDATE webhook_endpoints SET disabled_reason = \(reason), disabled_at = \(now) WHERE id = \(endpoint)"
        )
        return reason
    }
}

/// How a try went, its JSON already written: the one writer has no time for it.
private struct Outcome: Sendable {
    let attempt: WebhookAttempt
    let requestHeaders: SQLValue
    let responseHeaders: SQLValue

    init(_ attempt: WebhookAttempt) {
        self.attempt = attempt
        requestHeaders = JSONColumn(attempt.requestHeaders).sqlValue
        responseHeaders = JSONColumn(attempt.responseHeaders).sqlValue
    }

    func store(_ db: any SQLTransaction) throws {
        try db.run(
            """
            UPDATE webhook_attempts
               SET address = \(attempt.address), request_headers = \(requestHeaders),
                   resolution_ms = \(attempt.resolution), answer_ms = \(attempt.answer),
                   duration_ms = \(attempt.duration), status = \(attempt.status),
                   response_headers = \(responseHeaders), response = \(attempt.response), failure = \(attempt.failure)
             WHERE delivery = \(attempt.delivery) AND number = \(attempt.number)
            """
        )
    }
}
