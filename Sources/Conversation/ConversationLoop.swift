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
    private let recognizer: any Recognizer
    private let deadline: Duration
    private let bargeInDeadline: Duration
    private let inbox: Inbox
    private let foresee: ([String]) -> Void
    private let logger: Logger
    private let maxSamples: Int64

    private var state: FlowState
    private var turns: TurnTaking
    private var ear = CalleeEar()
    private var playout = Playout()
    private var chronicle: Chronicle
    private var utterance: (any Utterance)?
    /// What the agent could not finish because of the speech now being heard.
    private var unheard: String?
    /// Where the recording is.
    private var position: Int64 = 0
    /// Since when neither side has spoken.
    private var quietSince: Int64 = 0
    private var leaving: EndReason?

    init(
        brief: ConversationBrief,
        audio: any LegAudio,
        prompts: Prompts,
        recognizer: any Recognizer,
        deadline: Duration,
        bargeInDeadline: Duration,
        inbox: Inbox,
        foresee: @escaping ([String]) -> Void,
        report: @escaping @Sendable (ConversationEvent) -> Void,
        logger: Logger
    ) {
        self.audio = audio
        self.prompts = prompts
        self.recognizer = recognizer
        self.deadline = deadline
        self.bargeInDeadline = bargeInDeadline
        self.inbox = inbox
        self.foresee = foresee
        self.logger = logger
        maxSamples = Int64(brief.maxDuration) * 8000
        state = FlowState(agent: brief.agent, variables: brief.variables)
        turns = TurnTaking(
            bargeIn: brief.agent.settings.bargeIn,
            bargeInSpeech: brief.agent.settings.bargeInSpeech
        )
        chronicle = Chronicle(report: report)
    }

    func run() async -> ConversationRecord {
        await perform(state.begin())
        foresee(FlowLines.all)
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
        await watchTheClock()
    }

    private func hear(_ frame: ArraySlice<Int16>, at start: Int64, agentLevel: Double) async {
        let sound = ear.sound(of: frame, position: start, agentLevel: agentLevel)
        if turns.isListening { utterance?.hear(Array(frame)) }
        let actions = turns.hear(.init(position: start, sound: sound, agentSpeaks: playout.isSpeaking))
        for action in actions {
            switch action {
            case .listen(let from): await listen(from: from)
            case .duck: audio.setGain(0.3)
            case .restore: audio.setGain(1)
            case .stop:
                if await isListeningAloud(), turns.goOn() { continue }
                unheard = stopSpeaking()
            case .finish(let speech): await finish(speech)
            }
        }
        if playout.isSpeaking || turns.isListening { quietSince = position }
    }

    private func handle(_ item: Inbox.Item) async {
        guard leaving == nil else { return }
        switch item {
        case .command(.sayGoodbye):
            _ = stopSpeaking()
            await perform(state.sayGoodbye())
        case .digit(let key):
            guard let (move, keys, intent) = state.pressed(key) else { return }
            quietSince = position
            guard let move else { return }
            _ = stopSpeaking()
            chronicle.addKeys(keys, at: position, step: state.step, intent: intent)
            await perform(move)
        }
    }

    private func watchTheClock() async {
        guard leaving == nil else { return }
        // Six seconds are enough for the last words; in a very short call a quarter of it has to do.
        if position >= maxSamples - min(48_000, maxSamples / 4) {
            _ = stopSpeaking()
            await perform(state.timeUp())
        } else if (position - quietSince) / 8 >= Int64(state.patience.silence) {
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
            utterance = try await recognizer.listen(for: state.vocabulary.vocabulary)
            utterance?.hear(ear.audio(from: start))
        } catch {
            await stall(error)
        }
    }

    /// Whether what was said so far over the agent is an "uh-huh". What cannot be told, or not soon, is none.
    private func isListeningAloud() async -> Bool {
        guard let start = turns.speechStart,
            let glimpse = try? await recognizer.listen(for: state.vocabulary.vocabulary)
        else { return false }
        glimpse.hear(ear.audio(from: start))
        guard case .heard(let entry, _, _)? = try? await withDeadline(bargeInDeadline, { try await glimpse.finish() })
        else { return false }
        return entry == UniversalIntent.backchannel.rawValue
    }

    private func finish(_ speech: TurnTaking.Speech) async {
        let cutOff = unheard
        unheard = nil
        guard let utterance else { return }
        self.utterance = nil
        let recognition: Recognition
        do {
            recognition = try await withDeadline(deadline) { try await utterance.finish() }
        } catch {
            return await stall(error)
        }
        let vocabulary = state.vocabulary
        switch recognition {
        case .heard(let entry, let words, let confidence):
            guard let meaning = vocabulary.meaning(of: entry, words: words) else {
                return await notUnderstood(speech, cutOff)
            }
            await understood(meaning, words, confidence, speech, cutOff)
        case .nothing: await notUnderstood(speech, cutOff)
        }
    }

    private func understood(
        _ meaning: StepVocabulary.Meaning,
        _ words: String,
        _ confidence: Double,
        _ speech: TurnTaking.Speech,
        _ cutOff: String?
    ) async {
        let step = state.step
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
        let cutOff = playout.isSpeaking ? stopSpeaking() : cutOff
        let move = state.heard(meaning, confidence: confidence, unheard: cutOff)
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
        await perform(state.notUnderstood(unheard: cutOff))
    }

    // Speaking.

    private func perform(_ move: FlowMove) async {
        for event in move.events { chronicle.report(event) }
        if let reason = move.leave {
            leaving = reason
            turns.isInterruptible = false
        }
        do {
            for line in move.lines { try await say(line) }
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
        playout.add(line.text, step: line.step, sentences: sentences)
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

    // The end.

    private func lineDown() async -> ConversationRecord {
        if playout.isSpeaking { _ = stopSpeaking() }
        if let speech = turns.hangUp(), let utterance {
            if case .heard(let entry, let words, let confidence)? = try? await utterance.finish(),
                let meaning = state.vocabulary.meaning(of: entry, words: words)
            {
                let step = state.step
                let move = state.heard(meaning, confidence: confidence, unheard: nil)
                chronicle.addSpeech(words, speech, step: step, intent: move.intent)
                for event in move.events { if case .field = event { chronicle.report(event) } }
            } else if speech.voiced >= 200 {
                chronicle.addSpeech(Chronicle.unintelligible, speech, step: state.step, intent: nil)
            }
        }
        return record(reason: leaving)
    }

    private func record(reason: EndReason?) -> ConversationRecord {
        chronicle.record(of: state, reason: reason)
    }
}
