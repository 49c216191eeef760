import CSofiaSIP
import Calls
import Media
import Telephony

/// One INVITE that came in, and what is decided about it.
final class IncomingCall: SIPSession {
    private enum Phase {
        case offered
        /// 183 with our description is out; audio runs.
        case early
        case answered
        case hangingUp(LegEnding)
        case over
    }

    let id: UInt64
    let media: CallMedia
    let ending = Ending()

    private let sofia: Sofia
    private let handle: SofiaHandle
    private let events: AsyncStream<LegEvent>.Continuation
    private let contact: String
    /// Our answer to the INVITE's offer. Nil: it had none, and the 200 carries our offer.
    private let answer: CallMedia.Answer?
    private var phase = Phase.offered
    private var timers: CallTimers
    private var transport = Transport()
    private var isEndedByFarEnd = false

    init(
        id: UInt64,
        sofia: Sofia,
        handle: SofiaHandle,
        media: CallMedia,
        answer: CallMedia.Answer?,
        events: AsyncStream<LegEvent>.Continuation,
        contact: String
    ) {
        self.id = id
        self.sofia = sofia
        self.handle = handle
        self.media = media
        self.answer = answer
        self.events = events
        self.contact = contact
        timers = CallTimers(sofia)
        handle.bind(id)
    }

    func ring() {
        guard case .offered = phase else { return }
        respond(180, "Ringing")
    }

    func startEarlyMedia() {
        guard case .offered = phase, let answer, (try? media.connect(answer)) != nil else { return }
        phase = .early
        respond(183, "Session Progress", sdp: answer.text)
        media.stream.startClock()
    }

    func accept() {
        switch phase {
        case .offered, .early: break
        case .answered, .hangingUp, .over: return
        }
        if let answer {
            guard (try? media.connect(answer)) != nil else {
                refuse(status: 488, phrase: "Not Acceptable Here", q850: nil)
                return
            }
            phase = .answered
            respond(200, "OK", sdp: answer.text)
            media.stream.startClock()
            events.yield(.answered)
        } else {
            phase = .answered
            respond(200, "OK", sdp: media.offer())
        }
    }

    func refuse(status: Int, phrase: String, q850: Int?, retryAfter: Int? = nil) {
        switch phase {
        case .offered, .early: break
        case .answered, .hangingUp, .over: return
        }
        let headers = [q850.map { "Reason: Q.850;cause=\($0)" }, retryAfter.map { "Retry-After: \($0)" }].compactMap(
            \.self
        )
        respond(status, phrase, header: headers.isEmpty ? nil : headers.joined(separator: "\r\n"))
        transport.q850Cause = q850
        transport.hungUpBy = .callee
        let ending = LegEnding(reason: EndReason(sipStatus: status, q850Cause: q850), transport: transport)
        phase = .hangingUp(ending)
        // The library reports the end when the caller has acknowledged; it does not have to be waited for.
        timers.start(.confirmation, after: .seconds(1)) { [weak self] in self?.finish(ending) }
    }

    func hangUp(_ cause: HangUpCause) {
        switch phase {
        case .offered, .early:
            refuse(status: 480, phrase: "Temporarily Unavailable", q850: nil)
        case .answered:
            transport.hungUpBy = cause.party
            let ending = LegEnding(reason: cause.reason, transport: transport)
            phase = .hangingUp(ending)
            handle.bye(reason: cause.header)
            timers.start(.confirmation, after: .seconds(4)) { [weak self] in self?.finish(ending) }
        case .hangingUp, .over:
            break
        }
    }

    func passed(_ message: SIPText, sent: Bool) {}

    func handle(_ event: SofiaEvent) {
        switch event.kind {
        case CSIP_REMOTE_BYE, CSIP_REMOTE_CANCEL:
            isEndedByFarEnd = true
            transport.q850Cause = event.q850Cause
        case CSIP_REMOTE_ACK: acknowledged(event)
        case CSIP_REMOTE_INVITE, CSIP_REMOTE_UPDATE: renegotiate(event)
        case CSIP_REMOTE_INFO: sofia.respond(to: event, status: 200, phrase: "OK")
        case CSIP_BYE_RESPONSE where event.status >= 200: gone()
        case CSIP_TERMINATED: gone()
        case CSIP_SESSION_STATE where event.isTerminated: gone()
        default: break
        }
    }

    func handle(_ event: MediaEvent) {
        switch (event, phase) {
        case (.digit(let digit), .answered), (.digit(let digit), .early): events.yield(.digit(digit))
        case (.noMedia, .answered): hangUp(.noMedia)
        default: break
        }
    }
}

extension IncomingCall {
    private func respond(_ status: Int, _ phrase: String, sdp: String? = nil, header: String? = nil) {
        transport.sipStatus = status
        transport.sipPhrase = phrase
        handle.respond(status, phrase, sdp: sdp, contact: status < 300 ? contact : nil, header: header)
    }

    /// Carries the caller's answer if the offer was ours.
    private func acknowledged(_ event: SofiaEvent) {
        guard case .answered = phase, answer == nil, let theirs = event.sdp else { return }
        guard (try? media.take(answer: theirs, isEarly: false)) != nil else { return hangUp(.noMedia) }
        media.stream.startClock()
        events.yield(.answered)
    }

    private func renegotiate(_ event: SofiaEvent) {
        guard case .answered = phase, let offer = event.sdp else {
            let sdp = event.kind == CSIP_REMOTE_INVITE ? media.offer() : nil
            sofia.respond(to: event, status: 200, phrase: "OK", sdp: sdp)
            return
        }
        do {
            let answer = try media.answer(to: offer)
            try media.connect(answer)
            sofia.respond(to: event, status: 200, phrase: "OK", sdp: answer.text)
        } catch {
            sofia.respond(to: event, status: 488, phrase: "Not Acceptable Here")
        }
    }

    private func gone() {
        switch phase {
        case .offered, .early: finish(.canceled)
        case .answered: finish(isEndedByFarEnd ? .calleeHungUp : .carrierFailure)
        case .hangingUp(let ending): finish(ending)
        case .over: break
        }
    }

    private func finish(_ reason: EndReason) {
        transport.hungUpBy = isEndedByFarEnd ? .callee : .carrier
        finish(LegEnding(reason: reason, transport: transport))
    }

    private func finish(_ ending: LegEnding) {
        if case .over = phase { return }
        phase = .over
        timers.cancelAll()
        handle.destroy()
        self.ending.come(ending)
    }
}
