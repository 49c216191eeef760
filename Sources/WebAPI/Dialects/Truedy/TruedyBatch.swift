import Calls
import Engine
import FoundationEssentials

/// A batch of calls as the vendor's reference shows it. What was given when it was made comes back as it was.
struct TruedyBatch: Encodable, Sendable {
    let progress: BatchProgress

    /// What a batch was made with and the engine has no use for, by the names of the request.
    static let kept = [
        "phone_number_ids", "phone_rotation_strategy", "contact_source", "schedule_type", "scheduled_at", "timezone",
        "start_time", "end_time", "working_days", "max_calls_per_day", "max_concurrent_calls",
    ]

    enum Status: String, Encodable, CaseIterable {
        case draft
        case scheduled
        case active
        case paused
        case completed
        case failed
        case cancelled

        init(_ batch: Batch) {
            self =
                switch batch.status {
                case .importing, .scheduled: .scheduled
                case .running: .active
                case .paused: .paused
                case .stopping: batch.reason?.kind == .byRequest ? .cancelled : .active
                case .completed: .completed
                case .canceled: .cancelled
                }
        }

        /// Which batches a filter means. Examples of the vendor say `running` for `active`.
        static func statuses(_ word: String) -> Set<BatchStatus>? {
            switch word == "running" ? .active : Status(rawValue: word == "canceled" ? "cancelled" : word) {
            case .scheduled?: [.scheduled]
            case .active?: [.running]
            case .paused?: [.paused]
            case .completed?: [.completed]
            case .cancelled?: [.canceled, .stopping]
            // No batch is ever either.
            case .draft?, .failed?: [.importing]
            case nil: nil
            }
        }
    }

    private enum Key: String, CodingKey {
        case id, name, status
        case agentID = "agent_id"
        case statusReason = "status_reason"
        case totalContacts = "total_contacts"
        case pendingCalls = "pending_calls"
        case activeCalls = "active_calls"
        case completedCalls = "completed_calls"
        case failedCalls = "failed_calls"
        case cancelledCalls = "cancelled_calls"
        case skippedContacts = "skipped_contacts"
        case createdAt = "created_at"
        case startedAt = "started_at"
        case completedAt = "completed_at"
        case updatedAt = "updated_at"
    }

    private struct Name: CodingKey {
        let stringValue: String
        var intValue: Int? { nil }

        init(stringValue: String) { self.stringValue = stringValue }
        init?(intValue: Int) { nil }
    }

    func encode(to encoder: any Encoder) throws {
        let (batch, counts) = (progress.batch, progress.counts)
        var given = encoder.container(keyedBy: Name.self)
        for name in Self.kept {
            try given.encode(batch.attributes[name] ?? .null, forKey: Name(stringValue: name))
        }
        var members = encoder.container(keyedBy: Key.self)
        try members.encode(batch.id.description, forKey: .id)
        try members.encode(batch.name, forKey: .name)
        try members.encode(Status(batch), forKey: .status)
        try members.encode(batch.reason?.words, forKey: .statusReason)
        try members.encode(batch.settings.agent.description, forKey: .agentID)
        try members.encode(counts.total, forKey: .totalContacts)
        try members.encode(counts.queued, forKey: .pendingCalls)
        try members.encode(counts.dialing + counts.connected, forKey: .activeCalls)
        try members.encode(counts.completed, forKey: .completedCalls)
        try members.encode(counts.failed, forKey: .failedCalls)
        try members.encode(counts.canceled, forKey: .cancelledCalls)
        try members.encode(counts.skipped, forKey: .skippedContacts)
        try members.encode(TruedyTime.text(batch.createdAt), forKey: .createdAt)
        try members.encode(batch.startedAt.map(TruedyTime.text), forKey: .startedAt)
        try members.encode(batch.endedAt.map(TruedyTime.text), forKey: .completedAt)
        try members.encode(
            TruedyTime.text(batch.endedAt ?? batch.runningSince ?? batch.createdAt),
            forKey: .updatedAt
        )
    }
}
