package import Calls
package import FoundationEssentials

extension BatchStore {
    /// Moves a batch that has one of `statuses` as `change` says, with the event that tells of it. Nil, with nothing stored, if it has another
    /// status. `kind` is what the event is.
    package func move(
        _ id: Batch.ID,
        from statuses: Set<BatchStatus>,
        event kind: BatchEvent.Kind = .status,
        at now: Date,
        _ change: @escaping @Sendable (inout Batch) -> Void
    ) async throws -> Batch? {
        try await database.write { db in
            guard var batch = try Batch.locked(id, db), statuses.contains(batch.status) else { return nil }
            let before = batch
            change(&batch)
            guard batch != before else { return batch }
            try batch.update(db)
            if batch.status != before.status || batch.reason != before.reason {
                try BatchEvent(kind, batch, at: now).append(db)
            }
            return batch
        }
    }

    /// Ends a batch in which nothing is left: no contact has a turn to come, none is being called. What is being stopped ends as its reason
    /// says. Nil, with nothing stored, if something is left.
    package func end(_ id: Batch.ID, at now: Date) async throws -> Batch? {
        try await database.write { db in
            guard var batch = try Batch.locked(id, db), [.running, .stopping].contains(batch.status) else { return nil }
            let left = try db.run(
                """
                SELECT line FROM batch_contacts
                 WHERE batch = \(id) AND state IN ('ready', 'waiting', 'calling') LIMIT 1
                """
            )
            guard left.isEmpty else { return nil }
            batch.status = batch.status == .stopping && batch.reason?.kind == .byRequest ? .canceled : .completed
            batch.endedAt = now
            try batch.update(db)
            try BatchEvent(.ended, batch, at: now).append(db)
            return batch
        }
    }

    /// Gives up some of the contacts whose turn is still to come, of a batch that is being stopped. Returns whether there may be more.
    package func giveUpSome(
        of id: Batch.ID,
        as state: Contact.State,
        note: String,
        limit: Int = 500
    ) async throws -> Bool {
        try await database.write { db in
            guard let batch = try Batch.locked(id, db), batch.status == .stopping else { return false }
            let lines = try db.run(
                """
                SELECT line FROM batch_contacts WHERE batch = \(id) AND state IN ('ready', 'waiting') LIMIT \(limit)
                """
            ).map { try $0["line", as: Int.self] }
            var moved: [SQLRow] = []
            for line in lines {
                // Whoever was called already did not go without a call: the last one stands.
                moved += try db.run(
                    """
                    UPDATE batch_contacts SET state = CASE WHEN end_reason IS NULL THEN \(state) ELSE 'failed' END,
                                              note = \(note)
                     WHERE batch = \(id) AND line = \(line) AND state IN ('ready', 'waiting')
                    RETURNING state, goal
                    """
                )
            }
            try StopConditions.Tally(ends: moved).add(to: id, db)
            return lines.count >= limit
        }
    }

    /// Calls of the batch that nobody holds and that are not over: the ones that can be withdrawn.
    package func waitingCalls(of batch: Batch.ID) async throws -> [Call] {
        try await database.read { [versions] db in
            try db.run(
                """
                SELECT calls.* FROM batch_contacts JOIN calls ON calls.id = batch_contacts.call
                 WHERE batch_contacts.batch = \(batch) AND batch_contacts.state = 'calling'
                   AND calls.status IN ('scheduled', 'queued')
                """
            ).map { row in try Call(row: row, agent: versions.agent(of: row, db)) }
        }
    }
}

/// What the end of a batch's call does to its contact, inside the transaction that stores the end.
struct BatchSettlement {
    let db: any SQLTransaction

    /// Once: a contact that has moved on stays where it is.
    func settle(_ call: Call) throws {
        guard let link = call.request.batch, let ending = call.lifecycle.ending,
            let batch = try Batch.locked(link.batch, db)
        else { return }
        // A call that was withdrawn before it was dialed is no try.
        let reasons: [EndReason] = try db.run(
            """
            SELECT end_reason FROM calls
             WHERE batch = \(link.batch) AND batch_line = \(link.line) AND end_reason IS NOT NULL
               AND end_reason NOT IN ('canceled', 'expired', 'blocked')
             ORDER BY batch_attempt
            """
        ).map { try $0["end_reason"] }
        let dials = try db.run("SELECT id FROM attempts WHERE call = \(call.id) AND certainty <> 'not_sent' LIMIT 1")
        let step = ContactStep(
            after: ending,
            isDialed: !dials.isEmpty,
            reasons: reasons,
            retry: batch.settings.retry,
            batch: batch.status
        )
        let isWithdrawn = step.state == .ready
        let moved = try db.run(
            """
            UPDATE batch_contacts
               SET state = \(step.state), due_at = COALESCE(\(step.dueAt), due_at), cost = cost + \(call.cost),
                   end_reason = \(isWithdrawn ? reasons.last : ending.reason),
                   goal = \(reasons.isEmpty ? nil : call.goal), note = NULL
             WHERE batch = \(link.batch) AND line = \(link.line) AND call = \(call.id) AND state = 'calling'
            RETURNING state, goal
            """
        )
        guard !moved.isEmpty else { return }
        var tally = try StopConditions.Tally(ends: moved)
        tally.spend = call.cost
        try tally.add(to: link.batch, db)
    }
}
