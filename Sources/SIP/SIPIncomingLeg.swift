import Media
package import Telephony

/// A call that came in to a `SIPExchange`.
package final class SIPIncomingLeg: IncomingLeg {
    package let dialed: String
    package let caller: String
    package let sipCallID: String
    private let leg: SIPLeg
    private let id: UInt64
    private let stack: SIPStack
    private let stream: MediaStream

    init(
        leg: SIPLeg,
        id: UInt64,
        stack: SIPStack,
        stream: MediaStream,
        dialed: String,
        caller: String,
        sipCallID: String
    ) {
        self.leg = leg
        self.id = id
        self.stack = stack
        self.stream = stream
        self.dialed = dialed
        self.caller = caller
        self.sipCallID = sipCallID
    }

    package var events: AsyncStream<LegEvent> { leg.events }
    package var audio: any LegAudio { leg.audio }

    package func ring() async { await stack.ring(id) }
    package func startEarlyMedia() async { await stack.startEarlyMedia(id) }
    package func answer() async { await stack.accept(id) }

    package func refuse(status: Int, phrase: String, q850: Int?, retryAfter: Int?) async {
        await stack.refuse(id, status: status, phrase: phrase, q850: q850, retryAfter: retryAfter)
    }

    package func hangUp() async { await leg.hangUp() }
    package func sendDigits(_ digits: String) async { await leg.sendDigits(digits) }
    package func sipMessages() async -> [SIPMessage] { await leg.sipMessages() }

    package func impair(lossPercent: Double) {
        stream.impair(lossPercent: lossPercent, seed: id)
    }
}

extension SIPStack {
    private func incoming(_ id: UInt64) -> IncomingCall? { sessions[id] as? IncomingCall }

    func ring(_ id: UInt64) { incoming(id)?.ring() }
    func startEarlyMedia(_ id: UInt64) { incoming(id)?.startEarlyMedia() }
    func accept(_ id: UInt64) { incoming(id)?.accept() }

    func refuse(_ id: UInt64, status: Int, phrase: String, q850: Int?, retryAfter: Int?) {
        incoming(id)?.refuse(status: status, phrase: phrase, q850: q850, retryAfter: retryAfter)
    }
}
