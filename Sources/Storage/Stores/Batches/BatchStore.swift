package import Calls
package import FoundationEssentials

/// The tables `batches` and `batch_contacts`: who is to be called, how far that is, and how a contact becomes a call.
///
/// A contact and its call move in one transaction, always: it is `calling` exactly while one of its calls is not over.
package struct BatchStore: Sendable {
    let database: any SQLDatabase
    let versions = AgentVersions()

    package init(_ database: any SQLDatabase) {
        self.database = database
    }

    /// Nil if there is none, or it belongs to another project.
    package func batch(_ id: Batch.ID, project: Project.ID) async throws -> Batch? {
        try await database.read { db in
            try db.run("SELECT * FROM batches WHERE id = \(id) AND project = \(project) AND status <> 'importing'")
                .first.map(Batch.init(row:))
        }
    }

    /// Newest first, those next older than `cursor`; placed through `door` if one is named.
    package func batches(
        project: Project.ID,
        statuses: Set<BatchStatus> = [],
        door: String? = nil,
        before cursor: Batch.ID? = nil,
        offset: Int = 0,
        limit: Int
    ) async throws -> [Batch] {
        var condition = Self.condition(project, statuses, door)
        if let cursor { condition = "\(condition) AND id < \(cursor)" }
        let statement: SQL =
            "SELECT * FROM batches WHERE \(condition) ORDER BY id DESC LIMIT \(limit) OFFSET \(offset)"
        return try await database.read { db in try db.run(statement).map(Batch.init(row:)) }
    }

    package func count(project: Project.ID, statuses: Set<BatchStatus> = [], door: String? = nil) async throws -> Int {
        let condition = Self.condition(project, statuses, door)
        return try await database.read { db in
            try db.run("SELECT COUNT(*) AS n FROM batches WHERE \(condition)").first?["n"] ?? 0
        }
    }

    private static func condition(_ project: Project.ID, _ statuses: Set<BatchStatus>, _ door: String?) -> SQL {
        var condition: SQL = "project = \(project) AND status <> 'importing'"
        if !statuses.isEmpty {
            condition = "\(condition) AND status IN (\(list: statuses.sorted { $0.rawValue < $1.rawValue }))"
        }
        if let door { condition = "\(condition) AND door = \(door)" }
        return condition
    }

    /// Up to `limit` contacts in the order of the list, those behind `line`; in one of `states` if any are named.
    package func contacts(
        of batch: Batch.ID,
        states: Set<Contact.State> = [],
        endReasons: Set<EndReason> = [],
        after line: Int? = nil,
        limit: Int
    ) async throws -> [Contact] {
        var condition: SQL = "batch = \(batch)"
        if let line { condition = "\(condition) AND line > \(line)" }
        if !states.isEmpty {
            condition = "\(condition) AND state IN (\(list: states.sorted { $0.rawValue < $1.rawValue }))"
        }
        if !endReasons.isEmpty {
            condition = "\(condition) AND end_reason IN (\(list: endReasons.sorted { $0.rawValue < $1.rawValue }))"
        }
        let statement: SQL = "SELECT * FROM batch_contacts WHERE \(condition) ORDER BY batch, line LIMIT \(limit)"
        return try await database.read { db in try db.run(statement).map(Contact.init(row:)) }
    }

    /// Whether any contact is in one of `states`.
    package func hasContacts(in batch: Batch.ID, states: [Contact.State]) async throws -> Bool {
        try await database.read { db in
            try !db.run(
                "SELECT line FROM batch_contacts WHERE batch = \(batch) AND state IN (\(list: states)) LIMIT 1"
            ).isEmpty
        }
    }

    /// The calls of each of the contacts at `lines`, the oldest first. A contact without one is not in the result.
    package func calls(of batch: Batch.ID, lines: [Int]) async throws -> [Int: [Call]] {
        try await database.read { [versions] db in
            let rows = try db.run(
                """
                SELECT * FROM calls WHERE batch = \(batch) AND batch_line IN (\(list: lines))
                 ORDER BY batch_line, batch_attempt
                """
            )
            return try rows.reduce(into: [:]) { calls, row in
                let call = try Call(row: row, agent: versions.agent(of: row, db))
                calls[try row["batch_line"], default: []].append(call)
            }
        }
    }

    /// Counted from rows at one moment, through an index that has all that is counted.
    package func counts(of batch: Batch.ID, at now: Date) async throws -> BatchCounts {
        try await database.read { db in try Self.counts(of: batch, at: now, db) }
    }

    static func counts(of batch: Batch.ID, at now: Date, _ db: any SQLTransaction) throws -> BatchCounts {
        var counts = BatchCounts()
        let groups = try db.run(
            """
            SELECT state, end_reason, goal, COUNT(*) AS n, CAST(SUM(calls) AS \(db.words.integer)) AS calls,
                   CAST(SUM(cost) AS \(db.words.integer)) AS cost
              FROM batch_contacts WHERE batch = \(batch) GROUP BY state, end_reason, goal
            """
        )
        for row in groups { try counts.add(row) }
        let live = try db.run(
            """
            SELECT calls.status, COUNT(*) AS n FROM batch_contacts JOIN calls ON calls.id = batch_contacts.call
             WHERE batch_contacts.batch = \(batch) AND batch_contacts.state = 'calling' GROUP BY calls.status
            """
        )
        for row in live {
            let count: Int = try row["n"]
            switch try row["status", as: CallStatus.self] {
            case .scheduled, .queued: counts.queued += count
            case .dispatching, .dialing, .ringing: counts.dialing += count
            default: counts.connected += count
            }
        }
        counts.callsLastMinute =
            try db.run(
                "SELECT COUNT(*) AS n FROM calls WHERE batch = \(batch) AND created_at > \(now - 60)"
            ).first?["n"] ?? 0
        return counts
    }

    /// What happened to a batch after `sequence`, oldest first.
    package func events(of batch: Batch.ID, after sequence: Int64) async throws -> [BatchEvent] {
        try await database.read { db in
            try db.run(
                "SELECT * FROM batch_events WHERE batch = \(batch) AND sequence > \(sequence) ORDER BY sequence LIMIT 100"
            )
            .map(BatchEvent.init(row:))
        }
    }
}

extension BatchCounts {
    fileprivate mutating func add(_ row: SQLRow) throws {
        let count: Int = try row["n"]
        calls += try row["calls", as: Int.self]
        cost += try row["cost", as: Money.self]
        let state: Contact.State = try row["state"]
        switch state {
        case .ready, .waiting: queued += count
        // Counted by the status of the call.
        case .calling: return
        case .completed: completed += count
        case .failed: failed += count
        case .skipped: skipped += count
        case .canceled: canceled += count
        }
        guard state.isFinal else { return }
        if let reason = try row["end_reason", as: EndReason?.self] { endReasons[reason, default: 0] += count }
        if try row["goal", as: Goal?.self] == .met { goalsMet += count }
    }
}
