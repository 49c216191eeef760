package import Calls
package import FoundationEssentials

/// A call taken off the queue, with the attempt that is committed together with the claim.
package struct ClaimedCall: Sendable {
    package var call: Call
    package var attempt: Attempt
    package var lease: Lease
}

extension CallStore {
    /// Takes up to `limit` due calls off the queue for `node`, so that no more than `channels` calls are held by it, and commits the
    /// attempt of each: when this returns, each call is `dialing`, its attempt is in the ledger as sent, and it is allowed to dial once.
    ///
    /// `conductor` says what will lead the conversation, `dialog` what the INVITE of an attempt will be called: both are committed with it. They
    /// must be quick and have no effect.
    ///
    /// One transaction, so that one fsync lies between the queue and the INVITE. Projects take turns; within one, the longest due
    /// comes first. No two nodes are handed the same call.
    package func claim(
        channels: Int,
        node: UUID,
        until leaseEnd: Date,
        now: Date,
        conductor: @escaping @Sendable (Call) -> Conductor?,
        dialog: @escaping @Sendable (Call, Attempt) -> Dialog?
    ) async throws -> [ClaimedCall] {
        try await database.write { [versions] db in
            let held: Int =
                try db.run(
                    """
                    SELECT COUNT(*) AS n FROM calls
                     WHERE node = \(node) AND node IS NOT NULL
                       AND status IN ('dispatching', 'dialing', 'ringing', 'in_progress', 'wrapping_up')
                    """
                ).first?["n"] ?? 0
            return try Self.due(limit: channels - held, now: now, db).map { row in
                var call = try Call(row: row, agent: versions.agent(of: row, db))
                call.conductor = conductor(call)
                let lease = Lease(call: call.id, node: node, epoch: try row["epoch"] + 1)
                return try Self.claim(call, lease: lease, until: leaseEnd, now: now, dialog: dialog, db)
            }
        }
    }

    /// Puts scheduled calls whose time has come into the queue, and returns them.
    @discardableResult
    package func promoteScheduled(now: Date, limit: Int = 500) async throws -> [Call] {
        try await database.write { [versions] db in
            try db.run(
                """
                SELECT * FROM calls WHERE status = 'scheduled' AND due_at <= \(now)
                 ORDER BY due_at, id LIMIT \(limit)\(db.words.skipLocked)
                """
            )
            .map { row in
                var call = try Call(row: row, agent: versions.agent(of: row, db))
                _ = call.lifecycle.handle(.due, at: now)
                try db.run("UPDATE calls SET status = \(call.lifecycle.status) WHERE id = \(call.id)")
                try EventRow.append([EventRow(.status(of: call, at: now))], db)
                return call
            }
        }
    }

    /// Calls nobody holds whose last moment has passed.
    package func expired(now: Date, limit: Int = 500) async throws -> [Call] {
        try await database.read { [versions] db in
            try db.run(
                """
                SELECT * FROM calls
                 WHERE status IN ('scheduled', 'queued') AND expires_at IS NOT NULL AND expires_at <= \(now)
                 ORDER BY expires_at LIMIT \(limit)
                """
            )
            .map { row in try Call(row: row, agent: versions.agent(of: row, db)) }
        }
    }

    /// When the clock alone will next change something: a scheduled call comes due, or a waiting one expires. Nil if nothing will.
    package func nextDue() async throws -> Date? {
        try await database.read { db in
            let scheduled: Date? = try db.run("SELECT MIN(due_at) AS at FROM calls WHERE status = 'scheduled'").first?[
                "at"
            ]
            let expiring: Date? =
                try db.run(
                    """
                    SELECT MIN(expires_at) AS at FROM calls
                     WHERE status IN ('scheduled', 'queued') AND expires_at IS NOT NULL
                    """
                ).first?["at"]
            return [scheduled, expiring].compactMap(\.self).min()
        }
    }

    private static func due(limit: Int, now: Date, _ db: any SQLTransaction) throws -> [SQLRow] {
        guard limit > 0 else { return [] }
        let projects = try db.run("SELECT id FROM projects").map { try $0["id", as: Project.ID.self] }
        var lines = try projects.shuffled().map { project in
            try db.run(
                """
                SELECT * FROM calls
                 WHERE project = \(project) AND status = 'queued' AND due_at <= \(now)
                   AND (expires_at IS NULL OR expires_at > \(now))
                 ORDER BY due_at, id LIMIT \(limit)\(db.words.skipLocked)
                """
            )[...]
        }
        var taken: [SQLRow] = []
        while taken.count < limit, lines.contains(where: { !$0.isEmpty }) {
            for index in lines.indices where taken.count < limit {
                if let next = lines[index].popFirst() { taken.append(next) }
            }
        }
        return taken
    }

    private static func claim(
        _ call: Call,
        lease: Lease,
        until leaseEnd: Date,
        now: Date,
        dialog: (Call, Attempt) -> Dialog?,
        _ db: any SQLTransaction
    ) throws -> ClaimedCall {
        var call = call
        var events: [EventRow] = []
        for event in [CallLifecycle.Event.claimed, .ready] {
            guard call.lifecycle.handle(event, at: now).contains(.announce) else { continue }
            events.append(EventRow(.status(of: call, at: now)))
        }
        try db.run(
            """
            UPDATE calls SET status = \(call.lifecycle.status), node = \(lease.node), lease_until = \(leaseEnd),
                             epoch = \(lease.epoch), conductor = \(call.conductor)
             WHERE id = \(call.id)
            """
        )
        let earlier: Int = try db.run("SELECT COUNT(*) AS n FROM attempts WHERE call = \(call.id)").first?["n"] ?? 0
        var attempt = Attempt(
            id: Attempt.ID(bornAt: now),
            call: call.id,
            number: earlier + 1,
            certainty: .sent,
            createdAt: now
        )
        attempt.dialog = dialog(call, attempt)
        try db.run(
            """
            INSERT INTO attempts (id, call, number, certainty, created_at, dialog)
            VALUES (\(attempt.id), \(call.id), \(attempt.number), \(attempt.certainty), \(now),
                    \(attempt.dialog.map { JSONColumn($0).sqlValue }))
            """
        )
        try EventRow.append(events, db)
        return ClaimedCall(call: call, attempt: attempt, lease: lease)
    }
}
