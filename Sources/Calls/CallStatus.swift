/// Where a call is, in one word: what the API shows and the column `status` holds. Derived from `CallLifecycle.State`.
package enum CallStatus: String, Sendable, Hashable, Codable, CaseIterable {
    case scheduled
    case queued
    case dispatching
    case dialing
    case ringing
    case inProgress = "in_progress"
    case wrappingUp = "wrapping_up"

    case completed
    case canceled
    case noAnswer = "no_answer"
    case busy
    case rejected
    case voicemail
    case screened
    case invalidNumber = "invalid_number"
    case callerIDRejected = "caller_id_rejected"
    case carrierError = "carrier_error"
    case blocked
    case expired
    case internalError = "internal_error"

    /// Whether nothing can follow.
    package var isFinal: Bool {
        switch self {
        case .scheduled, .queued, .dispatching, .dialing, .ringing, .inProgress, .wrappingUp: false
        case .completed, .canceled, .noAnswer, .busy, .rejected, .voicemail, .screened, .invalidNumber,
            .callerIDRejected, .carrierError, .blocked, .expired, .internalError:
            true
        }
    }

    /// Whether the call occupies a channel: some node holds it under a lease.
    package var isHeld: Bool {
        switch self {
        case .dispatching, .dialing, .ringing, .inProgress, .wrappingUp: true
        default: false
        }
    }
}
