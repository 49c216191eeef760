package import Calls

extension EndReason {
    /// What a final refusal of our INVITE means.
    ///
    /// The status decides (RFC 3261 section 21), except where carriers put a plainer truth into the Q.850 cause: cause 17 is busy and
    /// causes 1, 2, 3, 22 and 28 are numbers that do not exist, under whatever status they travel.
    package init(sipStatus: Int, q850Cause: Int?) {
        switch q850Cause {
        case 17?: self = .busy
        case 1?, 2?, 3?, 22?, 28?: self = .notInService
        case 21? where sipStatus != 403: self = .declined
        default: self.init(sipStatus: sipStatus)
        }
    }

    private init(sipStatus: Int) {
        self =
            switch sipStatus {
            case 486, 600: .busy
            case 603, 607: .declined
            case 404, 410, 416, 484, 485, 604: .notInService
            case 403, 433, 438, 608: .callerIDRejected
            case 408, 480, 487: .noAnswer
            case 401, 407, 494: .trunkAuthentication
            case 415, 488, 606: .mediaRefused
            default: .carrierFailure
            }
    }
}
