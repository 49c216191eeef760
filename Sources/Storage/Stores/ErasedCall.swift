import Calls
import FoundationEssentials

/// A call that is over and whose content goes: number, what was given for it, what was said, what was sent about it. When it was, how it ended
/// and what it cost stays.
struct ErasedCall {
    private let id: Call.ID
    private let project: Project.ID
    private let destination: PhoneNumber
    private let request: SQLValue
    private let answer: SQLValue?
    private let recording: String?
    private let batch: Batch.ID?
    private let line: Int?
    private let now: Date

    init(row: SQLRow, at now: Date) throws {
        id = try row["id"]
        request = JSONColumn(try row["request", as: JSONColumn<CallRequest>.self].value.erased).sqlValue
        project = try row["project"]
        destination = try row["destination"]
        answer = try row["answer", as: JSONColumn<AnswerRecord>?.self].map { JSONColumn($0.value.wordless).sqlValue }
        recording = try row["recording"]
        batch = try row["batch"]
        line = try row["batch_line"]
        self.now = now
    }

    /// `files` are those the call may have left; they are written down as going.
    func erase(
        files: (Call.ID) -> [String],
        erasure: Erasure.ID?,
        _ db: any SQLTransaction
    ) throws -> Erasure.Counts {
        var counts = Erasure.Counts()
        counts.calls = 1
        counts.recordings = recording == nil ? 0 : 1
        for path in Set(files(id) + [recording].compactMap(\.self)) {
            try db.run(
                """
                INSERT INTO erased_files (path, erasure) VALUES (\(path), \(erasure))
                ON CONFLICT (path) DO NOTHING
                """
            )
        }
        try db.run(
            """
            UPDATE calls SET destination = \(PhoneNumber.erased), request = \(request), prompt = '', fields = '{}',
                             answer = \(answer), account = NULL, summary = NULL, result_error = NULL,
                             notes = '[]', recording = NULL,
                             erased_at = \(now)
             WHERE id = \(id)
            """
        )
        // Whoever asked on this call not to be called stays on the list, which does not lead back to it.
        let scope = Suppression.Scope.project.column(project)
        try db.run(
            "UPDATE suppressions SET call = NULL WHERE number = \(destination) AND scope = \(scope) AND call = \(id)"
        )
        try db.run(
            """
            UPDATE batch_contacts
               SET phone = \(PhoneNumber.erased), variables = '{}', metadata = NULL, time_zone = NULL, note = NULL
             WHERE batch = \(batch) AND line = \(line) AND state IN ('completed', 'failed', 'skipped', 'canceled')
            """
        )
        counts.transcriptEntries = try db.run(
            "DELETE FROM transcript_entries WHERE call = \(id) RETURNING position"
        ).count
        counts.sipMessages = try db.run(
            """
            DELETE FROM sip_messages WHERE attempt IN (SELECT id FROM attempts WHERE call = \(id))
            RETURNING position
            """
        ).count
        try db.run(
            """
            UPDATE batch_contacts SET cells = NULL
             WHERE batch = (SELECT batch FROM calls WHERE id = \(id))
               AND line = (SELECT batch_line FROM calls WHERE id = \(id))
               AND state IN ('completed', 'failed', 'skipped', 'canceled')
            """
        )
        try db.run("UPDATE attempts SET dialog = NULL, destination = NULL WHERE call = \(id)")
        try db.run("UPDATE gate_decisions SET checks = '[]' WHERE call = \(id)")
        counts.events = try db.run(
            """
            UPDATE events SET data = '{"erased":true}' WHERE call = \(id) AND kind = \(CallEvent.Kind.said)
            RETURNING sequence
            """
        ).count
        try eraseMessages(&counts, db)
        return counts
    }

    /// What was told to receivers and to whoever placed the call. What is still to be sent is given up.
    private func eraseMessages(_ counts: inout Erasure.Counts, _ db: any SQLTransaction) throws {
        try db.run(
            "DELETE FROM webhook_attempts WHERE delivery IN (SELECT id FROM webhook_deliveries WHERE call = \(id))"
        )
        // Counted as sent again, so that a try under way, which still has the message, changes nothing when it ends.
        counts.webhooks = try db.run(
            """
            UPDATE webhook_deliveries
               SET body = '', url = '', last_error = NULL, manual_retries = manual_retries + 1,
                   given_up_at = CASE WHEN delivered_at IS NULL THEN COALESCE(given_up_at, \(now)) END
             WHERE call = \(id)
            RETURNING id
            """
        ).count
        // The key stays: the same request sent again must not call somebody who wished to be forgotten.
        counts.replies = try db.run("UPDATE idempotent_replies SET body = '' WHERE call = \(id) RETURNING key").count
    }
}
