package import Calls
package import FoundationEssentials

/// What became of a contact's turn.
package enum Admission: Sendable {
    /// Its call stands in the queue.
    case admitted(Batch)
    /// The batch may not dial now.
    case refused(BatchMove)
    /// Its caller ID has had its calls for today.
    case callerIDUsedUp
    /// Somebody else gave the contact its turn, or it has none any more.
    case gone
}

extension BatchStore {
    /// Batches for which there may be something to do.
    package func active() async throws -> [Batch] {
        try await database.read { db in
            try db.run("SELECT * FROM batches WHERE status IN (\(list: BatchStatus.active)) ORDER BY id")
                .map(Batch.init(row:))
        }
    }

    /// The first contacts in turn. Costs what it returns.
    package func ready(in batch: Batch.ID, limit: Int) async throws -> [Contact] {
        try await database.read { db in
            try db.run(
                """
                SELECT * FROM batch_contacts WHERE batch = \(batch) AND state = 'ready'
                 ORDER BY priority DESC, due_at, line LIMIT \(limit)
                """
            ).map(Contact.init(row:))
        }
    }

    /// Contacts whose time has come are ready. Returns whether there may be more of them.
    package func promote(in batch: Batch.ID, now: Date, limit: Int = 500) async throws -> Bool {
        let isAnyDue = try await nextDue(in: batch).map { $0 <= now } ?? false
        guard isAnyDue else { return false }
        return try await database.write { db in
            let lines = try db.run(
                """
                SELECT line FROM batch_contacts WHERE batch = \(batch) AND state = 'waiting' AND due_at <= \(now)
                 ORDER BY due_at LIMIT \(limit)\(db.words.skipLocked)
                """
            ).map { try $0["line", as: Int.self] }
            for line in lines {
                try db.run(
                    "UPDATE batch_contacts SET state = 'ready', note = NULL WHERE batch = \(batch) AND line = \(line)"
                )
            }
            return lines.count >= limit
        }
    }

    /// When the first of the waiting contacts is due. Nil if none waits.
    package func nextDue(in batch: Batch.ID) async throws -> Date? {
        try await database.read { db in
            try db.run("SELECT MIN(due_at) AS at FROM batch_contacts WHERE batch = \(batch) AND state = 'waiting'")
                .first?["at"]
        }
    }

    /// Contacts that are ready wait until then; `note` says why. Those that moved on meanwhile stay as they are.
    package func postpone(_ contacts: [(line: Int, until: Date, note: String)], of batch: Batch.ID) async throws {
        try await database.write { db in
            for (line, until, note) in contacts {
                try db.run(
                    """
                    UPDATE batch_contacts SET state = 'waiting', due_at = \(until), note = \(note)
                     WHERE batch = \(batch) AND line = \(line) AND state = 'ready'
                    """
                )
            }
        }
    }

    /// A contact that is ready will not be called; `note` says why.
    package func skip(_ contact: Contact, note: String, reason: EndReason? = nil) async throws {
        try await database.write { db in
            let moved = try db.run(
                """
                UPDATE batch_contacts
                   SET state = CASE WHEN end_reason IS NULL THEN 'skipped' ELSE 'failed' END,
                       end_reason = COALESCE(end_reason, \(reason)), note = \(note)
                 WHERE batch = \(contact.batch) AND line = \(contact.line) AND state = 'ready'
                RETURNING state, goal
                """
            )
            try StopConditions.Tally(ends: moved).add(to: contact.batch, db)
        }
    }

    /// Turns a contact into a call: its call is in the queue and the batch's next slot is set, all of it or nothing. `call.request.batch` says
    /// which contact. Throws `Shortfall`, with nothing stored, if it cannot be paid for.
    ///
    /// The batch's row is locked meanwhile, so that pace and limits are exact over all nodes, and a batch that was paused a moment ago
    /// admits nothing.
    package func admit(
        _ call: Call,
        for contact: Contact,
        version: AgentVersion.ID,
        decision: GateDecision,
        at now: Date
    ) async throws -> Admission {
        let insertion = CallStore.Insertion(
            call,
            version: version,
            events: [.status(of: call, at: now)],
            decision: decision
        )
        return try await database.write { db in
            guard var batch = try Batch.locked(contact.batch, db), batch.status == .running else {
                return .refused(.wait(until: nil))
            }
            guard case .dial(let nextSlot) = batch.settings.move(try Self.facts(of: batch, at: now, db), at: now) else {
                return .refused(batch.settings.move(try Self.facts(of: batch, at: now, db), at: now))
            }
            if let limit = batch.settings.callerIDs.callsPerDay {
                let uses = try Self.uses(of: [call.callerID], batch, at: now, db)
                guard uses[call.callerID, default: 0] < limit else { return .callerIDUsedUp }
            }
            let taken = try db.run(
                """
                UPDATE batch_contacts SET state = 'calling', calls = calls + 1, call = \(call.id), note = NULL
                 WHERE batch = \(contact.batch) AND line = \(contact.line) AND state = 'ready' AND calls = \(contact.calls)
                RETURNING line
                """
            )
            guard !taken.isEmpty else { return .gone }
            try insertion.run(db)
            batch.nextSlot = nextSlot
            try db.run(
                "UPDATE batches SET next_slot = \(nextSlot), tally_calls = tally_calls + 1 WHERE id = \(batch.id)"
            )
            return .admitted(batch)
        }
    }

    /// What a batch may do at `now`.
    package func move(of batch: Batch, at now: Date) async throws -> BatchMove {
        try await database.read { db in batch.settings.move(try Self.facts(of: batch, at: now, db), at: now) }
    }

    /// How often each of the pool's numbers called today, and which called last.
    package func callerIDUse(
        of batch: Batch,
        at now: Date
    ) async throws -> (today: [PhoneNumber: Int], last: PhoneNumber?) {
        try await database.read { db in
            let last: PhoneNumber? = try db.run(
                "SELECT caller_id FROM calls WHERE batch = \(batch.id) ORDER BY created_at DESC LIMIT 1"
            ).first?["caller_id"]
            let pool = batch.settings.callerIDs
            guard pool.rotation == .leastUsed || pool.callsPerDay != nil else { return ([:], last) }
            return (try Self.uses(of: pool.numbers, batch, at: now, db), last)
        }
    }

    /// By calls of any batch of the project.
    private static func uses(
        of numbers: [PhoneNumber],
        _ batch: Batch,
        at now: Date,
        _ db: any SQLTransaction
    ) throws -> [PhoneNumber: Int] {
        let rows = try db.run(
            """
            SELECT caller_id, COUNT(*) AS n FROM calls
             WHERE project = \(batch.project) AND caller_id IN (\(list: numbers)) AND batch IS NOT NULL
               AND created_at >= \(batch.settings.dayStart(of: now)) GROUP BY caller_id
            """
        )
        return try rows.reduce(into: [:]) { $0[try $1["caller_id", as: PhoneNumber.self]] = try $1["n"] }
    }

    /// Reads no more than the settings ask for.
    private static func facts(of batch: Batch, at now: Date, _ db: any SQLTransaction) throws -> BatchFacts {
        let settings = batch.settings
        var facts = BatchFacts(nextSlot: batch.nextSlot)
        if settings.concurrency != nil { facts.callsUnderWay = try callsUnderWay(of: batch.id, db) }
        if settings.callsPerDay != nil {
            facts.callsToday =
                try db.run(
                    """
                    SELECT COUNT(*) AS n FROM calls
                     WHERE batch = \(batch.id) AND created_at >= \(settings.dayStart(of: now))
                    """
                ).first?["n"] ?? 0
        }
        if let breaker = settings.breaker {
            facts.recentEndings = try db.run(
                """
                SELECT end_reason FROM calls
                 WHERE batch = \(batch.id) AND ended_at >= \(batch.runningSince ?? batch.createdAt)
                   AND end_reason NOT IN ('canceled', 'expired', 'blocked')
                 ORDER BY ended_at DESC LIMIT \(breaker.window)
                """
            ).map { try $0["end_reason"] }
        }
        if settings.stop != .none { facts.tally = try StopConditions.Tally(of: batch.id, db) }
        return facts
    }

    static func callsUnderWay(of batch: Batch.ID, _ db: any SQLTransaction) throws -> Int {
        try db.run("SELECT COUNT(*) AS n FROM batch_contacts WHERE batch = \(batch) AND state = 'calling'").first?["n"]
            ?? 0
    }

    /// How many more calls of batches `node` has channels for: those that stand in the queue will take some. Single calls go before them anyway.
    package func room(channels: Int, node: UUID) async throws -> Int {
        try await database.read { db in
            let held: Int =
                try db.run("SELECT COUNT(*) AS n FROM calls WHERE node = \(node) AND node IS NOT NULL").first?["n"] ?? 0
            let queued: Int =
                try db.run("SELECT COUNT(*) AS n FROM calls WHERE status = 'queued' AND batch IS NOT NULL").first?["n"]
                ?? 0
            return channels - held - queued
        }
    }
}
