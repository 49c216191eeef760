import Calls

// Who answered, and what is done about it.
extension ConversationLoop {
    /// Whether the agent does something else than its flow says, because it is not a person, so far, that it is with.
    var isHeld: Bool { watch.isHolding }

    func meet(_ samples: ArraySlice<Int16>, _ frame: TurnTaking.Frame) async {
        guard leaving == nil else { return }
        for action in await watch.hear(samples, frame) { await perform(action) }
    }

    private func perform(_ action: AnswerHandling.Action) async {
        switch action {
        case .hush: _ = stopSpeaking()
        case .leaveMessage:
            await tellMachine(state.voicemailMessage, intent: TranscriptEntry.voicemailMessage)
            // A message of which nothing is left when its variables are filled in.
            if !mouth.isSpeaking { await perform(.leave(.voicemail)) }
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
            try await mouth.say(.init(text: text, intent: intent))
        } catch {
            await stall(error)
        }
    }

    /// Said while the flow is held: written down, and nothing else.
    func overhear(_ speech: TurnTaking.Speech, _ heard: Listener.Heard) {
        let words = heard.meaning == nil ? Chronicle.unintelligible : heard.words
        chronicle.addSpeech(words, speech, step: nil, intent: nil)
    }
}
