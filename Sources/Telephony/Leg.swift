package import Calls

/// The dialed party on the wire: one SIP dialog and its audio.
package protocol Leg: Sendable {
    /// Everything that happens to it, in order; finishes after `.ended`, which comes exactly once. For one consumer.
    var events: AsyncStream<LegEvent> { get }
    var audio: any LegAudio { get }

    /// CANCEL before the answer, BYE after. Harmless when the leg is already over. `.ended` follows.
    func hangUp() async

    /// RFC 4733 events, 100 ms each with 50 ms between. Digits are `0`–`9`, `*`, `#`, `A`–`D`; anything else is skipped.
    func sendDigits(_ digits: String) async

    /// Every SIP message of the dialog so far, secrets masked.
    func sipMessages() async -> [SIPMessage]
}

/// A call we make.
package protocol OutgoingLeg: Leg {
    /// Sends the ACK, once the dialog of the answer is written down: until then the far end repeats its answer, from which another process
    /// learns how to hang up (RFC 3261 section 13.3.1.4). Harmless when there is nothing to acknowledge.
    func acknowledge() async

    /// Asks the far end to connect the callee with `target`, a number or a SIP URI, in place of us (REFER, RFC 3515). `.transferred` tells, once,
    /// what became of it; whether the line is then taken down is for us, or the far end, to say. One at a time.
    func transfer(to target: String) async
}

package enum LegEvent: Sendable, Hashable {
    /// The dialog goes by another name than `Telephone.dialog(for:)` said: after a challenge, with the answer, with a moved Contact.
    case dialog(Dialog)
    /// 180, 181, 182 or 183. `earlyMedia` is true once the far end sends audio before the answer; nothing is spoken to it.
    case ringing(earlyMedia: Bool)
    /// 200 OK with usable media; the audio runs from this moment. An outgoing leg is still to be acknowledged.
    case answered
    /// A key the callee pressed.
    case digit(Character)
    /// What became of `OutgoingLeg.transfer`.
    case transferred(TransferOutcome)
    case ended(LegEnding)
}

/// How a leg ended, and what the network said about it.
package struct LegEnding: Sendable, Hashable {
    package var reason: EndReason
    package var transport: Transport

    package init(reason: EndReason, transport: Transport) {
        self.reason = reason
        self.transport = transport
    }
}

/// One SIP message as it was on the wire, for `trunkline trace`.
package struct SIPMessage: Sendable, Hashable, Codable {
    /// Microseconds since 1970.
    package var at: Int64
    package var sent: Bool
    /// `udp/192.0.2.1:5060`
    package var peer: String
    /// The whole message, credentials replaced by `•••`.
    package var text: String

    package init(at: Int64, sent: Bool, peer: String, text: String) {
        self.at = at
        self.sent = sent
        self.peer = peer
        self.text = text
    }
}
