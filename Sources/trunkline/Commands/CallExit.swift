import ArgumentParser

/// The exit status of `trunkline call --follow`, by how the call ended.
enum CallExit: Int32 {
    /// The conversation took place.
    case completed = 0
    /// Nobody, or nobody but a machine: no answer, busy, declined, voicemail, screened, not in service.
    case notReached = 2
    /// The network: carrier failure, caller ID rejected.
    case network = 3
    /// Never dialed: canceled, blocked, expired.
    case notPlaced = 4
    /// Our fault.
    case internalError = 5

    init(status: String) {
        self =
            switch status {
            case "completed": .completed
            case "no_answer", "busy", "rejected", "voicemail", "screened", "invalid_number": .notReached
            case "carrier_error", "caller_id_rejected": .network
            case "canceled", "blocked", "expired": .notPlaced
            default: .internalError
            }
    }

    var code: ExitCode { ExitCode(rawValue) }
}
