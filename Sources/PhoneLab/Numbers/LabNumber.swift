/// A number of the simulated network and what happens when it is dialed.
package struct LabNumber: Sendable {
    package let digits: Digits
    /// What it does, in a few words. The ledger and the number table show it.
    package let title: String
    package let pickup: Pickup
    /// Audio packets of the lab's that get lost on the way to the caller, in percent.
    package let lossPercent: Double
    package let ambience: Ambience
    private let party: @Sendable (SplitMix64) -> Party

    package init(
        _ digits: Digits,
        _ title: String,
        _ pickup: Pickup,
        lossPercent: Double = 0,
        ambience: Ambience = .none,
        callee: @escaping @Sendable (SplitMix64) -> any Callee = { _ in SilentCallee() }
    ) {
        self.digits = digits
        self.title = title
        self.pickup = pickup
        self.lossPercent = lossPercent
        self.ambience = ambience
        party = { .callee(callee($0)) }
    }

    /// A number that is answered by somebody with a mind of their own: `talker` makes them anew for each call.
    package init(
        _ digits: Digits,
        _ title: String,
        ringing: ClosedRange<Int>? = nil,
        talker: @escaping @Sendable () -> any Talker
    ) {
        self.digits = digits
        self.title = title
        pickup = .answers(ringing: ringing)
        lossPercent = 0
        ambience = .none
        party = { _ in .talker(talker()) }
    }

    /// Who answers this time. `random` is the line's own.
    func makeParty(random: SplitMix64) -> Party {
        party(random)
    }

    /// Who is at the other end.
    enum Party: Sendable {
        case callee(any Callee)
        case talker(any Talker)
    }
}

extension LabNumber {
    /// What the network and the telephone do before anybody speaks. Times in ms.
    package enum Pickup: Sendable, Hashable {
        /// Rings for so long and answers. Nil: the lab's usual time.
        case answers(ringing: ClosedRange<Int>?)
        /// Sends its ringback tone as early media for so long (183, RFC 3960), then answers.
        case answersAfterRingback(Int)
        /// Refuses, at once or after it rang for so long.
        case refuses(SIPRefusal, ringing: Int?)
        /// Plays the three special information tones (ITU-T E.180) and an announcement as early media, then refuses.
        case announces(String, SIPRefusal)
        /// 180 and nothing more.
        case ringsOut
        /// Not even a 180.
        case neverRings

        package static let answers = Pickup.answers(ringing: nil)
    }
}

/// A final answer of the network to an INVITE.
package struct SIPRefusal: Sendable, Hashable {
    /// 400 to 699.
    package var status: Int
    package var phrase: String
    /// The ITU-T Q.850 cause that a gateway sends along, by RFC 3398 section 7.2.6.1 where that names one.
    package var q850: Int?
    /// Seconds, for the `Retry-After` header (RFC 3261 section 20.33).
    package var retryAfter: Int?

    package init(status: Int, phrase: String, q850: Int? = nil, retryAfter: Int? = nil) {
        self.status = status
        self.phrase = phrase
        self.q850 = q850
        self.retryAfter = retryAfter
    }

    /// The refusal with this status, worded as RFC 3261 section 21 words it. Nil outside 400 to 699.
    package init?(status: Int) {
        guard (400...699).contains(status) else { return nil }
        let known = Self.known[status]
        self.init(status: status, phrase: known?.phrase ?? "Refused by the lab", q850: known?.q850)
    }

    private static let known: [Int: (phrase: String, q850: Int?)] = [
        400: ("Bad Request", 41), 401: ("Unauthorized", nil), 402: ("Payment Required", 21), 403: ("Forbidden", 21),
        404: ("Not Found", 1), 405: ("Method Not Allowed", 63), 406: ("Not Acceptable", 79),
        407: ("Proxy Authentication Required", nil), 408: ("Request Timeout", 102), 410: ("Gone", 22),
        413: ("Request Entity Too Large", 127), 415: ("Unsupported Media Type", 79), 420: ("Bad Extension", 127),
        433: ("Anonymity Disallowed", nil), 438: ("Invalid Identity Header", nil), 480: ("Temporarily Unavailable", 18),
        482: ("Loop Detected", 25), 483: ("Too Many Hops", 25), 484: ("Address Incomplete", 28), 485: ("Ambiguous", 1),
        486: ("Busy Here", 17), 487: ("Request Terminated", nil), 488: ("Not Acceptable Here", 79),
        500: ("Server Internal Error", 41), 501: ("Not Implemented", 79), 502: ("Bad Gateway", 38),
        503: ("Service Unavailable", 41), 504: ("Server Time-out", 102), 600: ("Busy Everywhere", 17),
        603: ("Decline", 21), 604: ("Does Not Exist Anywhere", 1), 606: ("Not Acceptable", 88), 607: ("Unwanted", 21),
        608: ("Rejected", nil),
    ]
}
