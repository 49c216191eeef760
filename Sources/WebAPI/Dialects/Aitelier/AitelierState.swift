import Calls

/// Where a call is: the words of the trigger's response and of batch counts.
enum AitelierStatus: String, Encodable, CaseIterable {
    case queued
    case dialing
    case connected
    case completed
    case failed

    init(_ call: Call) {
        self =
            switch call.lifecycle.status {
            case .scheduled, .queued, .dispatching: .queued
            case .dialing, .ringing: .dialing
            case .inProgress, .wrappingUp: .connected
            case .completed, .canceled, .noAnswer, .busy, .rejected, .voicemail, .screened, .invalidNumber,
                .callerIDRejected, .carrierError, .blocked, .expired, .internalError:
                call.aitelierEndState == .completed ? .completed : .failed
            }
    }

    /// Everything that is shown under this word. A stalled conversation is shown as `failed` and found under `completed`.
    var statuses: Set<CallStatus> {
        let finals = Set(CallStatus.allCases.filter(\.isFinal))
        return switch self {
        case .queued: [.scheduled, .queued, .dispatching]
        case .dialing: [.dialing, .ringing]
        case .connected: [.inProgress, .wrappingUp]
        case .completed: [.completed]
        case .failed: finals.subtracting([.completed])
        }
    }
}

/// How a call ended: the outcomes of the guide's page.
enum AitelierEndState: String, Encodable, CaseIterable {
    case completed
    case noAnswer = "no_answer"
    case busy
    case voicemailDetected = "voicemail_detected"
    case invalidNumber = "invalid_number"
    case callerIDUnauthorized = "caller_id_unauthorized"
    case providerError = "provider_error"
    case internalError = "internal_error"

    init(_ reason: EndReason) {
        self =
            switch reason {
            case .agentHungUp, .calleeHungUp, .endedByRequest, .maxDuration, .silence, .serverDrained: .completed
            case .voicemail: .voicemailDetected
            // Nobody was reached, or nobody was called: the page has no word of its own for these.
            case .noAnswer, .screened, .canceled, .blocked, .expired: .noAnswer
            case .busy, .declined: .busy
            case .notInService: .invalidNumber
            case .callerIDRejected: .callerIDUnauthorized
            case .carrierFailure, .carrierUnreachable, .trunkAuthentication, .mediaRefused, .noMedia: .providerError
            case .providerStalled, .interrupted, .internalError: .internalError
            }
    }
}

extension Call {
    /// Nil until the call is over.
    var aitelierEndState: AitelierEndState? {
        guard lifecycle.status.isFinal, let reason = lifecycle.ending?.reason else { return nil }
        let state = AitelierEndState(reason)
        return state == .completed && reached == .machine ? .voicemailDetected : state
    }

    /// Why it did not complete. Nil for one that did, and until it is over.
    var aitelierFailureReason: String? {
        guard let state = aitelierEndState, state != .completed else { return nil }
        return switch lifecycle.ending?.reason {
        case .canceled?, .expired?: lifecycle.ending?.reason.rawValue
        case .blocked?: blockedBy == .suppression ? "do_not_call" : blockedBy?.rawValue ?? EndReason.blocked.rawValue
        default: state.rawValue
        }
    }
}
