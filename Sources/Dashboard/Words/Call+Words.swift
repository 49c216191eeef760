import Calls

extension CallStatus {
    var words: String { rawValue.replacing("_", with: " ") }

    var tone: HTML.Tone {
        switch self {
        case .scheduled, .queued: .wait
        case .dispatching, .dialing, .ringing, .inProgress, .wrappingUp: .live
        case .completed: .good
        case .canceled, .noAnswer, .busy, .voicemail, .screened, .expired: .plain
        case .rejected, .invalidNumber, .callerIDRejected, .carrierError, .blocked, .internalError: .bad
        }
    }

    var badge: HTML { .badge(words, tone) }
}

/// The statuses that people ask for together.
enum StatusGroup: String, CaseIterable {
    case waiting
    case live
    case completed
    case notReached = "not_reached"
    case failed

    var words: String {
        switch self {
        case .waiting: "Waiting"
        case .live: "On the line"
        case .completed: "Completed"
        case .notReached: "Not reached"
        case .failed: "Failed or refused"
        }
    }

    var statuses: Set<CallStatus> {
        switch self {
        case .waiting: [.scheduled, .queued]
        case .live: [.dispatching, .dialing, .ringing, .inProgress, .wrappingUp]
        case .completed: [.completed]
        case .notReached: [.noAnswer, .busy, .voicemail, .screened, .rejected]
        case .failed:
            [.canceled, .expired, .blocked, .invalidNumber, .callerIDRejected, .carrierError, .internalError]
        }
    }
}

extension EndReason {
    var words: String {
        switch self {
        case .agentHungUp: "the agent ended it"
        case .calleeHungUp: "the callee hung up"
        case .transferred: "handed over"
        case .prefetchFailed: "the request before the call failed"
        case .endedByRequest: "ended by request"
        case .maxDuration: "ran out of time"
        case .silence: "nobody said anything"
        case .providerStalled: "speech or model stalled"
        case .serverDrained: "the server stopped"
        case .voicemail: "voicemail"
        case .screened: "a screener or menu"
        case .fax: "a fax or modem"
        case .noAnswer: "no answer"
        case .busy: "busy"
        case .declined: "declined"
        case .notInService: "not in service"
        case .callerIDRejected: "caller ID rejected"
        case .carrierFailure: "the carrier failed"
        case .carrierUnreachable: "carrier unreachable"
        case .trunkAuthentication: "the trunk refused our login"
        case .mediaRefused: "no common audio"
        case .noMedia: "no audio came"
        case .canceled: "canceled"
        case .blocked: "blocked by a rule"
        case .expired: "expired"
        case .interrupted: "interrupted"
        case .internalError: "a fault of ours"
        }
    }
}

extension Reached {
    var words: String {
        switch self {
        case .nobody: "nobody"
        case .machine: "voicemail or machine"
        case .screener: "call screener"
        case .ivr: "phone menu"
        case .person: "a person"
        case .unknown: "cannot tell"
        }
    }
}

extension Goal {
    var words: String { rawValue.replacing("_", with: " ") }

    var tone: HTML.Tone {
        switch self {
        case .met: .good
        case .notMet: .bad
        case .undecided: .plain
        }
    }
}

extension Money {
    /// With the cents alone where nothing is behind them: `0.014` and `1.50`.
    var shown: String {
        var text = description
        while text.hasSuffix("0"), let dot = text.firstIndex(of: "."), text.distance(from: dot, to: text.endIndex) > 3 {
            text.removeLast()
        }
        return text
    }
}

extension Call {
    /// Nil once it is erased.
    var number: HTML { erasedAt == nil ? "\(request.destination)" : "<span class=\"quiet\">erased</span>" }
}
