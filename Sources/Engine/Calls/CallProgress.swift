import Calls
import Conversation
import FoundationEssentials
import Logging
import Storage
import Telephony

/// How far a live call has come. Takes each occurrence in turn: the lifecycle decides, the move is stored, and what must be done now is
/// returned.
struct CallProgress {
    let floor: CallFloor
    let lease: Lease
    private let attempt: Attempt
    let logger: Logger
    var call: Call

    private(set) var leg: (any OutgoingLeg)?
    var legEnding: LegEnding?
    private var prepared: (any PreparedConversation)?
    var wires: ConversationWires?
    /// What the conversation was asked before it began.
    var commands: [ConversationCommand] = []
    var record: ConversationRecord?
    private var spoken: [TranscriptEntry] = []
    /// Where the callee is being handed over to.
    var transfer: TransferDestination?
    /// The callee is to be called again: once is enough.
    private var hasCallBack = false
    /// Why we hang up, and who wanted it.
    var intent: (reason: EndReason, by: Transport.Party)?

    /// Nothing of the call is left on the wire, and all of it is stored.
    private(set) var isClosed = false

    init(claimed: ClaimedCall, floor: CallFloor, logger: Logger) {
        self.floor = floor
        self.logger = logger
        call = claimed.call
        attempt = claimed.attempt
        lease = claimed.lease
    }

    /// Throws if the move could not be stored: then nothing may be done.
    mutating func handle(_ occurrence: Occurrence) async throws -> [CallRun.Work] {
        switch occurrence {
        case .fetched(let result): return try await fetched(result)
        case .dialed(let leg):
            self.leg = leg
            return intent == nil ? [] : hangUp()
        case .notDialed(let error): return try await notDialed(error)
        case .leg(let event): return try await handle(event)
        case .legClosed: return try await legEnded(lostLeg)
        case .prepared(let conversation):
            prepared = conversation
            return converseIfReady()
        case .unprepared(let error):
            logger.error("The agent cannot speak", metadata: ["error": "\(error)"])
            if let missing = error as? ProviderMissing, call.lifecycle.answeredAt != nil {
                prepared = missing.farewell
                return converseIfReady()
            }
            intent = intent ?? (.internalError, .server)
            return hangUp()
        case .conversation(.said(let entry)):
            try await said(entry)
            return []
        case .conversation(.answeredBy(let answer)):
            try await answered(by: answer)
            return []
        case .conversation(.onHold(let start)):
            try await tell(.onHold(since: start, on: call, at: floor.timing.now()))
            return []
        case .conversation(.press(let keys)): return leg.map { [.press(keys, $0)] } ?? []
        case .conversation(.optedOut):
            await floor.optOut(on: call)
            return []
        case .conversation(.callBack(let minutes, let reason)):
            guard !hasCallBack, !call.optedOut else { return [] }
            hasCallBack = true
            await floor.callBack(on: call, minutes: minutes, reason: reason)
            return []
        case .conversation(.used(let use)):
            try await tell(.used(use, on: call, at: floor.timing.now()))
            return []
        case .conversation(.transfer(let destination)):
            return try await handOver(to: destination)
        case .conversation(.finished(let reason)):
            guard legEnding == nil else { return [] }
            intent = intent ?? (reason, .agent)
            return hangUp()
        case .conversation: return []
        case .conversed(let record): return try await conversed(record)
        case .command(let command): return try await handle(command)
        case .leaseLost: throw LeaseLost()
        case .deadline(let deadline): return try await handle(deadline)
        }
    }

    /// The process has no time left: hangs up and stores how far it came. The dialog stays in the ledger as open, because nobody can wait
    /// for the far end to confirm; the next start makes sure.
    mutating func abort() async throws {
        await leg?.hangUp()
        let reason: EndReason = call.lifecycle.answeredAt == nil ? .interrupted : .serverDrained
        intent = intent ?? (reason, .server)
        legEnding = legEnding ?? LegEnding(reason: reason, transport: call.transport)
        try await close(lineIsDown: false)
    }
}

// The leg.
extension CallProgress {
    private mutating func handle(_ event: LegEvent) async throws -> [CallRun.Work] {
        switch event {
        case .dialog(let dialog):
            try await floor.store.save(AttemptChange(id: attempt.id, certainty: .sent, dialog: dialog), under: lease)
            return []
        case .ringing:
            try await move(.ringing)
            return []
        case .answered:
            // The dialog of the answer is in the ledger: it came before.
            await leg?.acknowledge()
            let effects = try await move(.answered)
            if intent != nil || call.lifecycle.status.isFinal { return hangUp() }
            return effects.contains(.converse) ? converseIfReady() : []
        case .digit(let digit):
            wires?.digits.continuation.yield(digit)
            return []
        case .transferred(let outcome):
            try await handedOver(outcome)
            return []
        case .ended(let ending):
            return try await legEnded(ending)
        }
    }

    /// The leg fell silent without having said how it ended.
    var lostLeg: LegEnding {
        LegEnding(
            reason: call.lifecycle.answeredAt == nil ? .carrierFailure : .internalError,
            transport: call.transport
        )
    }

    private mutating func notDialed(_ error: DialError) async throws -> [CallRun.Work] {
        logger.error("Could not dial", metadata: ["error": "\(error)"])
        return try await neverDialed(.internalError)
    }

    /// Ends the call without an INVITE.
    mutating func neverDialed(_ reason: EndReason) async throws -> [CallRun.Work] {
        legEnding = LegEnding(reason: reason, transport: Transport(hungUpBy: .server))
        try await close(lineIsDown: true, certainty: .notSent)
        return []
    }

    mutating func legEnded(_ ending: LegEnding) async throws -> [CallRun.Work] {
        guard legEnding == nil else { return [] }
        legEnding = ending
        wires?.digits.continuation.finish()
        guard wires != nil, record == nil, !call.lifecycle.status.isFinal else {
            try await close(lineIsDown: true)
            return []
        }
        call.transport = transport
        try await move(.hungUp(reason))
        return [.wait(floor.configuration.wrapUpDeadline, .wrapUp)]
    }

    mutating func hangUp() -> [CallRun.Work] {
        guard let leg else { return [] }
        return [.hangUp(leg), .wait(floor.configuration.hangUpDeadline, .hangUp)]
    }

    /// Who hung up first decides: what we were about to do counts only if the far end had not already ended the call.
    private var reason: EndReason { farEndReason ?? intent?.reason ?? legEnding?.reason ?? .internalError }

    /// Why the call is over if the far end ended it. Nil if it did not.
    private var farEndReason: EndReason? {
        guard let legEnding else { return nil }
        switch legEnding.transport.hungUpBy {
        case .callee, .carrier: return call.unattendedReason ?? legEnding.reason
        case .agent, .server, nil: return nil
        }
    }

    private var transport: Transport {
        guard var transport = legEnding?.transport else { return call.transport }
        switch transport.hungUpBy {
        case .callee, .carrier: break
        case .agent, .server, nil: transport.hungUpBy = intent?.by ?? transport.hungUpBy
        }
        return transport
    }
}

// The conversation.
extension CallProgress {
    private mutating func converseIfReady() -> [CallRun.Work] {
        guard case .inProgress = call.lifecycle.state, let prepared, let leg, wires == nil, intent == nil,
            legEnding == nil
        else { return [] }
        let wires = ConversationWires()
        self.wires = wires
        for command in commands { wires.commands.continuation.yield(command) }
        return [.converse(prepared, leg.audio, wires)]
    }

    private mutating func said(_ entry: TranscriptEntry) async throws {
        guard !call.lifecycle.status.isFinal else { return }
        defer { spoken.append(entry) }
        guard call.request.transcribe else { return }
        let event = CallEvent.said(entry, on: call, at: floor.timing.now())
        try await floor.store.append(entry, at: spoken.count, event: event, under: lease)
        floor.feed.signal(call.id, of: call.project)
    }

    /// Stores what happened, for whoever watches.
    func tell(_ event: CallEvent) async throws {
        guard !call.lifecycle.status.isFinal else { return }
        let change = CallChange(call, events: [event])
        try await floor.store.save(change, under: lease)
        floor.announce(change)
    }

    private mutating func answered(by answer: AnswerRecord) async throws {
        guard !call.lifecycle.status.isFinal else { return }
        call.answer = kept(answer)
        let change = CallChange(call, events: [.answeredBy(answer, on: call, at: floor.timing.now())])
        try await floor.store.save(change, under: lease)
        floor.announce(change)
    }

    /// Where what is said is not kept, the words among the evidence are not either.
    private func kept(_ answer: AnswerRecord) -> AnswerRecord { call.request.transcribe ? answer : answer.wordless }

    private mutating func conversed(_ record: ConversationRecord) async throws -> [CallRun.Work] {
        guard !isClosed else { return [] }
        self.record = record
        if legEnding != nil {
            try await close(lineIsDown: true)
            return []
        }
        if let reason = record.reason { intent = intent ?? (reason, .agent) }
        return hangUp()
    }
}

// Storing.
extension CallProgress {
    @discardableResult
    private mutating func move(_ event: CallLifecycle.Event) async throws -> [CallLifecycle.Effect] {
        let now = floor.timing.now()
        let effects = call.lifecycle.handle(event, at: now)
        guard effects.contains(.announce) else { return effects }
        let change = CallChange(call, events: [.status(of: call, at: now)])
        try await floor.store.save(change, under: lease)
        floor.announce(change)
        return effects
    }

    /// Stores everything there is, and gives the call up. `lineIsDown` is false if the far end may still believe in the call.
    mutating func close(lineIsDown: Bool, certainty: Attempt.Certainty = .sent) async throws {
        let trace = await leg?.sipMessages() ?? []
        let now = floor.timing.now()
        call.transport = transport
        var change: CallChange
        if call.lifecycle.status.isFinal {
            change = CallChange(call)
        } else {
            change = settled(at: now)
        }
        change.attempt = AttemptChange(
            id: attempt.id,
            certainty: certainty,
            closedAt: lineIsDown ? now : nil,
            trace: trace
        )
        change.isReleased = true
        try await floor.store.save(change, under: lease)
        isClosed = true
        floor.announce(change)
    }

    private mutating func settled(at now: Date) -> CallChange {
        call.answer = record?.answer.map(kept) ?? call.answer
        // The far end may have hung up before it was known who had answered. Whoever listens is told with the end.
        if let farEndReason { _ = call.lifecycle.handle(.reconsidered(farEndReason), at: now) }
        var events: [CallEvent] = []
        for event in [CallLifecycle.Event.hungUp(reason), .wrappedUp]
        where call.lifecycle.handle(event, at: now).contains(.announce) {
            events.append(.status(of: call, at: now))
        }
        let said = record?.transcript ?? spoken
        let transcript = call.request.transcribe ? said : []
        call.calleeTurns = said.calleeTurns
        if let record {
            call.fields = record.fields
            call.goal = record.goal
            call.reached = record.reached
            call.optedOut = record.optedOut
            call.summary = record.summary
            call.account = record.account
            call.resultError = record.account?.extraction.error
        } else if call.lifecycle.answeredAt != nil {
            call.reached = call.answer?.reached ?? .unknown
            if wires != nil {
                call.summary = "The conversation gave no account of itself in time; the transcript is what is known."
                call.resultError = "The conversation gave no account of itself in time"
            } else {
                call.summary = "The line was answered and went down before anything was said."
            }
        }
        let recording = recordingPath
        call.recorded = recording != nil
        var change = floor.closing.change(call, after: events, at: now)
        call = change.call
        change.transcript = transcript
        change.recording = recording
        return change
    }

    private var recordingPath: String? {
        guard call.lifecycle.answeredAt != nil, let path = floor.recordingPath(of: call) else { return nil }
        return FileManager.default.fileExists(atPath: path) ? path : nil
    }
}
