import Calls

/// Telzino's words for where a call is. The page “Outbound Calls”, section “Call lifecycle”.
enum TelzinoStatus: String, Sendable, Hashable, Encodable, CaseIterable {
    case queued
    case dispatching
    /// The vendor's, and not ours: our calls go from `dispatching` to `dialing` in one step.
    case dispatched
    case dialing
    case inProgress = "in_progress"
    case completed
    case noAnswer = "no_answer"
    case busy
    case failed

    /// A machine that answers has answered; the vendor tells machines and people apart as little as it screens calls. A call is over for the client
    /// when summary and transcript are there.
    init(_ status: CallStatus) {
        self =
            switch status {
            case .scheduled, .queued: .queued
            case .dispatching: .dispatching
            case .dialing, .ringing: .dialing
            case .inProgress, .wrappingUp: .inProgress
            case .completed, .voicemail, .screened: .completed
            case .noAnswer: .noAnswer
            case .busy, .rejected: .busy
            case .canceled, .invalidNumber, .callerIDRejected, .carrierError, .blocked, .expired, .internalError:
                .failed
            }
    }

    /// Every status of ours that reads as this one.
    var statuses: Set<CallStatus> { Set(CallStatus.allCases.filter { Self($0) == self }) }
}

/// How a call ended, in Telzino's terms.
struct TelzinoEnding: Sendable {
    /// One of the four final ones.
    let status: TelzinoStatus
    /// Why the call could not be placed, for people. Nil unless it failed.
    let error: String?
    /// What the network refused the call with. Nil if it was answered, or was not ours to dial.
    let sipStatusCode: Int?

    /// `blockedBy` is the rule that kept the call from being dialed, if one did.
    init(_ reason: EndReason, transport: Transport, blockedBy rule: GateRule? = nil) {
        status = TelzinoStatus(reason.status)
        error = rule.map { Self.words(for: $0) } ?? Self.words(for: reason, transport)
        // The vendor says 480 for a telephone that nobody picks up; on our wire that is our own CANCEL.
        sipStatusCode = status == .noAnswer ? 480 : Self.refusal(in: transport, of: reason)
    }

    private static func refusal(in transport: Transport, of reason: EndReason) -> Int? {
        switch reason {
        // Our own doing, not the network's.
        case .canceled, .blocked, .expired, .interrupted, .internalError: nil
        default: transport.sipStatus.flatMap { $0 >= 300 ? $0 : nil }
        }
    }

    private static func words(for reason: EndReason, _ transport: Transport) -> String? {
        guard let words = words(for: reason) else { return nil }
        guard let code = refusal(in: transport, of: reason) else { return words }
        return "\(words) (SIP \(code)\(transport.sipPhrase.map { " \($0)" } ?? ""))"
    }

    private static func words(for rule: GateRule) -> String {
        switch rule {
        case .agent: "The agent places no calls any more"
        case .callerID: "The agent does not have the number any more that it was to call from"
        case .suppression: "The number is on a do-not-call list"
        case .destination: "Numbers of this country or kind are not called"
        case .consent: "The callee's consent is not on record"
        case .callingHours: "There was no time at which the callee may be called"
        case .frequency: "The callee was called too often of late"
        case .funds: "The balance does not cover the call"
        case .spend: "The spend cap leaves no room for the call"
        case .concurrency, .pace: "The call is not allowed"
        }
    }

    /// Nil for those that do not read as failed.
    private static func words(for reason: EndReason) -> String? {
        switch reason {
        case .notInService: "The number is not in service"
        case .fax: "A fax or a modem answered"
        case .callerIDRejected: "The carrier rejected the caller ID"
        case .carrierFailure: "The carrier could not complete the call"
        case .carrierUnreachable: "The carrier did not answer"
        case .trunkAuthentication: "The carrier did not accept our credentials"
        case .mediaRefused: "The carrier answered with audio that cannot be used"
        case .noMedia: "The line was up, but no audio came"
        case .canceled: "The call was canceled"
        case .blocked: "The call is not allowed"
        case .expired: "The call could not be placed in time"
        case .interrupted: "The server went down during the call"
        case .internalError: "The call failed by a fault of the server"
        case .prefetchFailed: "What the agent needs for the call could not be fetched"
        case .agentHungUp, .calleeHungUp, .transferred, .endedByRequest, .maxDuration, .silence, .providerStalled,
            .serverDrained, .voicemail, .screened, .noAnswer, .busy, .declined:
            nil
        }
    }
}
