package import Logging
package import Media
package import Telephony

/// Takes calls: a SIP user agent server on a port and a thread of its own.
///
/// `run()` has to be running for the audio of calls to be attended: without it no digit and no end is ever reported.
package final class SIPExchange: Exchange {
    /// Makes callers prove that they know a password (RFC 3261 section 22).
    package struct Credentials: Sendable {
        package var username: String
        package var password: TrunkSecret

        package init(username: String, password: TrunkSecret) {
            self.username = username
            self.password = password
        }
    }

    package let incoming: AsyncStream<any IncomingLeg>
    /// Where it listens, for UDP and TCP.
    package var port: Int { stack.port }
    private let stack: SIPStack

    /// Binds `port`, or any free one for 0, and starts the thread. With `credentials`, an INVITE without a right digest is answered
    /// 407 and not delivered.
    package init(
        address: String = "127.0.0.1",
        port: Int = 0,
        credentials: Credentials? = nil,
        userAgent: String = "Trunkline exchange",
        media: MediaEngine,
        logger: Logger
    ) async throws(SIPError) {
        let (incoming, continuation) = AsyncStream<any IncomingLeg>.makeStream()
        self.incoming = incoming
        stack = try SIPStack(
            address: address,
            port: port,
            reception: Reception(media: media, legs: continuation, gate: credentials.map(DigestGate.init)),
            logger: logger
        )
        try await stack.start(userAgent: userAgent)
    }

    /// Attends calls until `stop`. Canceling the task stops the exchange.
    package func run() async { await stack.run() }

    /// Hangs up what is left, waits up to about 5 s for the far ends to confirm, and ends the thread. `incoming` finishes.
    package func stop() async {
        await stack.stop()
        await stack.closeReception()
    }
}

/// Takes new dialogs in.
struct Reception: Sendable {
    let media: MediaEngine
    let legs: AsyncStream<any IncomingLeg>.Continuation
    let gate: DigestGate?
}

extension SIPStack {
    func closeReception() {
        reception?.legs.finish()
        reception = nil
    }

    /// A new dialog. The library has sent 100 Trying.
    func receive(_ event: SofiaEvent, _ handle: SofiaHandle) {
        guard let reception, let sofia = openSofia, let callID = event.callID else {
            refuse(handle, 403, "Forbidden")
            return
        }
        if let challenge = reception.gate?.challenge(to: event) {
            refuse(handle, 407, "Proxy Authentication Required", header: challenge)
            return
        }
        guard let stream = try? reception.media.open() else {
            refuse(handle, 503, "Service Unavailable")
            return
        }
        let media = CallMedia(
            stream: stream,
            advertisedAddress: advertisedAddress,
            sessionID: .random(in: 1...UInt64(Int64.max)),
            codecs: TrunkCodec.allCases
        )
        let (events, continuation) = AsyncStream<LegEvent>.makeStream()
        let id = sofia.newID()
        let answer = event.sdp.map { offer in Swift.Result { try media.answer(to: offer) } }
        let call = IncomingCall(
            id: id,
            sofia: sofia,
            handle: handle,
            media: media,
            answer: try? answer?.get(),
            events: continuation,
            contact: contact(isTCP: event.isTCP)
        )
        let trace = traces.open(callID, session: id)
        attend(AttendedCall(id: id, callID: callID, media: stream, events: continuation), session: call)
        if case .failure? = answer {
            call.refuse(status: 488, phrase: "Not Acceptable Here", q850: nil)
            return
        }
        let leg = SIPLeg(id: id, stack: self, audio: stream, events: events, trace: trace)
        reception.legs.yield(
            SIPIncomingLeg(
                leg: leg,
                id: id,
                stack: self,
                stream: stream,
                dialed: event.requestUser ?? "",
                caller: event.identityUser ?? event.fromUser ?? "",
                sipCallID: callID
            )
        )
    }

    private func refuse(_ handle: SofiaHandle, _ status: Int, _ phrase: String, header: String? = nil) {
        handle.respond(status, phrase, header: header)
        handle.destroy()
    }
}
