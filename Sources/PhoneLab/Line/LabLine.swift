import Calls
import FoundationEssentials
import Logging
import ServiceLifecycle
import Synchronization
import Telephony

/// One call at the lab, from its INVITE to its end.
struct LabLine: Sendable {
    let leg: any IncomingLeg
    let number: LabNumber
    let ledger: LabLedger
    let speech: LabSpeech
    let configuration: PhoneLab.Configuration
    let clock: any Clock<Duration>
    let logger: Logger

    private enum Part {
        case behaved
        case ended
        case gaveUp
    }

    /// Returns when the line has ended. When the lab shuts down, or the line lasts too long, it hangs up.
    func run() async {
        let keys = KeyQueue()
        let end = LineEnd()
        await withTaskGroup(of: Part.self) { group in
            group.addTask {
                await behave(keys, end)
                return .behaved
            }
            group.addTask {
                await watch(keys, end)
                return .ended
            }
            group.addTask {
                guard (try? await clock.sleep(for: configuration.longestCall)) != nil else { return .gaveUp }
                await hangUp(end)
                return .gaveUp
            }
            group.addTask {
                guard (try? await gracefulShutdown()) != nil else { return .gaveUp }
                await hangUp(end)
                return .gaveUp
            }
            for await part in group where part == .ended { group.cancelAll() }
        }
        do {
            try await ledger.end(leg.sipCallID, end.ending, at: .stamp())
        } catch {
            logger.error("The lab's ledger cannot be written", metadata: ["error": "\(error)"])
        }
    }

    /// Takes note of what the other side does, until the line has ended.
    private func watch(_ keys: KeyQueue, _ end: LineEnd) async {
        var isAnswered = false
        for await event in leg.events {
            switch event {
            case .digit(let key): keys.press(key)
            case .answered: isAnswered = true
            // A leg reports its far end as the callee: for an exchange that is the caller.
            case .ended(let ending) where isAnswered: end.note(ending.reason == .calleeHungUp ? .callerHungUp : .lost)
            case .ended: end.note(.canceled)
            case .dialog, .ringing, .transferred: break
            }
        }
    }

    /// What the number does.
    private func behave(_ keys: KeyQueue, _ end: LineEnd) async {
        var random = SplitMix64(seed: configuration.seed, name: leg.sipCallID)
        switch number.pickup {
        case .answers(let ringing):
            let party = number.makeParty(random: random)
            await ring()
            async let ready: Void = prepare(party)
            guard await wait(random.pick(from: ringing ?? configuration.ringing)) else { return }
            if case .talker = party { await ready }
            await converse(party, conversation(), keys, end, random)
        case .answersAfterRingback(let time):
            let party = number.makeParty(random: random)
            async let _ = prepare(party)
            await startEarlyMedia()
            var conversation = conversation()
            guard await conversation.playEarly(LabSound.ringback(milliseconds: time), name: "ringback") else { return }
            await converse(party, conversation, keys, end, random)
        case .announces(let text, let refusal):
            let announcement = await speech.render(SpokenLine(text, voice: "slt"))
            await startEarlyMedia()
            var conversation = conversation()
            let isOn = await conversation.playEarly(LabSound.specialInformation + announcement, name: text)
            await conversation.finish()
            if isOn { await refuse(refusal, end) }
        case .refuses(let refusal, let ringing):
            if let ringing {
                await ring()
                guard await wait(ringing) else { return }
            }
            await refuse(refusal, end)
        case .ringsOut:
            await ring()
        case .neverRings:
            break
        }
    }

    /// Renders while it rings what may be said, so that nobody is kept waiting for it.
    private func prepare(_ party: LabNumber.Party) async {
        switch party {
        case .callee(let callee): for line in callee.lines where !Task.isCancelled { _ = await speech.render(line) }
        case .talker(let talker): await talker.prepare()
        }
    }

    private func conversation() -> LineConversation {
        LineConversation(
            leg: leg,
            ledger: ledger,
            speech: speech,
            recordingPath: configuration.recordingPath(sipCallID: leg.sipCallID),
            logger: logger
        )
    }

    private func converse(
        _ party: LabNumber.Party,
        _ conversation: consuming LineConversation,
        _ keys: KeyQueue,
        _ end: LineEnd,
        _ random: SplitMix64
    ) async {
        if number.lossPercent > 0 { leg.impair(lossPercent: number.lossPercent) }
        await leg.answer()
        let place = Int(conversation.place / 8)
        let path = configuration.recordingPath(sipCallID: leg.sipCallID)
        await ledger.change(leg.sipCallID) { call in
            call.answeredAt = .stamp()
            call.answeredAtLine = place
            call.recordingPath = path
        }
        let ambience = number.ambience == .none ? nil : AmbientSound(number.ambience, random: random)
        let ending =
            switch party {
            case .callee(let callee): await conversation.run(callee, keys: keys, ambience: ambience)
            case .talker(let talker): await conversation.run(talker, keys: keys)
            }
        await conversation.finish()
        if ending == .calleeHungUp { await hangUp(end) }
    }

    private func ring() async {
        await leg.ring()
        await ledger.change(leg.sipCallID) { $0.rangAt = .stamp() }
    }

    private func startEarlyMedia() async {
        await leg.startEarlyMedia()
        await ledger.change(leg.sipCallID) { $0.earlyMediaAt = .stamp() }
    }

    private func refuse(_ refusal: SIPRefusal, _ end: LineEnd) async {
        end.note(.refused)
        await ledger.change(leg.sipCallID) { $0.refusedWith = refusal.status }
        await leg.refuse(
            status: refusal.status,
            phrase: refusal.phrase,
            q850: refusal.q850,
            retryAfter: refusal.retryAfter
        )
    }

    private func hangUp(_ end: LineEnd) async {
        end.note(.calleeHungUp)
        await leg.hangUp()
    }

    /// False if the line ended meanwhile.
    private func wait(_ milliseconds: Int) async -> Bool {
        (try? await clock.sleep(for: .milliseconds(milliseconds))) != nil
    }
}

/// How the line ended: the first party to end it did.
private final class LineEnd: Sendable {
    private let first = Mutex<LabCall.Ending?>(nil)

    func note(_ ending: LabCall.Ending) {
        first.withLock { $0 = $0 ?? ending }
    }

    var ending: LabCall.Ending { first.withLock(\.self) ?? .lost }
}
