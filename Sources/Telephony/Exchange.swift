/// The other end of the telephone network: takes calls. The phone lab stands on it.
package protocol Exchange: Sendable {
    /// Every INVITE that opens a new dialog, in order of arrival. For one consumer.
    var incoming: AsyncStream<any IncomingLeg> { get }
}

/// A call that came in. The exchange has answered 100 Trying; everything after that is decided here.
package protocol IncomingLeg: Leg {
    /// The user part of the request URI: the dialed number.
    var dialed: String { get }
    /// The user part of the caller's identity: P-Asserted-Identity if given (RFC 3325), else From.
    var caller: String { get }
    var sipCallID: String { get }

    /// 180 Ringing.
    func ring() async
    /// 183 Session Progress with a session description: audio runs before the answer.
    func startEarlyMedia() async
    /// 200 OK. The clock of `audio` starts, or goes on if there was early media.
    func answer() async
    /// A final refusal; `q850` becomes a `Reason` header (RFC 3326), `retryAfter` a `Retry-After` header, in seconds.
    func refuse(status: Int, phrase: String, q850: Int?, retryAfter: Int?) async
    /// Loses this share of our outgoing audio packets, 0…100: a bad line. 0 ends it.
    func impair(lossPercent: Double)
}

extension IncomingLeg {
    package func refuse(status: Int, phrase: String, q850: Int?) async {
        await refuse(status: status, phrase: phrase, q850: q850, retryAfter: nil)
    }
}
