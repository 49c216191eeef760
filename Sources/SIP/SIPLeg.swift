import Media
package import Telephony

/// A call on a SIP stack, as its user holds it. The call lives in the stack; the trace lives as long as this.
package final class SIPLeg: OutgoingLeg {
    package let events: AsyncStream<LegEvent>
    package let audio: any LegAudio
    private let id: UInt64
    private let stack: SIPStack
    private let trace: SIPTrace

    init(id: UInt64, stack: SIPStack, audio: any LegAudio, events: AsyncStream<LegEvent>, trace: SIPTrace) {
        self.id = id
        self.stack = stack
        self.audio = audio
        self.events = events
        self.trace = trace
    }

    package func acknowledge() async {
        await stack.acknowledge(id)
    }

    package func transfer(to target: String) async {
        await stack.transfer(id, to: target)
    }

    package func hangUp() async {
        await stack.hangUp(id)
    }

    package func sendDigits(_ digits: String) async {
        await stack.sendDigits(digits, of: id)
    }

    /// The first message is the INVITE; `at` is the moment it was handed to the network.
    package func sipMessages() async -> [SIPMessage] {
        trace.messages
    }
}

extension SIPStack {
    func acknowledge(_ id: UInt64) {
        (sessions[id] as? OutgoingCall)?.acknowledge()
    }

    func transfer(_ id: UInt64, to target: String) {
        (sessions[id] as? OutgoingCall)?.transfer(to: target)
    }

    func hangUp(_ id: UInt64) {
        sessions[id]?.hangUp(.requested)
    }

    func sendDigits(_ digits: String, of id: UInt64) {
        sessions[id]?.media.stream.sendDigits(digits)
    }
}
