import Calls

/// The words that the guide has for where a call is. The API reference has others, which the `status` filter understands.
enum TruedyStatus: String, Encodable, CaseIterable {
    case queued
    case ringing
    case inProgress = "in-progress"
    case ended
    case failed
    case cancelled

    init(_ status: CallStatus) {
        self =
            switch status {
            case .scheduled, .queued, .dispatching, .dialing: .queued
            case .ringing: .ringing
            case .inProgress, .wrappingUp: .inProgress
            case .completed, .voicemail, .screened: .ended
            case .canceled: .cancelled
            case .noAnswer, .busy, .rejected, .invalidNumber, .callerIDRejected, .carrierError, .blocked, .expired,
                .internalError:
                .failed
            }
    }

    /// Everything that is shown under this word.
    var statuses: Set<CallStatus> { Set(CallStatus.allCases.filter { TruedyStatus($0) == self }) }

    /// Reads the word of the guide or that of the reference.
    init?(filter text: String) {
        switch text {
        case "completed": self = .ended
        case "in_progress": self = .inProgress
        case "canceled": self = .cancelled
        default: self.init(rawValue: text)
        }
    }
}
