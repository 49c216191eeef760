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

    /// Everything that is shown under this word.
    var filter: CallFilter {
        switch self {
        case .queued: CallFilter(statuses: [.scheduled, .queued, .dispatching])
        case .dialing: CallFilter(statuses: [.dialing, .ringing])
        case .connected: CallFilter(statuses: [.inProgress, .wrappingUp])
        case .completed: CallFilter(ends: CallFilter.End.all.filter { AitelierEndState($0) == .completed })
        case .failed: CallFilter(ends: CallFilter.End.all.filter { AitelierEndState($0) != .completed })
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

    init(_ end: CallFilter.End) {
        self =
            switch end.reason {
            case .agentHungUp, .calleeHungUp, .transferred, .endedByRequest, .maxDuration, .silence, .serverDrained:
                end.withMachine ? .voicemailDetected : .completed
            case .voicemail: .voicemailDetected
            // Nobody was reached, or nobody was called: the page has no word of its own for these.
            case .noAnswer, .screened, .canceled, .blocked, .expired: .noAnswer
            case .busy, .declined: .busy
            case .notInService, .fax: .invalidNumber
            case .callerIDRejected: .callerIDUnauthorized
            case .carrierFailure, .carrierUnreachable, .trunkAuthentication, .mediaRefused, .noMedia: .providerError
            case .providerStalled, .interrupted, .internalError, .prefetchFailed: .internalError
            }
    }
}

extension Call {
    /// Nil until the call is over.
    var aitelierEndState: AitelierEndState? {
        guard lifecycle.status.isFinal, let reason = lifecycle.ending?.reason else { return nil }
        return AitelierEndState(CallFilter.End(reason, withMachine: reached == .machine))
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
