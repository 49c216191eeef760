import Foundation
import Logging
import Speech
import Telephony

/// The audio of one line in the lab: every tick is noted, recorded and given to the callee, and what the callee does is done.
struct LineConversation {
    private let leg: any IncomingLeg
    private let ledger: LabLedger
    private let speech: LabSpeech
    private let logger: Logger
    private var ticks: AsyncStream<AudioTick>.Iterator
    private var output: LineOutput
    private var meter = SpeechMeter()
    private var recording: StereoRecording?
    /// The end of the last tick on the line's clock, in samples.
    private(set) var place: Int64 = 0
    private var answeredAt: Int64 = 0
    private var hasFirstSound = false

    init(leg: any IncomingLeg, ledger: LabLedger, speech: LabSpeech, recordingPath: String?, logger: Logger) {
        self.leg = leg
        self.ledger = ledger
        self.speech = speech
        self.logger = logger
        ticks = leg.audio.ticks.makeAsyncIterator()
        output = LineOutput(audio: leg.audio)
        do {
            recording = try recordingPath.map { try StereoRecording(path: $0) }
        } catch {
            logger.warning("The lab cannot record a line", metadata: ["error": "\(error)"])
        }
    }

    /// Plays `sound` before the answer, until it has gone out. Returns false if the line ended first.
    mutating func playEarly(_ sound: [Int16], name: String) async -> Bool {
        await note(name, lasting: sound.count)
        send(sound)
        while output.backlog > 0 {
            guard await nextTick() != nil else { return false }
        }
        return true
    }

    /// The line was answered: `callee` has it until it ends.
    mutating func run(_ callee: consuming any Callee, keys: KeyQueue, ambience: AmbientSound?) async -> Ending {
        answeredAt = place
        if let ambience { output.begin(ambience) }
        if await perform(callee.handle(.answered)) { return .calleeHungUp }
        let spotter: KeyphraseSpotter? =
            if case .phrases(let phrases) = callee.hearing { await speech.spotter(for: phrases) } else { nil }
        while let tick = await nextTick() {
            for key in keys.drain() {
                await press(key)
                if await perform(callee.handle(.key(key))) { return .calleeHungUp }
            }
            await listen(to: tick, callee.hearing)
            let heard = await spot(tick, spotter)
            let event = LineTick(
                duration: tick.samples.count / 8,
                samples: tick.samples,
                isSpeech: meter.isSpeech,
                heard: heard,
                backlog: output.backlog
            )
            if await perform(callee.handle(.tick(event))) { return .calleeHungUp }
        }
        return .lineEnded
    }

    /// The line was answered: `talker` has it until it ends.
    mutating func run(_ talker: any Talker, keys: KeyQueue) async -> Ending {
        answeredAt = place
        let line = TalkerLine(leg.audio)
        return await withTaskGroup(of: Void.self) { group in
            group.addTask {
                await talker.talk(on: line)
                line.hangUp()
            }
            var ending = Ending.lineEnded
            while ending == .lineEnded, let tick = await nextTick() {
                for key in keys.drain() {
                    await press(key)
                    line.pass(key)
                }
                await listen(to: tick, .speech)
                line.pass(tick)
                if await take(line.takeDeeds()) { ending = .calleeHungUp }
            }
            line.end()
            await group.waitForAll()
            // What was being said when the line went down.
            _ = await take(line.takeDeeds())
            return ending
        }
    }

    enum Ending {
        /// The callee wants to hang up.
        case calleeHungUp
        case lineEnded
    }

    /// Completes the recording and the notes.
    mutating func finish() async {
        do {
            try recording?.finish()
        } catch {
            logger.warning("The lab cannot complete a recording", metadata: ["error": "\(error)"])
        }
        recording = nil
        let end = Int(place / 8)
        await ledger.change(leg.sipCallID) { call in
            call.said = call.said.filter { $0.start <= end }.map { note in
                LabCall.Noted(note.text, start: note.start, end: note.end.map { min($0, end) })
            }
            if let last = call.callerSpeech.indices.last, call.callerSpeech[last].end == nil {
                call.callerSpeech[last].end = end
            }
        }
    }

    private mutating func nextTick() async -> AudioTick? {
        guard let tick = await ticks.next(isolation: #isolation) else { return nil }
        place = tick.position + Int64(tick.samples.count)
        output.advance(tick)
        do {
            try recording?.hear(tick.samples, at: tick.position)
        } catch {
            logger.warning("The lab cannot go on recording a line", metadata: ["error": "\(error)"])
            recording = nil
        }
        return tick
    }

    private mutating func listen(to tick: AudioTick, _ hearing: Hearing) async {
        let changes: [SpeechMeter.Change]
        if case .nothing = hearing {
            meter.note(tick.samples, at: tick.position)
            changes = []
        } else {
            changes = meter.follow(tick.samples, at: tick.position)
        }
        if !hasFirstSound, let first = meter.firstSound {
            hasFirstSound = true
            let delay = Int((first - answeredAt) / 8)
            await ledger.change(leg.sipCallID) { $0.firstSound = delay }
        }
        guard !changes.isEmpty else { return }
        await ledger.change(leg.sipCallID) { call in
            for change in changes {
                switch change {
                case .began(let place): call.callerSpeech.append(LabCall.Stretch(start: Int(place / 8)))
                case .ended(let place): call.callerSpeech[call.callerSpeech.count - 1].end = Int(place / 8)
                }
            }
        }
    }

    private func press(_ key: Character) async {
        let now = Int(place / 8)
        await ledger.change(leg.sipCallID) { $0.keys.append(LabCall.Noted(String(key), start: now)) }
    }

    private func spot(_ tick: AudioTick, _ spotter: KeyphraseSpotter?) async -> [String] {
        guard let spotter else { return [] }
        do {
            let phrases = try await spotter.hear(tick.samples)
            let now = Int(place / 8)
            if !phrases.isEmpty {
                await ledger.change(leg.sipCallID) { $0.heard += phrases.map { LabCall.Noted($0, start: now) } }
            }
            return phrases
        } catch {
            logger.warning("A person of the lab cannot listen", metadata: ["error": "\(error)"])
            return []
        }
    }

    /// True if the callee hangs up.
    private mutating func perform(_ actions: [LineAction]) async -> Bool {
        for action in actions {
            switch action {
            case .say(let line):
                let samples = await speech.render(line)
                await note(line.text, lasting: samples.count)
                send(samples)
            case .play(let samples, let name):
                if let name { await note(name, lasting: samples.count) }
                send(samples)
            case .press(let keys): await send(keys: keys)
            case .hangUp:
                return true
            }
        }
        return false
    }

    /// Takes down what a talker did. True if it has hung up.
    private mutating func take(_ deeds: [TalkerLine.Deed]) async -> Bool {
        var hasHungUp = false
        for deed in deeds {
            switch deed {
            case .played(let samples): recording?.send(samples)
            case .stopped: recording?.stop()
            case .said(let noted): await ledger.change(leg.sipCallID) { $0.said.append(noted) }
            case .heard(let noted): await ledger.change(leg.sipCallID) { $0.heard.append(noted) }
            case .pressed(let keys): await send(keys: keys)
            case .failed(let reason): await ledger.change(leg.sipCallID) { $0.failure = reason }
            case .hungUp: hasHungUp = true
            }
        }
        return hasHungUp
    }

    private func send(keys: String) async {
        let now = Int(place / 8)
        await ledger.change(leg.sipCallID) { $0.pressed.append(LabCall.Noted(keys, start: now)) }
        await leg.sendDigits(keys)
    }

    private mutating func send(_ samples: [Int16]) {
        output.send(samples)
        recording?.send(samples)
    }

    /// Notes what begins to go out behind what is still queued.
    private func note(_ text: String, lasting samples: Int) async {
        let start = Int(place / 8) + output.backlog / 8
        await ledger.change(leg.sipCallID) { call in
            call.said.append(LabCall.Noted(text, start: start, end: start + samples / 8))
        }
    }
}
