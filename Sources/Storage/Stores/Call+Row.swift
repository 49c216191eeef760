import Calls
import FoundationEssentials

/// How a call is spread over columns, and read back from them.
extension Call {
    init(row: SQLRow, agent: Agent) throws {
        let status = try row["status", as: CallStatus.self]
        let answeredAt = try row["answered_at", as: Date?.self]
        let state: CallLifecycle.State =
            switch status {
            case .scheduled: .scheduled(for: try row["due_at"])
            case .queued: .queued
            case .dispatching: .dispatching
            case .dialing: .dialing
            case .ringing: .ringing
            case .inProgress: .inProgress(since: try row["answered_at"])
            case .wrappingUp: .wrappingUp(try Self.ending(row, answeredAt))
            case .completed, .canceled, .noAnswer, .busy, .rejected, .voicemail, .screened, .invalidNumber,
                .callerIDRejected, .carrierError, .blocked, .expired, .internalError:
                .ended(try Self.ending(row, answeredAt))
            }
        self.init(
            id: try row["id"],
            project: try row["project"],
            request: try row["request", as: JSONColumn<CallRequest>.self].value,
            agent: agent,
            callerID: try row["caller_id"],
            createdAt: try row["created_at"],
            lifecycle: CallLifecycle(state: state),
            transport: try row["transport", as: JSONColumn<Transport>.self].value,
            reached: try row["reached"],
            goal: try row["goal"],
            optedOut: try row["opted_out"],
            fields: try row["fields", as: JSONColumn<[String: JSONValue]>.self].value,
            summary: try row["summary"],
            costs: try row["costs", as: JSONColumn<[CostLine]>.self].value,
            reservation: try Self.reservation(row),
            recorded: try row["recording", as: String?.self] != nil,
            notes: try row["notes", as: JSONColumn<[ContextNote]>.self].value,
            erasedAt: try row["erased_at"]
        )
        prompt = try row["prompt"]
        conductor = try row["conductor"]
        calleeTurns = try row["callee_turns"]
        resultError = try row["result_error"]
        blockedBy = try row["blocked_by"]
        answer = try row["answer", as: JSONColumn<AnswerRecord>?.self]?.value
        answerLabel = try row["answer_label"]
        account = try row["account", as: JSONColumn<ConversationAccount>?.self]?.value
    }

    private static func ending(_ row: SQLRow, _ answeredAt: Date?) throws -> CallLifecycle.Ending {
        CallLifecycle.Ending(reason: try row["end_reason"], answeredAt: answeredAt, at: try row["ended_at"])
    }

    private static func reservation(_ row: SQLRow) throws -> Reservation? {
        guard let status = try row["reservation_status", as: Reservation.Status?.self] else { return nil }
        return Reservation(
            amount: try row["reserved"],
            rate: try row["rate", as: JSONColumn<Rate>.self].value,
            status: status
        )
    }

    /// When it may be dialed: its scheduled time, or when it was placed.
    var dueAt: Date {
        if case .scheduled(let date) = lifecycle.state { date } else { request.scheduledFor ?? createdAt }
    }
}
