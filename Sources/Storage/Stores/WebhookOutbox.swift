package import Calls

/// The outbox as webhooks read it: what happened that no message was made of yet.
package struct WebhookOutbox: Sendable {
    private let database: any SQLDatabase
    private let versions = AgentVersions()

    package init(_ database: any SQLDatabase) {
        self.database = database
    }

    /// Up to where, in the order of commits, messages have been made.
    package func cursor() async throws -> Int64 {
        try await database.read { db in
            try db.run("SELECT value FROM counters WHERE name = 'webhooks'").first?["value"] ?? 0
        }
    }

    /// The next events after `sequence`, with what messages about them may need. One consistent view.
    package func page(after sequence: Int64, limit: Int) async throws -> OutboxPage {
        try await database.read { [versions] db in
            let events = try db.run(
                "SELECT * FROM events WHERE sequence > \(sequence) ORDER BY sequence LIMIT \(limit)"
            )
            .map(CallEvent.init(row:))
            var page = OutboxPage(events: events)
            page.batchEvents = try db.run(
                "SELECT * FROM batch_events WHERE sequence > \(sequence) ORDER BY sequence LIMIT \(limit)"
            )
            .map(BatchEvent.init(row:))
            page.end(atMost: limit)
            guard page.end != nil else { return page }
            let projects = Set(page.events.map(\.project)).union(page.batchEvents.map(\.project))
            let endpoints = try db.run(
                """
                SELECT * FROM webhook_endpoints
                 WHERE project IN (\(list: Array(projects))) AND disabled_at IS NULL ORDER BY id
                """
            )
            page.endpoints = Dictionary(grouping: try endpoints.map(WebhookEndpoint.init(row:)), by: \.project)
            for (id, events) in Dictionary(grouping: page.events, by: \.call) {
                guard let row = try db.run("SELECT * FROM calls WHERE id = \(id)").first else { continue }
                do {
                    let call = try Call(row: row, agent: versions.agent(of: row, db))
                    guard call.webhookURL != nil || page.endpoints[call.project] != nil else { continue }
                    page.calls[id] = try OutboxPage.Record(call, of: events, db)
                } catch is SQLColumnError {
                    page.unreadable.insert(id)
                }
            }
            for event in page.batchEvents where page.endpoints[event.project] != nil && page.batches[event.batch] == nil
            {
                let row = try db.run("SELECT * FROM batches WHERE id = \(event.batch)").first
                page.batches[event.batch] = try row.map(Batch.init(row:)).map { batch in
                    (batch, try BatchStore.counts(of: batch.id, at: event.at, db))
                }
            }
            return page
        }
    }

    /// Stores `deliveries` and that everything up to `sequence` has been made into messages, both or none. False, with nothing stored, if the
    /// cursor is not at `cursor` any more: another node was faster.
    ///
    /// An event makes one message of a type for one receiver, however often this is tried.
    package func advance(
        from cursor: Int64,
        to sequence: Int64,
        adding deliveries: [WebhookDelivery] = []
    ) async throws -> Bool {
        try await database.write { db in
            let moved = try db.run(
                "UPDATE counters SET value = \(sequence) WHERE name = 'webhooks' AND value = \(cursor) RETURNING value"
            )
            guard !moved.isEmpty else { return false }
            let asked = Set(deliveries.compactMap(\.endpoint))
            // One that was switched off or removed while its messages were being written gets none.
            let enabled = try db.run(
                "SELECT id FROM webhook_endpoints WHERE id IN (\(list: Array(asked))) AND disabled_at IS NULL"
            )
            let known = try Set(enabled.map { try $0["id", as: WebhookEndpoint.ID.self] })
            for delivery in deliveries where delivery.endpoint.map(known.contains) ?? true { try delivery.insert(db) }
            return true
        }
    }
}

/// Some events and what is stored about them.
package struct OutboxPage: Sendable {
    /// A call, with what messages may say of it.
    package struct Record: Sendable {
        package var call: Call
        package var attempts: [Attempt]
        /// Every event that changed its status, oldest first, the ones after this page included.
        package var statuses: [CallEvent]
        /// Everything said. Empty unless the call is over.
        package var transcript: [TranscriptEntry]
    }

    /// Oldest first.
    package var events: [CallEvent]
    /// Oldest first.
    package var batchEvents: [BatchEvent] = []
    /// The number of the last event that was looked at. Nil if there was none.
    package private(set) var end: Int64?
    /// Those somebody may have to be told of, as they are.
    package var batches: [Batch.ID: (batch: Batch, counts: BatchCounts)] = [:]
    /// Those somebody may have to be told of: there is a URL for them, or their project has endpoints.
    package var calls: [Call.ID: Record] = [:]
    /// Calls whose row does not hold what it should: nobody can be told of them.
    package var unreadable: Set<Call.ID> = []
    /// The enabled ones.
    package var endpoints: [Project.ID: [WebhookEndpoint]] = [:]

    /// Of both kinds up to the same place: where one of them was cut off by `limit`, there is more of it behind.
    fileprivate mutating func end(atMost limit: Int) {
        let ends = [
            (events.count, events.last?.sequence), (batchEvents.count, batchEvents.last?.sequence),
        ]
        let cut = ends.filter { $0.0 >= limit }.compactMap(\.1).min()
        end = cut ?? ends.compactMap(\.1).max()
        guard let cut else { return }
        events.removeAll { $0.sequence > cut }
        batchEvents.removeAll { $0.sequence > cut }
    }
}

extension OutboxPage.Record {
    fileprivate init(_ call: Call, of events: [CallEvent], _ db: any SQLTransaction) throws {
        self.call = call
        attempts = try db.run("SELECT * FROM attempts WHERE call = \(call.id) ORDER BY number").map(Attempt.init(row:))
        statuses = try db.run(
            "SELECT * FROM events WHERE call = \(call.id) AND kind = \(CallEvent.Kind.status) ORDER BY sequence"
        ).map(CallEvent.init(row:))
        transcript = []
        guard call.lifecycle.status.isFinal, events.contains(where: { $0.status?.isFinal == true }) else { return }
        transcript = try db.run("SELECT * FROM transcript_entries WHERE call = \(call.id) ORDER BY position")
            .map(TranscriptEntry.init(row:))
    }
}
