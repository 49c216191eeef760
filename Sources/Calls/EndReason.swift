/// Why a call is over. As fine as the finest dialect needs it; every dialect coarsens.
package enum EndReason: String, Sendable, Hashable, Codable, CaseIterable {
    // A conversation took place.
    case agentHungUp = "agent_hung_up"
    case calleeHungUp = "callee_hung_up"
    /// The callee was handed over to somebody else, who answered.
    case transferred
    /// Somebody asked us to hang up a live call.
    case endedByRequest = "ended_by_request"
    case maxDuration = "max_duration"
    /// Nobody said anything for as long as the agent waits.
    case silence
    /// A recogniser, model or voice stopped answering, and the agent excused itself.
    case providerStalled = "provider_stalled"
    /// The server was told to stop and the time for live calls ran out.
    case serverDrained = "server_drained"

    // Answered, but not by a person.
    case voicemail
    case screened
    /// A fax or a modem.
    case fax

    // Not answered.
    case noAnswer = "no_answer"
    case busy
    case declined
    case notInService = "not_in_service"
    case callerIDRejected = "caller_id_rejected"

    // The network failed.
    case carrierFailure = "carrier_failure"
    case carrierUnreachable = "carrier_unreachable"
    case trunkAuthentication = "trunk_authentication"
    /// The trunk answered with media we cannot use: no session description, no common codec.
    case mediaRefused = "media_refused"
    /// The line was up, but no audio came.
    case noMedia = "no_media"

    // Never dialed.
    case canceled
    case blocked
    case expired
    /// What the agent has to know was not to be had in time.
    case prefetchFailed = "prefetch_failed"

    // Our fault.
    /// The process that held the call died after the INVITE may have left: never dialed again.
    case interrupted
    case internalError = "internal_error"

    /// Who has to act for it not to happen again.
    package enum FaultOwner: String, Sendable, Codable {
        case us
        case carrier
        case callee
        /// Whoever placed the call, or the rules they set.
        case callerPolicy = "caller_policy"
    }

    package var faultOwner: FaultOwner? {
        switch self {
        case .agentHungUp, .calleeHungUp, .transferred, .voicemail, .screened: nil
        case .silence, .fax, .noAnswer, .busy, .declined, .notInService: .callee
        case .endedByRequest, .maxDuration, .canceled, .blocked, .expired, .callerIDRejected, .prefetchFailed:
            .callerPolicy
        case .carrierFailure, .carrierUnreachable, .trunkAuthentication, .mediaRefused, .noMedia: .carrier
        case .providerStalled, .serverDrained, .interrupted, .internalError: .us
        }
    }

    /// Whether the same call, placed again later, could end better. Advice for whoever placed it: nothing here redials by itself.
    package var isRetryable: Bool {
        switch self {
        case .noAnswer, .busy, .voicemail, .carrierFailure, .carrierUnreachable, .noMedia, .silence, .providerStalled,
            .serverDrained, .internalError, .interrupted, .prefetchFailed:
            true
        case .agentHungUp, .calleeHungUp, .transferred, .endedByRequest, .maxDuration, .screened, .fax, .declined,
            .notInService,
            .callerIDRejected, .trunkAuthentication, .mediaRefused, .canceled, .blocked, .expired:
            false
        }
    }

    /// Whether a call that was answered and ended so costs anything: a conversation does. What a machine or a screener answered does not,
    /// nor what failed in the network or through a fault of ours.
    package var isBilled: Bool { status == .completed && faultOwner != .us }

    /// The reason as it is told where a machine counts for nobody: what ran to its end with one was no conversation but a voicemail, also if the
    /// machine hung up first.
    package func told(of answerer: Reached?) -> EndReason {
        status == .completed && self != .providerStalled && answerer == .machine ? .voicemail : self
    }

    /// The final status that this reason leads to.
    package var status: CallStatus {
        switch self {
        case .agentHungUp, .calleeHungUp, .transferred, .endedByRequest, .maxDuration, .silence, .providerStalled,
            .serverDrained:
            .completed
        case .voicemail: .voicemail
        case .screened: .screened
        case .noAnswer: .noAnswer
        case .busy: .busy
        case .declined: .rejected
        case .notInService, .fax: .invalidNumber
        case .callerIDRejected: .callerIDRejected
        case .carrierFailure, .carrierUnreachable, .trunkAuthentication, .mediaRefused, .noMedia: .carrierError
        case .canceled: .canceled
        case .blocked: .blocked
        case .expired: .expired
        case .interrupted, .internalError, .prefetchFailed: .internalError
        }
    }
}
