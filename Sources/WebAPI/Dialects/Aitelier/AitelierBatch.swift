import Calls
import Engine

/// A batch with what the vendor's page of its progress shows: live counts, and the success and goal-completion rates.
struct AitelierBatch: Encodable, Sendable {
    let id: String
    let batchId: String
    let name: String
    let status: BatchStatus
    /// Why it stands still or was stopped.
    @Nullable var reason: String?
    /// Calls per minute.
    let pacing: Int
    @Nullable var callerId: String?
    @Nullable var scheduledFor: String?
    let createdAt: String
    @Nullable var startedAt: String?
    @Nullable var endedAt: String?
    /// How many rows the file had.
    let rows: Int
    let counts: Counts
    /// 0 to 1; `null` while nobody was called to the end.
    @Nullable var successRate: Double?
    /// 0 to 1; `null` while nobody was talked to.
    @Nullable var goalCompletionRate: Double?

    /// They add up to the rows.
    struct Counts: Encodable, Sendable {
        let queued: Int
        let dialing: Int
        let connected: Int
        let completed: Int
        let failed: Int

        /// A row that nobody is called for any more has failed: the page has no other word.
        init(_ counts: BatchCounts) {
            queued = counts.queued
            dialing = counts.dialing
            connected = counts.connected
            completed = counts.completed
            failed = counts.failed + counts.skipped + counts.canceled
        }
    }

    init(_ progress: BatchProgress) {
        let (batch, counted) = (progress.batch, progress.counts)
        id = batch.id.description
        batchId = batch.id.description
        name = batch.name
        status = batch.status
        reason = batch.reason?.words
        pacing = batch.settings.callsPerMinute
        callerId = batch.settings.callerIDs.numbers.first?.description
        scheduledFor = batch.settings.startAt.map(Timestamp.text)
        createdAt = Timestamp.text(batch.createdAt)
        startedAt = batch.startedAt.map(Timestamp.text)
        endedAt = batch.endedAt.map(Timestamp.text)
        rows = counted.total
        counts = Counts(counted)
        successRate = counted.successRate
        goalCompletionRate = counted.goalRate
    }
}

extension AitelierBatch {
    static let resultColumns = [
        "session_id", "status", "end_state", "failure_reason", "outcome", "duration_seconds", "cost", "created_at",
        "connected_at", "ended_at",
    ]

    /// The cells below `resultColumns`. `calls` are the row's, the oldest first.
    static func results(of contact: Contact, _ calls: [Call]) -> [String] {
        guard let session = calls.last.map({ AitelierSession($0) }) else {
            let isOver = contact.state.isFinal
            let status = isOver ? AitelierStatus.failed : .queued
            let reason = isOver ? contact.note ?? contact.state.rawValue : ""
            return ["", status.rawValue, "", reason] + Array(repeating: "", count: resultColumns.count - 4)
        }
        return [
            session.sessionId, session.status.rawValue, session.endState?.rawValue ?? "", session.failureReason ?? "",
            session.outcome?.rawValue ?? "", session.durationSeconds.map { String($0) } ?? "", session.cost,
            session.createdAt, session.connectedAt ?? "", session.endedAt ?? "",
        ]
    }
}
