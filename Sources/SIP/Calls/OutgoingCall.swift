import CSofiaSIP
import Calls
import Media
import Telephony

/// One INVITE of ours and what becomes of it.
///
/// ```
/// calling ─► ringing ─► answered ─► hangingUp ─► over
///    └─────────┴─► canceling ─┴──────────┘
/// ```
/// Ring timeout, maximum duration and the wait for confirmations run on the stack's thread: nothing that happens in a
/// conversation can keep a line open.
final class OutgoingCall: SIPSession {
    struct Limits {
        var ring: Duration
        var total: Duration
        /// No response at all, not even 100: the library would look for another server after 32 s, and that would be a second INVITE.
        var setup = Duration.seconds(30)
        /// For a BYE or CANCEL to be confirmed.
        var confirmation = Duration.seconds(4)
        /// For everything that hands the callee over, ringing included.
        var transfer: Duration
    }

    enum Phase {
        case calling
        case ringing
        /// Nil: it rang for too long.
        case canceling(HangUpCause?)
        case answered
        /// A BYE of ours is on its way.
        case hangingUp(LegEnding)
        case over
    }

    let id: UInt64
    let media: CallMedia
    let ending = Ending()

    private let sofia: Sofia
    let events: AsyncStream<LegEvent>.Continuation
    let credentials: (user: String, password: String)?
    let limits: Limits
    private(set) var handle: SofiaHandle?
    private(set) var phase = Phase.calling
    private(set) var record: DialogRecord
    var timers: CallTimers
    var challenges = 0
    /// Nil unless the callee is being handed over.
    var transferPhase: TransferPhase?
    /// From a provisional response, for a 200 that brings none.
    private var earlyAnswer: String?
    private var hasEarlyMedia = false
    /// Whether the ACK of the answer left.
    private var isAcknowledged = false
    private var farBye: (cause: Int?, Void)?

    init(
        id: UInt64,
        sofia: Sofia,
        media: CallMedia,
        events: AsyncStream<LegEvent>.Continuation,
        trunk: Trunk,
        dialog: Dialog,
        limits: Limits
    ) {
        self.id = id
        self.sofia = sofia
        self.media = media
        self.events = events
        self.limits = limits
        credentials = trunk.username.flatMap { user in trunk.password.map { (user, $0.value) } }
        record = DialogRecord(dialog)
        timers = CallTimers(sofia)
    }

    /// Sends the INVITE.
    func start(_ invite: Sofia.Invite) {
        handle = sofia.invite(id: id, invite).map(SofiaHandle.init)
        if handle == nil {
            finish(.internalError, by: .server)
            return
        }
        timers.start(.ring, after: limits.ring) { [weak self] in self?.cancel(nil) }
        timers.start(.setup, after: limits.setup) { [weak self] in self?.giveUpIfSilent() }
    }

    func passed(_ message: SIPText, sent: Bool) {
        let before = record.dialog
        record.passed(message, sent: sent)
        let dialog = record.dialog
        guard dialog != before else { return }
        switch phase {
        // The answer reports it together with everything else.
        case .calling, .ringing, .canceling: if dialog.remoteTag == nil { events.yield(.dialog(dialog)) }
        case .answered: events.yield(.dialog(dialog))
        case .hangingUp, .over: break
        }
    }

    func handle(_ event: SofiaEvent) {
        switch event.kind {
        case CSIP_INVITE_RESPONSE: responded(event)
        case CSIP_BYE_RESPONSE: byeResponded(event)
        case CSIP_REFER_RESPONSE: referResponded(event)
        case CSIP_REMOTE_NOTIFY: notified(event)
        case CSIP_REMOTE_BYE: farBye = (event.q850Cause, ())
        case CSIP_REMOTE_INVITE, CSIP_REMOTE_UPDATE: renegotiate(event)
        case CSIP_REMOTE_ACK: if let answer = event.sdp { try? media.take(answer: answer, isEarly: false) }
        case CSIP_REMOTE_INFO: sofia.respond(to: event, status: 200, phrase: "OK")
        case CSIP_TERMINATED: gone(event)
        case CSIP_SESSION_STATE where event.isTerminated: gone(event)
        default: break
        }
    }

    func handle(_ event: MediaEvent) {
        switch (event, phase) {
        case (.firstPacket, .calling), (.firstPacket, .ringing):
            hasEarlyMedia = true
            phase = .ringing
            events.yield(.ringing(earlyMedia: true))
        case (.digit(let digit), .answered):
            events.yield(.digit(digit))
        case (.noMedia, .answered):
            hangUp(.noMedia)
        default:
            break
        }
    }

    func acknowledge() {
        guard case .answered = phase, !isAcknowledged else { return }
        isAcknowledged = true
        handle?.acknowledge()
    }

    func hangUp(_ cause: HangUpCause) {
        switch phase {
        case .calling, .ringing:
            cancel(cause)
        case .answered:
            bye(LegEnding(reason: cause.reason, transport: transport(by: cause.party)), header: cause.header)
        case .canceling, .hangingUp, .over:
            break
        }
    }
}

// Before the answer.
extension OutgoingCall {
    private func responded(_ event: SofiaEvent) {
        switch event.status {
        case 101..<200: progressed(event)
        case 200..<300: accepted(event)
        case 401, 407: challenged(event)
        // A refusal. The session ends with an event of its own.
        default: break
        }
    }

    private func progressed(_ event: SofiaEvent) {
        guard isWaiting else { return }
        if let answer = event.sdp, (try? media.take(answer: answer, isEarly: true)) != nil { earlyAnswer = answer }
        if case .calling = phase {
            phase = .ringing
            events.yield(.ringing(earlyMedia: hasEarlyMedia))
        }
    }

    private func accepted(_ event: SofiaEvent) {
        switch phase {
        case .calling, .ringing:
            answered(event.sdp)
        case .canceling(let cause):
            // The 200 crossed our CANCEL.
            handle?.acknowledge()
            bye(canceledEnding(cause), header: HangUpCause.requested.header)
        case .answered:
            // Repeated for want of the ACK.
            guard isAcknowledged else { return }
            // The library refreshed the session with the description we gave it.
            if let answer = event.sdp { try? media.take(answer: answer, isEarly: false) }
            handle?.acknowledge()
        case .hangingUp, .over:
            break
        }
    }

    /// RFC 3261 section 13.2.1: the answer comes with the 200; where it does not, the one of an earlier 18x stands.
    private func answered(_ sdp: String?) {
        timers.cancel(.ring)
        timers.cancel(.setup)
        phase = .answered
        guard let answer = sdp ?? earlyAnswer, (try? media.take(answer: answer, isEarly: false)) != nil else {
            bye(
                LegEnding(reason: .mediaRefused, transport: transport(by: .server)),
                header: "SIP;cause=488;text=\"Not Acceptable Here\""
            )
            return
        }
        media.stream.startClock()
        timers.start(.maxDuration, after: limits.total) { [weak self] in self?.hangUp(.maxDuration) }
        events.yield(.dialog(record.dialog))
        events.yield(.answered)
    }

    /// One try with our password, and one more if only the nonce was too old. The Call-ID stays, and so does the attempt.
    private func challenged(_ event: SofiaEvent) {
        guard isWaiting else { return cancelConfirmed() }
        challenges += 1
        let mayAnswer = challenges == 1 || challenges == 2 && event.isStaleChallenge
        guard mayAnswer, let credentials, let handle,
            handle.authenticate(
                to: event,
                user: credentials.user,
                password: credentials.password,
                via: record.dialog.repetition.via
            )
        else {
            finish(.trunkAuthentication, by: .carrier)
            return
        }
    }

    private var isWaiting: Bool {
        switch phase {
        case .calling, .ringing: true
        case .canceling, .answered, .hangingUp, .over: false
        }
    }

    private func cancel(_ cause: HangUpCause?) {
        guard isWaiting else { return }
        timers.cancel(.ring)
        timers.cancel(.setup)
        phase = .canceling(cause)
        if record.lastStatus == nil {
            // A CANCEL may not leave before a response came (RFC 3261 section 9.1). The library sends it should one come still.
            cancelConfirmed()
        } else {
            handle?.cancel()
            timers.start(.confirmation, after: limits.confirmation) { [weak self] in self?.cancelConfirmed() }
        }
    }

    private func giveUpIfSilent() {
        guard isWaiting, record.lastStatus == nil else { return }
        finish(.carrierUnreachable, by: .server)
    }

    private func cancelConfirmed() {
        guard case .canceling(let cause) = phase else { return }
        finish(canceledEnding(cause))
    }

    private func canceledEnding(_ cause: HangUpCause?) -> LegEnding {
        let reason: EndReason =
            if let refusal = record.refusal, refusal != 487 {
                // A refusal crossed our CANCEL.
                EndReason(sipStatus: refusal, q850Cause: record.q850Cause)
            } else if cause != nil {
                .canceled
            } else {
                record.lastStatus == nil ? .carrierUnreachable : .noAnswer
            }
        return LegEnding(reason: reason, transport: transport(by: .server))
    }
}

// After the answer, and the end.
extension OutgoingCall {
    private func bye(_ ending: LegEnding, header: String) {
        acknowledge()
        timers.cancelAll()
        phase = .hangingUp(ending)
        handle?.bye(reason: header)
        timers.start(.confirmation, after: limits.confirmation) { [weak self] in self?.finish(ending) }
    }

    private func byeResponded(_ event: SofiaEvent) {
        guard case .hangingUp(let ending) = phase, event.status >= 200 else { return }
        if event.status == 401 || event.status == 407, challenges < 3, let credentials, let handle {
            challenges += 1
            if handle.authenticate(to: event, user: credentials.user, password: credentials.password) { return }
        }
        finish(ending)
    }

    /// A hold, a new address, another codec, or only a refresh of the session.
    private func renegotiate(_ event: SofiaEvent) {
        guard case .answered = phase else {
            sofia.respond(to: event, status: 491, phrase: "Request Pending")
            return
        }
        if let offer = event.sdp {
            do {
                let answer = try media.answer(to: offer)
                try media.connect(answer)
                sofia.respond(to: event, status: 200, phrase: "OK", sdp: answer.text)
            } catch {
                // The call goes on as it was (RFC 3261 section 14.2).
                sofia.respond(to: event, status: 488, phrase: "Not Acceptable Here")
            }
        } else {
            // A re-INVITE without an offer asks for ours; an UPDATE without one only keeps the session alive.
            let offer = event.kind == CSIP_REMOTE_INVITE ? media.offer() : nil
            sofia.respond(to: event, status: 200, phrase: "OK", sdp: offer)
        }
    }

    private func gone(_ event: SofiaEvent) {
        switch phase {
        case .calling, .ringing:
            if let refusal = record.refusal {
                let reason = EndReason(sipStatus: refusal, q850Cause: record.q850Cause)
                finish(reason, by: reason == .busy || reason == .declined ? .callee : .carrier)
            } else if event.status >= 900 {
                finish(.internalError, by: .server)
            } else {
                // The library gave up by itself: nobody there, or nothing after the first sign of life.
                finish((record.lastStatus ?? 100) > 100 ? .noAnswer : .carrierUnreachable, by: .server)
            }
        case .canceling:
            cancelConfirmed()
        case .answered:
            finish(farBye == nil ? .carrierFailure : .calleeHungUp, by: farBye == nil ? .carrier : .callee)
        case .hangingUp(let ending):
            finish(ending)
        case .over:
            break
        }
    }

    private func transport(by party: Transport.Party) -> Transport {
        Transport(
            sipStatus: record.lastStatus,
            sipPhrase: record.lastPhrase,
            q850Cause: farBye.map(\.cause) ?? record.q850Cause,
            hungUpBy: party
        )
    }

    private func finish(_ reason: EndReason, by party: Transport.Party) {
        finish(LegEnding(reason: reason, transport: transport(by: party)))
    }

    private func finish(_ ending: LegEnding) {
        if case .over = phase { return }
        abandonTransfer()
        phase = .over
        timers.cancelAll()
        handle?.destroy()
        handle = nil
        self.ending.come(ending)
    }
}
