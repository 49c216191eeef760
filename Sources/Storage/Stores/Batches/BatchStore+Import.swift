package import Calls
package import FoundationEssentials

/// A request that made a batch, for a client that sends it again.
package struct BatchReply: Sendable, Hashable {
    /// The client's own name for its request.
    package var key: String
    /// Of what was asked.
    package var fingerprint: String
    package var batch: Batch.ID
    /// Of HTTP.
    package var status: Int
    package var body: String

    package init(key: String, fingerprint: String, batch: Batch.ID, status: Int, body: String) {
        self.key = key
        self.fingerprint = fingerprint
        self.batch = batch
        self.status = status
        self.body = body
    }
}

/// A contact as it is stored first.
package struct ListedContact: Sendable, Hashable {
    package var contact: NewContact
    /// Why nobody calls it, in plain words. Nil: it is called.
    package var skipped: String?

    package init(_ contact: NewContact, skipped: String? = nil) {
        self.contact = contact
        self.skipped = skipped
    }
}

extension BatchStore {
    /// Makes room for a batch whose contacts are to be read. Nobody sees it before `finishImport`.
    package func beginImport(of batch: Batch) async throws {
        try await database.write(.refusable) { db in try batch.insert(db) }
    }

    /// Adds contacts to a batch that is being imported.
    package func add(_ contacts: [ListedContact], to batch: Batch.ID, at now: Date) async throws {
        let rows = contacts.map { ContactRow($0, of: batch, at: now) }
        try await database.write { db in for row in rows { try row.insert(db) } }
    }

    /// Adds contacts to a batch that is not over, all of them or none, on the lines behind its last. Returns how many it now has; nil, with
    /// nothing stored, if it is over or being stopped.
    package func append(_ contacts: [ListedContact], to id: Batch.ID, at now: Date) async throws -> Int? {
        let rows = contacts.map { ContactRow($0, of: id, at: now) }
        return try await database.write { db in
            guard let batch = try Batch.locked(id, db), [.scheduled, .running, .paused].contains(batch.status) else {
                return nil
            }
            let last: Int =
                try db.run("SELECT MAX(line) AS line FROM batch_contacts WHERE batch = \(id)").first?[
                    "line",
                    as: Int?.self
                ] ?? 0
            for (index, row) in rows.enumerated() { try row.insert(db, line: last + 1 + index) }
            return try db.run("SELECT COUNT(*) AS n FROM batch_contacts WHERE batch = \(id)").first?["n"] ?? 0
        }
    }

    /// Which of `phones` a batch calls already, each with its line.
    package func lines(of phones: [PhoneNumber], in batch: Batch.ID) async throws -> [PhoneNumber: Int] {
        try await database.read { db in
            let rows = try db.run(
                """
                SELECT phone, MIN(line) AS line FROM batch_contacts
                 WHERE phone IN (\(list: phones)) AND batch = \(batch) GROUP BY phone
                """
            )
            return try rows.reduce(into: [:]) { $0[try $1["phone", as: PhoneNumber.self]] = try $1["line"] }
        }
    }

    /// All contacts are there: the batch is what `batch` says, with its first event. If `reply` repeats a request answered since `since`,
    /// changes nothing and returns what was answered then.
    package func finishImport(
        of batch: Batch,
        reply: BatchReply?,
        since: Date,
        at now: Date
    ) async throws -> BatchReply? {
        try await database.write { db in
            if let reply {
                try db.run(
                    """
                    UPDATE batches SET idempotency_key = NULL
                     WHERE project = \(batch.project) AND idempotency_key = \(reply.key) AND created_at <= \(since)
                    """
                )
                if let earlier = try Self.reply(to: reply.key, since: since, batch.project, db) { return earlier }
                try db.run(
                    """
                    UPDATE batches SET idempotency_key = \(reply.key), fingerprint = \(reply.fingerprint),
                                       reply_status = \(reply.status), reply_body = \(reply.body)
                     WHERE id = \(batch.id)
                    """
                )
            }
            try batch.update(db)
            try BatchEvent(.created, batch, at: now).append(db)
            return nil
        }
    }

    /// What was answered under `key` since then. Nil if nothing was.
    package func reply(to key: String, since: Date, project: Project.ID) async throws -> BatchReply? {
        try await database.read { db in try Self.reply(to: key, since: since, project, db) }
    }

    private static func reply(
        to key: String,
        since: Date,
        _ project: Project.ID,
        _ db: any SQLTransaction
    ) throws -> BatchReply? {
        try db.run(
            """
            SELECT * FROM batches
             WHERE project = \(project) AND idempotency_key = \(key) AND created_at > \(since)
            """
        ).first.map { row in
            BatchReply(
                key: try row["idempotency_key"],
                fingerprint: try row["fingerprint"],
                batch: try row["id"],
                status: try row["reply_status"],
                body: try row["reply_body"]
            )
        }
    }

    /// Takes back some of what was imported of a batch that nobody has seen, and at last the batch itself. Returns whether any of it is left.
    package func discardSome(of batch: Batch.ID, limit: Int = 2000) async throws -> Bool {
        try await database.write { db in
            let removed = try db.run(
                """
                DELETE FROM batch_contacts WHERE batch = \(batch)
                   AND line IN (SELECT line FROM batch_contacts WHERE batch = \(batch) ORDER BY line LIMIT \(limit))
                   AND EXISTS (SELECT 1 FROM batches WHERE id = \(batch) AND status = 'importing')
                RETURNING line
                """
            )
            if removed.count >= limit { return true }
            try db.run("DELETE FROM batches WHERE id = \(batch) AND status = 'importing'")
            return false
        }
    }

    /// Batches whose import was begun before then and never finished.
    package func unfinishedImports(begunBefore date: Date) async throws -> [Batch.ID] {
        try await database.read { db in
            try db.run("SELECT id FROM batches WHERE status = 'importing' AND created_at < \(date)").map {
                try $0["id"]
            }
        }
    }
}

/// A contact made ready to be stored: its JSON is written before the transaction begins.
private struct ContactRow: Sendable {
    private let listed: ListedContact
    private let batch: SQLValue
    private let variables: SQLValue
    private let cells: SQLValue
    private let state: Contact.State
    private let dueAt: Date

    init(_ listed: ListedContact, of batch: Batch.ID, at now: Date) {
        self.listed = listed
        self.batch = batch.sqlValue
        variables = .text(JSONText.of(listed.contact.variables))
        cells = listed.contact.cells.map { .text(JSONText.of($0)) } ?? .null
        dueAt = max(listed.contact.scheduledFor ?? now, now)
        state = listed.skipped != nil ? .skipped : dueAt > now ? .waiting : .ready
    }

    func insert(_ db: any SQLTransaction, line: Int? = nil) throws {
        let contact = listed.contact
        try db.run(
            """
            INSERT INTO batch_contacts (batch, line, phone, variables, metadata, time_zone, scheduled_for, priority, state,
                                        due_at, note, cells)
            VALUES (\(batch), \(line ?? contact.line), \(contact.phone), \(variables), \(contact.metadata),
                    \(contact.timeZone), \(contact.scheduledFor), \(contact.priority), \(state), \(dueAt),
                    \(listed.skipped), \(cells))
            """
        )
    }
}
