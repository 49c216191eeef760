package import Calls
import FoundationEssentials

/// The table `calls` and what hangs on it: every call ever placed, the queue of those still due, and the dial ledger.
package struct CallStore: Sendable {
    let database: any SQLDatabase
    let versions: AgentVersions
    let policies = DialPolicies()

    package init(_ database: any SQLDatabase) {
        self.database = database
        versions = AgentVersions()
    }

    /// Stores a call nobody holds yet, and sets aside what it can cost. `version` is the agent version it was placed with, `decision` what
    /// the gate said of it. Throws `Shortfall`, with nothing stored, if it cannot be paid for, and `DatabaseOverloaded` when too many
    /// writes wait.
    package func add(
        _ call: Call,
        version: AgentVersion.ID,
        events: [CallEvent],
        decision: GateDecision? = nil
    ) async throws {
        let insertion = Insertion(call, version: version, events: events, decision: decision)
        try await database.write(.refusable) { db in try insertion.run(db) }
    }

    /// A new call's row and first events.
    struct Insertion: Sendable {
        private let call: Call
        private let version: AgentVersion.ID
        private let request: SQLValue
        private let transport: SQLValue
        private let rate: SQLValue?
        private let events: [EventRow]
        private let decision: GateDecision?

        init(_ call: Call, version: AgentVersion.ID, events: [CallEvent], decision: GateDecision?) {
            self.call = call
            self.version = version
            request = JSONColumn(call.request).sqlValue
            transport = JSONColumn(call.transport).sqlValue
            rate = (call.reservation?.rate).map { JSONColumn($0).sqlValue }
            self.events = events.map(EventRow.init)
            self.decision = decision
        }

        /// Throws `Shortfall`, with nothing stored, if the call cannot be paid for.
        func run(_ db: any SQLTransaction) throws {
            let spendDay = try Ledger(db: db).reserve(for: call)
            try db.run(
                """
                INSERT INTO calls (id, project, agent, agent_version, destination, caller_id, request, created_at,
                                   due_at, expires_at, status, transport, reached, goal, opted_out, fields, costs,
                                   prompt, conductor, door, api_key, priority, dials_per_minute, mode,
                                   rate, reserved, reservation_status, spend_day, batch, batch_line, batch_attempt)
                VALUES (\(call.id), \(call.project), \(call.agent.id), \(version), \(call.request.destination),
                        \(call.callerID), \(request), \(call.createdAt), \(call.dueAt), \(call.request.expiresAt),
                        \(call.lifecycle.status), \(transport), \(call.reached), \(call.goal), \(call.optedOut),
                        '{}', '[]', \(call.prompt), \(call.conductor), \(call.request.door), \(call.request.key),
                        \(call.request.priority), \(call.request.dialsPerMinute), \(call.request.mode),
                        \(rate), \(call.reservation?.amount), \(call.reservation?.status), \(spendDay),
                        \(call.request.batch?.batch), \(call.request.batch?.line), \(call.request.batch?.attempt))
                """
            )
            try decision?.insert(for: call.id, db)
            try EventRow.append(events, db)
        }
    }

    /// What there is for `call`, which is not placed yet.
    package func budget(for call: Call) async throws -> Budget {
        try await database.read { db in try Ledger(db: db).budget(for: call) }
    }

    /// Nil if there is none, or it belongs to another project.
    package func call(_ id: Call.ID, project: Project.ID) async throws -> Call? {
        try await database.read { [versions] db in
            try db.run("SELECT * FROM calls WHERE id = \(id) AND project = \(project)").first.map { row in
                try Call(row: row, agent: versions.agent(of: row, db))
            }
        }
    }

    /// Whose call it is. Nil if there is none.
    package func project(of call: Call.ID) async throws -> Project.ID? {
        try await database.read { db in
            try db.run("SELECT project FROM calls WHERE id = \(call)").first?["project"]
        }
    }

    package func attempts(of call: Call.ID) async throws -> [Attempt] {
        try await database.read { db in
            try db.run("SELECT * FROM attempts WHERE call = \(call) ORDER BY number").map(Attempt.init(row:))
        }
    }

    package func transcript(of call: Call.ID) async throws -> [TranscriptEntry] {
        try await database.read { db in
            try db.run("SELECT * FROM transcript_entries WHERE call = \(call) ORDER BY position")
                .map(TranscriptEntry.init(row:))
        }
    }

    /// Where the recording lies. Nil if none was made.
    package func recording(of call: Call.ID) async throws -> String? {
        try await database.read { db in
            try db.run("SELECT recording FROM calls WHERE id = \(call)").first?["recording"]
        }
    }

    /// How many calls stand in the queue, the scheduled ones not counted.
    package func queued() async throws -> Int {
        try await database.read { db in
            try db.run("SELECT COUNT(*) AS n FROM calls WHERE status = 'queued'").first?["n"] ?? 0
        }
    }
}

extension Attempt {
    init(row: SQLRow) throws {
        self.init(
            id: try row["id"],
            call: try row["call"],
            number: try row["number"],
            certainty: try row["certainty"],
            createdAt: try row["created_at"],
            dialog: try row["dialog", as: JSONColumn<Dialog>?.self]?.value
        )
    }
}

extension TranscriptEntry {
    init(row: SQLRow) throws {
        self.init(
            speaker: try row["speaker"],
            text: try row["said"],
            generated: try row["generated"],
            start: try row["start_ms"],
            end: try row["end_ms"],
            step: try row["step"],
            intent: try row["intent"],
            keyed: try row["keyed"]
        )
    }

    func insert(at position: Int, of call: Call.ID, _ db: any SQLTransaction) throws {
        try db.run(
            """
            INSERT INTO transcript_entries (call, position, speaker, said, generated, start_ms, end_ms, step, intent, keyed)
            VALUES (\(call), \(position), \(speaker), \(text), \(generated), \(start), \(end), \(step), \(intent), \(keyed))
            """
        )
    }
}
