import Calls
import FoundationEssentials

extension BatchStatus: SQLConvertible {}
extension BatchReason.Kind: SQLConvertible {}
extension BatchEvent.Kind: SQLConvertible {}
extension Contact.State: SQLConvertible {}

/// How a batch is spread over columns, and read back from them.
extension Batch {
    init(row: SQLRow) throws {
        let reason = try row["reason_kind", as: BatchReason.Kind?.self]
        self.init(
            id: try row["id"],
            project: try row["project"],
            name: try row["name"],
            mode: try row["mode"],
            door: try row["door"],
            key: try row["api_key"],
            settings: try row["settings", as: JSONColumn<BatchSettings>.self].value,
            status: try row["status"],
            reason: try reason.map { BatchReason($0, try row["reason"]) },
            createdAt: try row["created_at"],
            startedAt: try row["started_at"],
            runningSince: try row["running_since"],
            endedAt: try row["ended_at"],
            nextSlot: try row["next_slot"],
            redialOf: try row["redial_of"],
            attributes: try row["attributes", as: JSONColumn<[String: JSONValue]>.self].value
        )
        columns = try row["list_columns", as: JSONColumn<[String]>?.self]?.value ?? []
    }

    /// Nil if there is none. Locked until the transaction ends.
    static func locked(_ id: Batch.ID, _ db: any SQLTransaction) throws -> Batch? {
        try db.run("SELECT * FROM batches WHERE id = \(id)\(db.words.lock)").first.map(Batch.init(row:))
    }

    func insert(_ db: any SQLTransaction) throws {
        try db.run(
            """
            INSERT INTO batches (id, project, name, mode, door, api_key, settings, status, created_at, redial_of, attributes,
                                 list_columns)
            VALUES (\(id), \(project), \(name), \(mode), \(door), \(key), \(JSONColumn(settings)), \(status),
                    \(createdAt), \(redialOf), \(JSONColumn(attributes)), \(columns.isEmpty ? nil : JSONColumn(columns)))
            """
        )
    }

    /// Stores where it now is; what it was made of does not change.
    func update(_ db: any SQLTransaction) throws {
        try db.run(
            """
            UPDATE batches SET status = \(status), reason_kind = \(reason?.kind), reason = \(reason?.words),
                               started_at = \(startedAt), running_since = \(runningSince), ended_at = \(endedAt),
                               next_slot = \(nextSlot)
             WHERE id = \(id)
            """
        )
    }
}

extension Contact {
    init(row: SQLRow) throws {
        var listed = NewContact(
            line: try row["line"],
            phone: try row["phone"],
            variables: try row["variables", as: JSONColumn<[String: JSONValue]>.self].value,
            metadata: try row["metadata"],
            timeZone: try row["time_zone"],
            scheduledFor: try row["scheduled_for"],
            priority: try row["priority"]
        )
        listed.cells = try row["cells", as: JSONColumn<[String]>?.self]?.value
        self.init(
            batch: try row["batch"],
            listed: listed,
            state: try row["state"],
            dueAt: try row["due_at"],
            calls: try row["calls"],
            call: try row["call"],
            endReason: try row["end_reason"],
            goal: try row["goal"],
            note: try row["note"]
        )
    }
}

extension BatchEvent {
    init(row: SQLRow) throws {
        self.init(
            id: try row["id"],
            sequence: try row["sequence"],
            batch: try row["batch"],
            project: try row["project"],
            kind: try row["kind"],
            at: try row["at"],
            data: try row["data", as: JSONColumn<JSONValue>.self].value
        )
    }

    /// Appends to the outbox, with its next number.
    func append(_ db: any SQLTransaction) throws {
        let sequence: Int64 =
            try db.run("UPDATE counters SET value = value + 1 WHERE name = 'events' RETURNING value").first?["value"]
            ?? 0
        try db.run(
            """
            INSERT INTO batch_events (sequence, id, batch, project, kind, at, data)
            VALUES (\(sequence), \(id), \(batch), \(project), \(kind), \(at), \(JSONColumn(data)))
            """
        )
    }
}
