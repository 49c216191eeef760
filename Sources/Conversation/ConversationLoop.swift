import Calls
import Logging
import Telephony

/// Joins a line's audio, a recogniser, a voice and the two machines that decide: `TurnTaking` when, `FlowState` what.
///
/// Time is `AudioTick.position`, the recording's clock, and nothing else. Recognising and rendering are awaited between ticks: they take
/// milliseconds here because prompts are rendered beforehand, and the ticks wait in their stream.
final class ConversationLoop {
    private let audio: any LegAudio
    private let inbox: Inbox<FlowItem>
    let foresee: ([String]) -> Void
    let logger: Logger
    private let maxSamples: Int64

    let mouth: AgentSpeech
    let chronicle: Chronicle
    var state: FlowState
    var turns: TurnTaking
    var ear = CalleeEar()
    var listener: Listener
    var watch: AnswerWatch
    var music = HoldMusic()
    /// The flow as it is before anything was said.
    let fresh: FlowState
    /// What the speech now being heard cut off.
    var interruption: Interruption?
    /// Where the recording is.
    private(set) var position: Int64 = 0
    /// Since when neither side has spoken.
    var quietSince: Int64 = 0
    var leaving: EndReason?
    /// What the agent was asked to say, while it waits for a pause.
    private var requested: [String] = []
    /// Since the agent was muted: what that cut off, and whether the callee said something. Nil if it is not.
    var muted: (unheard: String?, wasSpokenTo: Bool)?

    struct Interruption {
        /// What the agent could not finish.
        var unheard: String?
        /// The question had begun, so that this may answer it.
        var isAfterQuestion: Bool
    }

    init(
        brief: ConversationBrief,
        audio: any LegAudio,
        prompts: Prompts,
        recognizer: any Recognizer,
        deadline: Duration,
        bargeInDeadline: Duration,
        inbox: Inbox<FlowItem>,
        foresee: @escaping ([String]) -> Void,
        ear: RecordingEar?,
        report: @escaping @Sendable (ConversationEvent) -> Void,
        logger: Logger
    ) {
        self.audio = audio
        chronicle = Chronicle(keepsWords: brief.keepsWords, report: report)
        mouth = AgentSpeech(audio: audio, prompts: prompts, chronicle: chronicle)
        listener = Listener(
            recognizer: recognizer,
            language: brief.agent.language,
            deadline: deadline,
            bargeInDeadline: bargeInDeadline,
            keywords: brief.agent.keywords
        )
        self.inbox = inbox
        self.foresee = foresee
        self.logger = logger
        maxSamples = Int64(brief.maxDuration) * 8000
        fresh = FlowState(agent: brief.agent, variables: brief.variables, keepsWords: brief.keepsWords)
        state = fresh
        watch = AnswerWatch(brief.agent, ear: ear, chronicle: chronicle)
        turns = TurnTaking(
            bargeIn: brief.agent.settings.bargeIn,
            bargeInSpeech: brief.agent.settings.bargeInSpeech
        )
    }

    func run() async -> ConversationRecord {
        await perform(state.begin())
        foresee(FlowLines.all + (watch.isOn ? state.linesForMachines : []))
        for await tick in audio.ticks {
            await hear(tick)
            if isOver(tick) { return record(reason: leaving) }
        }
        return await lineDown()
    }

    // One tick.

    private func hear(_ tick: AudioTick) async {
        for (index, level) in mouth.advance(tick).enumerated() {
            let frame = tick.samples[(index * 160)..<min(tick.samples.count, (index + 1) * 160)]
            let start = tick.position + Int64(index * 160)
            position = start + Int64(frame.count)
            await hear(frame, at: start, agentLevel: level)
        }
        for item in inbox.takeAll() { await handle(item) }
        if !turns.isListening, !isHeld { await sayRequested() }
        await watchTheClock()
    }

    private func hear(_ frame: ArraySlice<Int16>, at start: Int64, agentLevel: Double) async {
        let sound = ear.sound(of: frame, position: start, agentLevel: agentLevel)
        let heard = TurnTaking.Frame(
            position: start,
            sound: music.isPlaying ? .silence : sound,
            agentSpeaks: mouth.isSpeaking
        )
        await meet(frame, .init(position: start, sound: ear.plain(sound), agentSpeaks: mouth.isSpeaking))
        if turns.isListening { listener.hear(frame) }
        turns.holdsWords = watch.isWithPerson
        let actions = turns.hear(heard)
        for action in actions {
            switch action {
            case .listen(let from): await listen(from: from)
            case .hold where isHeld, .duck where isHeld: break
            case .hold: mouth.hold()
            case .duck: mouth.goOn(quietly: true)
            case .goOn,
                .stop where isHeld:
                mouth.goOn()
            case .stop:
                if await isListeningAloud(), turns.goOn() {
                    mouth.goOn(quietly: true)
                    continue
                }
                let isAfterQuestion = mouth.currentStep == state.step
                interruption = Interruption(unheard: stopSpeaking(), isAfterQuestion: isAfterQuestion)
            case .finish(let speech): await finish(speech)
            case .suspect, .resume: break
            }
        }
        await followMusic(frame, sound, at: start)
        if mouth.isSpeaking || turns.isListening { quietSince = position }
    }

    private func handle(_ item: FlowItem) async {
        switch item {
        case .command(.pressed(let keys)): chronicle.addPressed(keys, at: position, step: state.step)
        case _ where leaving != nil: return
        case .command(let command): await obey(command)
        case .digit(let key) where muted != nil:
            muted?.wasSpokenTo = true
            chronicle.addKeys(String(key), at: position, step: state.step, intent: nil)
        case .digit("#") where state.takesMessage: await endMessage()
        case .digit where isHeld: return
        case .digit(let key):
            guard let (move, keys, intent) = state.pressed(key) else { return }
            quietSince = position
            guard let move else { return }
            _ = stopSpeaking()
            watch.confirmPerson()
            chronicle.addKeys(keys, at: position, step: state.step, intent: intent)
            await perform(move)
        }
    }

    private func obey(_ command: ConversationCommand) async {
        switch command {
        case .sayGoodbye:
            _ = stopSpeaking()
            muted = nil
            if state.takesMessage { await conclude() }
            await perform(state.sayGoodbye())
        case .say(let text, interrupting: false):
            requested.append(text)
        case .say(let text, interrupting: true):
            let unheard = stopSpeaking()
            requested.insert(text, at: 0)
            await sayRequested()
            if let unheard { await perform(FlowMove(saying: unheard, step: state.step)) }
        case .know(let note):
            state.know(note.variables)
            foresee(state.likelyLines)
        case .pressed, .transferred: break
        case .mute:
            guard muted == nil else { return }
            muted = (stopSpeaking() ?? interruption?.unheard, false)
            interruption = nil
        case .unmute:
            guard let was = muted else { return }
            muted = nil
            await perform(state.resume(unheard: was.unheard, wasSpokenTo: was.wasSpokenTo))
        }
    }

    /// Says what somebody asked for, also if the agent is muted: that keeps it from words of its own.
    func sayRequested() async {
        guard !requested.isEmpty else { return }
        let texts = requested
        requested = []
        do {
            for text in texts {
                try await mouth.say(.init(text: text, step: state.step, intent: TranscriptEntry.byRequest))
            }
        } catch {
            await stall(error)
        }
        quietSince = position
    }

    private func watchTheClock() async {
        guard leaving == nil else { return }
        guard !isHeld else {
            if position >= maxSamples { leaving = .maxDuration }
            return
        }
        // Six seconds are enough for the last words; in a very short call a quarter of it has to do.
        if position >= maxSamples - min(48_000, maxSamples / 4) {
            _ = stopSpeaking()
            if state.takesMessage { await conclude() }
            await perform(state.timeUp())
        } else if muted == nil, let limit = state.messageLimit, position / 8 >= Int64(limit) {
            await endMessage()
        } else if muted == nil, (position - quietSince) / 8 >= Int64(state.patience.silence) {
            quietSince = position
            await perform(state.silence())
        }
    }

    /// The goodbye is out, and 100 ms more for the far end's jitter buffer; or the call may last no longer.
    private func isOver(_ tick: AudioTick) -> Bool {
        guard leaving != nil else { return false }
        return position >= maxSamples || tick.isIdle && !mouth.isSpeaking && position - chronicle.agentEnd >= 800
    }

    // Speaking.

    func perform(_ move: FlowMove) async {
        for said in move.said { chronicle.add(said) }
        for event in move.events { chronicle.report(event) }
        if let reason = move.leave {
            leaving = reason
            turns.isInterruptible = false
        }
        await sayRequested()
        do {
            // Nothing of its own passes the lips of a muted agent.
            for line in move.lines where muted == nil { try await mouth.say(line) }
        } catch {
            await stall(error)
        }
        turns.endOfTurn = state.patience.endOfTurn
        quietSince = position
        if leaving == nil { foresee(state.likelyLines) }
    }

    /// Stops the agent's words. Returns what was not heard of them.
    func stopSpeaking() -> String? {
        mouth.stop(at: position)
    }

    /// The voice or the recogniser failed: excuse it in words rendered before, if there are any, and end.
    func stall(_ error: any Error) async {
        logger.warning("A speech provider failed during a call", metadata: ["error": "\(error)"])
        guard leaving != .providerStalled else { return }
        leaving = .providerStalled
        turns.isInterruptible = false
        _ = stopSpeaking()
        try? await mouth.say(.init(text: FlowLines.apology, step: state.step))
    }

    // The end.

    private func lineDown() async -> ConversationRecord {
        if mouth.isSpeaking { _ = stopSpeaking() }
        await conclude()
        note(state.lineDown())
        watch.lineDown(isHungUp: audio.isHungUp && leaving == nil)
        return record(reason: leaving)
    }

    private func record(reason: EndReason?) -> ConversationRecord {
        if let since = music.since { chronicle.addHold(since..<position) }
        return chronicle.record(of: state, reason: reason, answer: watch.record)
    }
}
