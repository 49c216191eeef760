import Calls

// What the callee says.
extension ConversationLoop {
    func listen(from start: Int64) async {
        do {
            try await listener.listen(for: state.vocabulary, after: ear.audio(from: start))
        } catch {
            await stall(error)
        }
    }

    func isListeningAloud() async -> Bool {
        guard let start = turns.speechStart else { return false }
        return await listener.isListeningAloud(ear.glimpse(from: start), state.vocabulary)
    }

    func finish(_ speech: TurnTaking.Speech) async {
        let interruption = interruption
        self.interruption = nil
        do {
            guard let heard = try await listener.finish(with: state.vocabulary) else { return }
            if heard.meaning != nil { watch.hear(words: heard.words) }
            guard !isHeld else { return overhear(speech, heard) }
            await finish(speech, heard, interruption)
        } catch {
            await stall(error)
        }
    }

    private func finish(_ speech: TurnTaking.Speech, _ heard: Listener.Heard, _ interruption: Interruption?) async {
        if leaving == nil, !mouth.isSpeaking, interruption?.isAfterQuestion ?? true, belongsToMessage(speech, heard) {
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
    func endMessage() async {
        if let speech = turns.cut() { await finish(speech) }
        guard leaving == nil, let move = state.endMessage() else { return }
        await perform(move)
    }

    /// What is being said counts as far as it got; nothing is said in return.
    func conclude() async {
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
    func note(_ move: FlowMove) {
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
        if mouth.isSpeaking {
            // A hum or a cough can pass for a word at the recogniser's own bound, which is 0.5.
            let isPlain = speech.voiced >= 260 && (confidence >= 0.7 || meaning == .universal(.optOut))
            guard isPlain else { return }
            guard interrupts(meaning) else { return chronicle.addSpeech(words, speech, step: step, intent: nil) }
        }
        if case .answer = meaning, !mouth.isSpeaking, confidence >= 0.7, speech.voiced < 3000 {
            watch.confirmPerson()
        }
        let cutOff = mouth.isSpeaking ? stopSpeaking() : cutOff
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
        case .answer: mouth.currentStep == state.step
        case .universal(.backchannel), .universal(.hello): false
        // Nobody takes leave before hearing why they were called.
        case .universal(.goodbye): mouth.currentStep != nil
        case .universal: true
        }
    }

    private func notUnderstood(_ speech: TurnTaking.Speech, _ cutOff: String?) async {
        // A click, a breath, a cough over the agent's words.
        guard leaving == nil, speech.stoppedAgent || !mouth.isSpeaking && speech.voiced >= 200 else { return }
        chronicle.addSpeech(Chronicle.unintelligible, speech, step: state.step, intent: nil)
        guard muted == nil else {
            muted?.wasSpokenTo = true
            return
        }
        await perform(state.notUnderstood(unheard: cutOff))
    }
}
