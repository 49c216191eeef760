package import Calls
package import FoundationEssentials

/// What was answered to the request that made a call, for a client that sends it again.
package struct IdempotentReply: Sendable, Hashable {
    /// The client's own name for its request.
    package var key: String
    /// Of what was asked. The same key with another fingerprint is another request.
    package var fingerprint: String
    package var call: Call.ID
    /// Of HTTP.
    package var status: Int
    package var body: String

    package init(key: String, fingerprint: String, call: Call.ID, status: Int, body: String) {
        self.key = key
        self.fingerprint = fingerprint
        self.call = call
        self.status = status
        self.body = body
    }
}

extension CallStore {
    /// What was answered under `key` since then. Nil if nothing was.
    package func reply(to key: String, since: Date, project: Project.ID) async throws -> IdempotentReply? {
        try await database.read { db in try Self.reply(to: key, since: since, project, db) }
    }

    /// Stores a call and what its maker is answered, both or none. If the key was used since `since`, stores nothing and returns what was
    /// answered then. Older replies are forgotten. Throws `Shortfall`, with nothing stored, if the call cannot be paid for, and
    /// `DatabaseOverloaded` when too many writes wait.
    package func add(
        _ call: Call,
        version: AgentVersion.ID,
        events: [CallEvent],
        decision: GateDecision? = nil,
        answering reply: IdempotentReply,
        since: Date
    ) async throws -> IdempotentReply? {
        let insertion = Insertion(call, version: version, events: events, decision: decision)
        return try await database.write(.refusable) { db in
            try db.run("DELETE FROM idempotent_replies WHERE created_at <= \(since)")
            if let earlier = try Self.reply(to: reply.key, since: since, call.project, db) { return earlier }
            try insertion.run(db)
            try db.run(
                """
                INSERT INTO idempotent_replies (project, key, fingerprint, call, status, body, created_at)
                VALUES (\(call.project), \(reply.key), \(reply.fingerprint), \(reply.call), \(reply.status),
                        \(reply.body), \(call.createdAt))
                """
            )
            return nil
        }
    }

    private static func reply(
        to key: String,
        since: Date,
        _ project: Project.ID,
        _ db: any SQLTransaction
    ) throws -> IdempotentReply? {
        try db.run(
            """
            SELECT * FROM idempotent_replies
             WHERE project = \(project) AND key = \(key) AND created_at > \(since)
            """
        ).first.map { row in
            IdempotentReply(
                key: try row["key"],
                fingerprint: try row["fingerprint"],
                call: try row["call"],
                status: try row["status"],
                body: try row["body"]
            )
        }
    }
}
