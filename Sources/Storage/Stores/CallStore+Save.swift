package import Calls
import FoundationEssentials
import Telephony

extension CallStore {
    /// Stores a move of a call held under `lease`. Throws `LeaseLost`, with nothing stored, if it is held so no longer.
    package func save(_ change: CallChange, under lease: Lease) async throws {
        let change = PreparedChange(change)
        try await database.write { db in
            try lease.check(db)
            try change.store(db)
        }
    }

    /// Stores a move of a call that nobody holds and that has `status`. Throws `LeaseLost`, with nothing stored, if it moved on.
    package func save(_ change: CallChange, from status: CallStatus) async throws {
        let change = PreparedChange(change)
        try await database.write { db in
            let unheld = try db.run(
                """
                SELECT id FROM calls WHERE id = \(change.call.id) AND node IS NULL AND status = \(status)\(db.words.lock)
                """
            )
            guard !unheld.isEmpty else { throw LeaseLost() }
            try change.store(db)
        }
    }

    /// Adds one thing said to a call that is going on.
    package func append(
        _ entry: TranscriptEntry,
        at position: Int,
        event: CallEvent,
        under lease: Lease
    ) async throws {
        let event = EventRow(event)
        try await database.write { db in
            try lease.check(db)
            try entry.insert(at: position, of: lease.call, db)
            try EventRow.append([event], db)
        }
    }

    /// Changes the dial ledger alone.
    package func save(_ attempt: AttemptChange, under lease: Lease) async throws {
        let dialog = attempt.dialog.map { JSONColumn($0).sqlValue }
        try await database.write { db in
            try lease.check(db)
            try attempt.store(dialog, db)
        }
    }
}

extension Lease {
    fileprivate func check(_ db: any SQLTransaction) throws {
        let held = try db.run(
            "SELECT id FROM calls WHERE id = \(call) AND node = \(node) AND epoch = \(epoch)\(db.words.lock)"
        )
        if held.isEmpty { throw LeaseLost() }
    }
}

/// A change whose JSON is already written: the one writer has no time for it.
private struct PreparedChange: Sendable {
    private(set) var change: CallChange
    let events: [EventRow]
    let transport: SQLValue
    let fields: SQLValue
    let costs: SQLValue
    let notes: SQLValue
    let answer: SQLValue?
    let account: SQLValue?
    let dialog: SQLValue?

    var call: Call { change.call }

    init(_ change: CallChange) {
        self.change = change
        if change.call.lifecycle.status.isFinal { self.change.call.endReservation() }
        events = change.events.map(EventRow.init)
        transport = JSONColumn(change.call.transport).sqlValue
        fields = JSONColumn(change.call.fields).sqlValue
        costs = JSONColumn(change.call.costs).sqlValue
        notes = JSONColumn(change.call.notes).sqlValue
        answer = change.call.answer.map { JSONColumn($0).sqlValue }
        account = change.call.account.map { JSONColumn($0).sqlValue }
        dialog = change.attempt?.dialog.map { JSONColumn($0).sqlValue }
    }

    func store(_ db: any SQLTransaction) throws {
        try storeCall(db)
        if call.lifecycle.status.isFinal {
            try Ledger(db: db).settle(call, at: change.events.last?.at ?? call.lifecycle.ending?.at ?? call.createdAt)
            try BatchSettlement(db: db).settle(call)
        }
        try change.attempt?.store(dialog, db)
        if let transcript = change.transcript {
            try db.run("DELETE FROM transcript_entries WHERE call = \(call.id)")
            for (position, entry) in transcript.enumerated() { try entry.insert(at: position, of: call.id, db) }
        }
        try change.decision?.insert(for: call.id, db)
        // Whoever asked on the phone not to be called again is on the list the moment the call is over.
        try Suppression(optOutOf: call)?.insert(project: call.project, db)
        try EventRow.append(events, db)
        if change.isReleased {
            try db.run("UPDATE calls SET node = NULL, lease_until = NULL WHERE id = \(call.id)")
        }
    }

    private func storeCall(_ db: any SQLTransaction) throws {
        let ending = call.lifecycle.ending
        // A call that goes back to the queue loses its holder in the same statement: the table allows nothing in between.
        let node: StaticString = call.lifecycle.status == .queued ? "NULL" : "node"
        let leaseUntil: StaticString = call.lifecycle.status == .queued ? "NULL" : "lease_until"
        try db.run(
            """
            UPDATE calls SET status = \(call.lifecycle.status), node = \(node), lease_until = \(leaseUntil),
                             answered_at = \(call.lifecycle.answeredAt), ended_at = \(ending?.at),
                             end_reason = \(ending?.reason), transport = \(transport), reached = \(call.reached),
                             answer = \(answer), account = \(account), goal = \(call.goal), opted_out = \(call.optedOut), fields = \(fields),
                             callee_turns = \(call.calleeTurns), result_error = \(call.resultError),
                             summary = \(call.summary), costs = \(costs), blocked_by = \(call.blockedBy), notes = \(notes),
                             reservation_status = \(call.reservation?.status),
                             recording = COALESCE(\(change.recording), recording)
             WHERE id = \(call.id)
            """
        )
    }
}

extension AttemptChange {
    fileprivate func store(_ dialog: SQLValue?, _ db: any SQLTransaction) throws {
        try db.run(
            """
            UPDATE attempts SET certainty = \(certainty), dialog = COALESCE(\(dialog), dialog),
                                closed_at = COALESCE(\(closedAt), closed_at)
             WHERE id = \(id)
            """
        )
        guard !trace.isEmpty else { return }
        try db.run("DELETE FROM sip_messages WHERE attempt = \(id)")
        for (position, message) in trace.enumerated() {
            try db.run(
                """
                INSERT INTO sip_messages (attempt, position, at, sent, peer, message)
                VALUES (\(id), \(position), \(message.at), \(message.sent), \(message.peer), \(message.text))
                """
            )
        }
    }
}
