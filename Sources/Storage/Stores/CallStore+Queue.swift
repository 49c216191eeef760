package import Calls
package import FoundationEssentials

/// A call taken off the queue, with the attempt that is committed together with the claim.
package struct ClaimedCall: Sendable {
    package var call: Call
    package var attempt: Attempt
    package var lease: Lease
    /// Since when it could have been dialed, as far as the clock is concerned.
    package var dueAt: Date
}

/// What became of the calls at the head of the queue.
package struct Claims: Sendable {
    /// Off the queue, in the ledger, and each allowed to dial once.
    package var dialed: [ClaimedCall] = []
    /// Put off by the gate; what it decided is stored.
    package var postponed: [Call] = []
    /// The gate will never let them pass. They stay in the queue until whoever asked has ended them.
    package var blocked: [(call: Call, decision: GateDecision)] = []
    /// Their rows do not hold what they should. They stay in the queue.
    package var unreadable: [(call: Call.ID, error: SQLColumnError)] = []
    /// When it is worth asking again although nothing else happens: at once if more is due than was looked at, or when a pace leaves
    /// room. Nil if only something else can change anything.
    package var next: Date?

    package init() {}
}

extension CallStore {
    /// Takes due calls off the queue for `node`, so that no more than `channels` calls are held by it, asks the gate about each, and
    /// commits the attempt of those that may go: when this returns, each of them is `dialing`, its attempt is in the ledger as sent, and it
    /// is allowed to dial once.
    ///
    /// `destination`, `conductor` (what will lead the conversation) and `dialog` (what the INVITE of an attempt will be called; both are
    /// committed with it) must be quick and have no effect.
    ///
    /// One transaction, so that one fsync lies between the queue and the INVITE, and that whatever a cap or a pace counts is exact over
    /// all nodes. Projects take turns; within one, the highest priority comes first, then the longest due. A call that has to wait holds up
    /// no other: it is put off, and a pace that is full is left alone. No two nodes are handed the same call.
    package func claim(
        channels: Int,
        node: UUID,
        until leaseEnd: Date,
        now: Date,
        destination: @escaping DestinationLookup,
        conductor: @escaping @Sendable (Call) -> Conductor?,
        dialog: @escaping @Sendable (Call, Attempt) -> Dialog?
    ) async throws -> Claims {
        try await database.write { [versions, policies] db in
            let held: Int =
                try db.run(
                    """
                    SELECT COUNT(*) AS n FROM calls
                     WHERE node = \(node) AND node IS NOT NULL
                       AND status IN ('dispatching', 'dialing', 'ringing', 'in_progress', 'wrapping_up')
                    """
                ).first?["n"] ?? 0
            var turn = QueueTurn(
                reader: GateReader(db: db, versions: versions, policies: policies, destination: destination),
                node: node,
                leaseEnd: leaseEnd,
                now: now,
                conductor: conductor,
                dialog: dialog,
                room: channels - held
            )
            try turn.take()
            return turn.claims
        }
    }

    /// Puts scheduled calls whose time has come into the queue, and returns them. One that cannot be read is put there without a word: the
    /// queue tells of it.
    @discardableResult
    package func promoteScheduled(now: Date, limit: Int = 500) async throws -> [Call] {
        try await database.write { [versions] db in
            try db.run(
                """
                SELECT * FROM calls WHERE status = 'scheduled' AND due_at <= \(now)
                 ORDER BY due_at, id LIMIT \(limit)\(db.words.skipLocked)
                """
            )
            .compactMap { row in
                try db.run(
                    """
                    UPDATE calls SET status = \(CallStatus.queued), waits_for = NULL
                     WHERE id = \(try row["id", as: Call.ID.self])
                    """
                )
                guard var call = try Self.call(of: row, versions, db) else { return nil }
                _ = call.lifecycle.handle(.due, at: now)
                try EventRow.append([EventRow(.status(of: call, at: now))], db)
                return call
            }
        }
    }

    /// Has the calls of `agent` that wait for nothing but it come due: it is active again.
    static func release(heldBy agent: Agent.ID, project: Project.ID, at now: Date, _ db: any SQLTransaction) throws {
        try db.run(
            """
            UPDATE calls SET due_at = \(now)
             WHERE project = \(project) AND agent = \(agent) AND status = 'scheduled' AND waits_for = \(GateRule.agent)
            """
        )
    }

    /// Nil if the row does not hold what it should.
    static func call(of row: SQLRow, _ versions: AgentVersions, _ db: any SQLTransaction) throws -> Call? {
        do {
            return try Call(row: row, agent: versions.agent(of: row, db))
        } catch is SQLColumnError {
            return nil
        }
    }

    /// Calls nobody holds whose last moment has passed, those left out that cannot be read.
    package func expired(now: Date, limit: Int = 500) async throws -> [Call] {
        try await database.read { [versions] db in
            try db.run(
                """
                SELECT * FROM calls WHERE \(Self.mayExpire) AND expires_at <= \(now)
                 ORDER BY expires_at LIMIT \(limit)
                """
            )
            .compactMap { row in try Self.call(of: row, versions, db) }
        }
    }

    /// When the clock alone will next change something: a scheduled call comes due, or a waiting one expires. Nil if nothing will.
    package func nextDue() async throws -> Date? {
        try await database.read { db in
            let questions: [SQL] = [
                "SELECT MIN(due_at) AS at FROM calls WHERE status = 'scheduled'",
                "SELECT MIN(expires_at) AS at FROM calls WHERE \(Self.mayExpire)",
            ]
            return try questions.compactMap { try db.run($0).first?["at", as: Date?.self] }.min()
        }
    }

    /// Waits, and not for ever. As an expression, the status does not draw the question away from the index of those that expire.
    private static let mayExpire: SQL = """
        (status || '' IN ('scheduled', 'queued') AND ended_at IS NULL AND expires_at IS NOT NULL)
        """

    static func claim(
        _ call: Call,
        dueAt: Date,
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
        try Ledger(db: db).dial(call, at: now)
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
            INSERT INTO attempts (id, call, number, certainty, created_at, dialog, project, destination, pace)
            VALUES (\(attempt.id), \(call.id), \(attempt.number), \(attempt.certainty), \(now),
                    \(attempt.dialog.map { JSONColumn($0).sqlValue }), \(call.project), \(call.request.destination),
                    \(call.request.dialsPerMinute))
            """
        )
        try EventRow.append(events, db)
        return ClaimedCall(call: call, attempt: attempt, lease: lease, dueAt: dueAt)
    }
}
