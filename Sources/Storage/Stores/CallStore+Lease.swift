package import Calls
package import FoundationEssentials
package import Telephony

extension CallStore {
    /// Keeps a call held until `leaseEnd`. Throws `LeaseLost` if it is not held under `lease` any more. Returns whether somebody asked
    /// for the call to be canceled where this node could not be reached.
    package func renew(_ lease: Lease, until leaseEnd: Date) async throws -> Bool {
        try await database.write { db in
            let rows = try db.run(
                """
                UPDATE calls SET lease_until = \(leaseEnd)
                 WHERE id = \(lease.call) AND node = \(lease.node) AND epoch = \(lease.epoch)
                RETURNING cancel_requested_at
                """
            )
            guard let row = rows.first else { throw LeaseLost() }
            return try row["cancel_requested_at", as: Date?.self] != nil
        }
    }

    /// Leaves word for whichever node holds `call`.
    package func requestCancellation(of call: Call.ID, at now: Date) async throws {
        try await database.write { db in
            try db.run(
                """
                UPDATE calls SET cancel_requested_at = \(now)
                 WHERE id = \(call) AND node IS NOT NULL AND cancel_requested_at IS NULL
                """
            )
        }
    }

    /// Takes over calls whose holder is gone: its lease ran out, or no other process can be alive (`SQLDatabase.isExclusive`).
    ///
    /// Includes calls that are over but whose line may still be up. From here on the old holder's writes throw `LeaseLost`. `alive` are
    /// calls that `node` itself is running: a machine that slept past its leases need not give them up. One that cannot be read is left out.
    package func seizeLost(
        node: UUID,
        alive: Set<Call.ID> = [],
        until leaseEnd: Date,
        now: Date,
        limit: Int = 200
    ) async throws -> [LostCall] {
        let isAlone = database.isExclusive
        return try await database.write { [versions] db in
            let lost = try db.run(
                """
                SELECT id, node FROM calls
                 WHERE node IS NOT NULL AND (lease_until < \(now) OR (\(isAlone) = 1 AND node <> \(node)))
                 ORDER BY lease_until LIMIT \(limit + alive.count)\(db.words.skipLocked)
                """
            )
            return try lost.flatMap { row in
                let id: Call.ID = try row["id"]
                if try alive.contains(id) && row["node"] == node { return [SQLRow]() }
                return try db.run(
                    """
                    UPDATE calls SET node = \(node), lease_until = \(leaseEnd), epoch = epoch + 1 WHERE id = \(id)
                    RETURNING *
                    """
                )
            }
            .compactMap { row in
                guard let call = try Self.call(of: row, versions, db) else { return nil }
                let open = try db.run(
                    "SELECT * FROM attempts WHERE call = \(call.id) AND closed_at IS NULL ORDER BY number"
                )
                let transcript = try db.run(
                    "SELECT * FROM transcript_entries WHERE call = \(call.id) ORDER BY position"
                )
                return LostCall(
                    call: call,
                    attempt: try open.last.map(Attempt.init(row:)),
                    transcript: try transcript.map(TranscriptEntry.init(row:)),
                    lease: Lease(call: call.id, node: node, epoch: try row["epoch"])
                )
            }
        }
    }

    /// Attempts whose line may still be up although nobody holds their call.
    package func orphans(limit: Int = 200) async throws -> [Attempt] {
        try await database.read { db in
            try db.run(
                """
                SELECT * FROM attempts
                 WHERE closed_at IS NULL
                   AND EXISTS (SELECT 1 FROM calls WHERE calls.id = attempts.call AND calls.node IS NULL)
                 ORDER BY call LIMIT \(limit)
                """
            )
            .map(Attempt.init(row:))
        }
    }

    /// The line of an attempt whose call nobody holds is down, as far as can be known.
    package func close(_ attempt: Attempt.ID, at now: Date) async throws {
        try await database.write { db in
            try db.run("UPDATE attempts SET closed_at = \(now) WHERE id = \(attempt) AND closed_at IS NULL")
        }
    }

    /// Every SIP message of an attempt.
    package func trace(of attempt: Attempt.ID) async throws -> [SIPMessage] {
        try await database.read { db in
            try db.run("SELECT * FROM sip_messages WHERE attempt = \(attempt) ORDER BY position").map { row in
                SIPMessage(
                    at: try row["at"],
                    sent: try row["sent"],
                    peer: try row["peer"],
                    text: try row["message"]
                )
            }
        }
    }
}

/// A call whose holder is gone, as it was left.
package struct LostCall: Sendable {
    package var call: Call
    /// The attempt whose line may still be up. Nil if there is none.
    package var attempt: Attempt?
    package var transcript: [TranscriptEntry]
    package var lease: Lease
}
