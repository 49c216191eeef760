import Calls
import Logging
import Telephony

/// Joins a line's audio, a recogniser, a voice and the two machines that decide: `TurnTaking` when, `FlowState` what.
///
/// Time is `AudioTick.position`, the recording's clock, and nothing else. Recognising and rendering are awaited between ticks: they take
/// milliseconds here because prompts are rendered beforehand, and the ticks wait in their stream.
final class ConversationLoop {
    private let audio: any LegAudio
    private let prompts: Prompts
    private let inbox: Inbox
    private let foresee: ([String]) -> Void
    private let logger: Logger
    private let maxSamples: Int64

    private var state: FlowState
    private var turns: TurnTaking
    private var ear = CalleeEar()
    private var playout = Playout()
    private var chronicle: Chronicle
    private var listener: Listener
    /// Nil if it is not asked who answered.
    private var reception: Reception?
    private var recordingEar: RecordingEar?
    /// The flow as it is before anything was said.
    private let fresh: FlowState
    /// What the speech now being heard cut off.
    private var interruption: Interruption?
    /// Where the recording is.
    private var position: Int64 = 0
    /// Since when neither side has spoken.
    private var quietSince: Int64 = 0
    private var leaving: EndReason?
    /// What the agent was asked to say, while it waits for a pause.
    private var requested: [String] = []
    /// Since the agent was muted: what that cut off, and whether the callee said something. Nil if it is not.
    private var muted: (unheard: String?, wasSpokenTo: Bool)?

    private struct Interruption {
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
        inbox: Inbox,
        foresee: @escaping ([String]) -> Void,
        ear recordingEar: RecordingEar?,
        report: @escaping @Sendable (ConversationEvent) -> Void,
        logger: Logger
    ) {
        self.audio = audio
        self.prompts = prompts
        listener = Listener(
            recognizer: recognizer,
            language: brief.agent.language,
            deadline: deadline,
            bargeInDeadline: bargeInDeadline
        )
        self.inbox = inbox
        self.foresee = foresee
        self.recordingEar = recordingEar
        self.logger = logger
        maxSamples = Int64(brief.maxDuration) * 8000
        fresh = FlowState(agent: brief.agent, variables: brief.variables, keepsWords: brief.keepsWords)
        state = fresh
        reception = brief.agent.answering.detects ? Reception(brief.agent, hasSpotter: recordingEar != nil) : nil
        turns = TurnTaking(
            bargeIn: brief.agent.settings.bargeIn,
            bargeInSpeech: brief.agent.settings.bargeInSpeech
        )
        chronicle = Chronicle(keepsWords: brief.keepsWords, report: report)
    }

    func run() async -> ConversationRecord {
        await perform(state.begin())
        foresee(FlowLines.all + (reception == nil ? [] : state.linesForMachines))
        for await tick in audio.ticks {
            await hear(tick)
            if isOver(tick) { return record(reason: leaving) }
        }
        return await lineDown()
    }

    // One tick.

    private func hear(_ tick: AudioTick) async {
        let (levels, said) = playout.advance(tick)
        for entry in said { chronicle.add(entry) }
        for (index, level) in levels.enumerated() {
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
        let heard = TurnTaking.Frame(position: start, sound: sound, agentSpeaks: playout.isSpeaking)
        await meet(frame, .init(position: start, sound: ear.plain(sound), agentSpeaks: playout.isSpeaking))
        if turns.isListening { listener.hear(frame) }
        let actions = turns.hear(heard)
        for action in actions {
            switch action {
            case .listen(let from): await listen(from: from)
            case .duck where isHeld, .restore where isHeld, .stop where isHeld: break
            case .duck: audio.setGain(0.3)
            case .restore: audio.setGain(1)
            case .stop:
                if await isListeningAloud(), turns.goOn() { continue }
                let isAfterQuestion = playout.currentStep == state.step
                interruption = Interruption(unheard: stopSpeaking(), isAfterQuestion: isAfterQuestion)
            case .finish(let speech): await finish(speech)
            }
        }
        if playout.isSpeaking || turns.isListening { quietSince = position }
    }

    private func handle(_ item: Inbox.Item) async {
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
            reception?.confirmPerson()
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
        case .pressed: break
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
    private func sayRequested() async {
        guard !requested.isEmpty else { return }
        let texts = requested
        requested = []
        do {
            for text in texts {
                try await say(.init(text: text, step: state.step, intent: TranscriptEntry.byRequest))
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
        return position >= maxSamples || tick.isIdle && !playout.isSpeaking && position - quietSinceAgent >= 800
    }

    private var quietSinceAgent: Int64 { chronicle.agentEnd }

    // Hearing.

    private func listen(from start: Int64) async {
        do {
            try await listener.listen(for: state.vocabulary, after: ear.audio(from: start))
        } catch {
            await stall(error)
        }
    }

    private func isListeningAloud() async -> Bool {
        guard let start = turns.speechStart else { return false }
        return await listener.isListeningAloud(ear.audio(from: start), state.vocabulary)
    }

    private func finish(_ speech: TurnTaking.Speech) async {
        let interruption = interruption
        self.interruption = nil
        do {
            guard let heard = try await listener.finish(with: state.vocabulary) else { return }
            if heard.meaning != nil { reception?.hear(words: heard.words) }
            guard !isHeld else { return overhear(speech, heard) }
            await finish(speech, heard, interruption)
        } catch {
            await stall(error)
        }
    }

    private func finish(_ speech: TurnTaking.Speech, _ heard: Listener.Heard, _ interruption: Interruption?) async {
        if leaving == nil, !playout.isSpeaking, interruption?.isAfterQuestion ?? true, belongsToMessage(speech, heard) {
            quietSince = position
            return
        }
        guard let meaning = heard.meaning, !state.isMessage(meaning) else {
            return await notUnderstood(speech, interruption?.unheard)
        }
        await understood(meaning, heard.words, heard.confidence, speech, interruption?.unheard)
    }

    /// Whether nothing has to be done about what was said but to wait for the rest.
    private func belongsToMessage(_ speech: TurnTaking.Speech, _ heard: Listener.Heard) -> Bool {
        guard state.takesMessage else { return false }
        // Not even a word: a click, a breath.
        guard heard.meaning != nil || speech.voiced >= 200 else { return true }
        return !state.said(MessageTaking.Phrase(speech, heard))
    }

    /// The message, if there is one, is over.
    private func endMessage() async {
        if let speech = turns.cut() { await finish(speech) }
        guard leaving == nil, let move = state.endMessage() else { return }
        await perform(move)
    }

    /// What is being said counts as far as it got; nothing is said in return.
    private func conclude() async {
        guard let speech = turns.cut(), let heard = try? await listener.finish(with: state.vocabulary),
            !belongsToMessage(speech, heard)
        else { return }
        if let meaning = heard.meaning, !state.isMessage(meaning) {
            let step = state.step
            let move = state.heard(meaning, confidence: heard.confidence, unheard: nil)
            note(move)
            chronicle.addSpeech(heard.words, speech, step: step, intent: move.intent)
        } else if speech.voiced >= 200 {
            chronicle.addSpeech(Chronicle.unintelligible, speech, step: state.step, intent: nil)
        }
    }

    /// Keeps what `move` found out, and leaves the rest.
    private func note(_ move: FlowMove) {
        for said in move.said { chronicle.add(said) }
        for event in move.events { if case .field = event { chronicle.report(event) } }
    }

    private func understood(
        _ meaning: StepVocabulary.Meaning,
        _ words: String,
        _ confidence: Double,
        _ speech: TurnTaking.Speech,
        _ cutOff: String?
    ) async {
        let step = state.step
        guard muted == nil else {
            muted?.wasSpokenTo = true
            let intent = state.overheard(meaning, confidence: confidence)
            return chronicle.addSpeech(words, speech, step: step, intent: intent)
        }
        guard leaving == nil else {
            let move = state.heard(meaning, confidence: confidence, unheard: nil)
            if let intent = move.intent { chronicle.addSpeech(words, speech, step: step, intent: intent) }
            return
        }
        if playout.isSpeaking {
            // A hum or a cough can pass for a word at the recogniser's own bound, which is 0.5.
            let isPlain = speech.voiced >= 260 && (confidence >= 0.7 || meaning == .universal(.optOut))
            guard isPlain else { return }
            guard interrupts(meaning) else { return chronicle.addSpeech(words, speech, step: step, intent: nil) }
        }
        if case .answer = meaning, !playout.isSpeaking, confidence >= 0.7, speech.voiced < 3000 {
            reception?.confirmPerson()
        }
        let cutOff = playout.isSpeaking ? stopSpeaking() : cutOff
        var move = state.heard(meaning, confidence: confidence, unheard: cutOff)
        for said in move.said { chronicle.add(said) }
        move.said = []
        chronicle.addSpeech(words, speech, step: step, intent: move.intent)
        await perform(move)
    }

    /// Whether words said over the agent, too short to have stopped it, are for it to react to. A "yes" over the greeting answers the
    /// phone, not the question. What is only written down here is said again when the question is out.
    private func interrupts(_ meaning: StepVocabulary.Meaning) -> Bool {
        guard turns.isInterruptible else { return false }
        return switch meaning {
        case .answer: playout.currentStep == state.step
        case .universal(.backchannel), .universal(.hello): false
        // Nobody takes leave before hearing why they were called.
        case .universal(.goodbye): playout.currentStep != nil
        case .universal: true
        }
    }

    private func notUnderstood(_ speech: TurnTaking.Speech, _ cutOff: String?) async {
        // A click, a breath, a cough over the agent's words.
        guard leaving == nil, speech.stoppedAgent || !playout.isSpeaking && speech.voiced >= 200 else { return }
        chronicle.addSpeech(Chronicle.unintelligible, speech, step: state.step, intent: nil)
        guard muted == nil else {
            muted?.wasSpokenTo = true
            return
        }
        await perform(state.notUnderstood(unheard: cutOff))
    }

    // Speaking.

    private func perform(_ move: FlowMove) async {
        for said in move.said { chronicle.add(said) }
        for event in move.events { chronicle.report(event) }
        if let reason = move.leave {
            leaving = reason
            turns.isInterruptible = false
        }
        await sayRequested()
        do {
            // Nothing of its own passes the lips of a muted agent.
            for line in move.lines where muted == nil { try await say(line) }
        } catch {
            await stall(error)
        }
        turns.endOfTurn = state.patience.endOfTurn
        quietSince = position
        if leaving == nil { foresee(state.likelyLines) }
    }

    private func say(_ line: FlowMove.Line) async throws {
        audio.setGain(1)
        var sentences: [(text: String, samples: [Int16], range: Range<Int64>)] = []
        for sentence in Sentences.of(line.text) {
            let samples = try await prompts.clip(sentence)
            if !samples.isEmpty { sentences.append((sentence, samples, audio.play(samples))) }
        }
        playout.add(line, sentences: sentences)
    }

    /// Stops the agent's words. Returns what was not heard of them.
    private func stopSpeaking() -> String? {
        guard playout.isSpeaking else { return nil }
        let (said, unheard) = playout.stop(at: audio.stopPlaying(), position: position)
        audio.setGain(1)
        for entry in said { chronicle.add(entry) }
        return unheard
    }

    /// The voice or the recogniser failed: excuse it in words rendered before, if there are any, and end.
    private func stall(_ error: any Error) async {
        logger.warning("A speech provider failed during a call", metadata: ["error": "\(error)"])
        guard leaving != .providerStalled else { return }
        leaving = .providerStalled
        turns.isInterruptible = false
        _ = stopSpeaking()
        try? await say(.init(text: FlowLines.apology, step: state.step))
    }

    // Who answered.

    /// Whether the agent does something else than its flow says, because it is not a person, so far, that it is with.
    private var isHeld: Bool { reception?.holdsFlow ?? false }

    private func meet(_ samples: ArraySlice<Int16>, _ frame: TurnTaking.Frame) async {
        guard leaving == nil, let news = reception?.hear(samples, frame) else { return }
        for phrase in await recordingEar?.hear(news.recording) ?? [] { reception?.spot(phrase) }
        if let record = news.record { chronicle.report(.answeredBy(record)) }
        for action in news.actions { await perform(action) }
    }

    private func perform(_ action: AnswerHandling.Action) async {
        switch action {
        case .hush: _ = stopSpeaking()
        case .leaveMessage:
            await tellMachine(state.voicemailMessage, intent: TranscriptEntry.voicemailMessage)
            // A message of which nothing is left when its variables are filled in.
            if !playout.isSpeaking { await perform(.leave(.voicemail)) }
        case .introduce: await tellMachine(state.introduction, intent: TranscriptEntry.introduction)
        case .press(let keys):
            chronicle.report(.press(keys))
            chronicle.addPressed(keys, at: position, step: nil, intent: nil)
        case .decideAfresh: break
        case .begin:
            if let speech = turns.cut(), let heard = try? await listener.finish(with: state.vocabulary) {
                overhear(speech, heard)
            }
            state = fresh
            await perform(state.begin())
        case .leave(let reason):
            leaving = reason
            turns.isInterruptible = false
        }
    }

    private func tellMachine(_ text: String, intent: String) async {
        do {
            try await say(.init(text: text, intent: intent))
        } catch {
            await stall(error)
        }
    }

    /// Said while the flow is held: written down, and nothing else.
    private func overhear(_ speech: TurnTaking.Speech, _ heard: Listener.Heard) {
        let words = heard.meaning == nil ? Chronicle.unintelligible : heard.words
        chronicle.addSpeech(words, speech, step: nil, intent: nil)
    }

    // The end.

    private func lineDown() async -> ConversationRecord {
        if playout.isSpeaking { _ = stopSpeaking() }
        await conclude()
        note(state.lineDown())
        reception?.lineDown()
        return record(reason: leaving)
    }

    private func record(reason: EndReason?) -> ConversationRecord {
        chronicle.record(of: state, reason: reason, answer: reception?.record)
    }
}
