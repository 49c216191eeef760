import Calls

// Who answered, and what is done about it.
extension TalkLoop {
    /// Whether the agent does something else than talk, because it is not a person, so far, that it is with.
    var isHeld: Bool { watch.isHolding }

    func meet(_ samples: ArraySlice<Int16>, _ frame: TurnTaking.Frame) async {
        guard leaving == nil else { return }
        for action in await watch.hear(samples, frame) { await perform(action) }
    }

    private func perform(_ action: AnswerHandling.Action) async {
        switch action {
        case .hush: _ = interrupt()
        case .leaveMessage:
            await say(script.voicemailMessage, intent: TranscriptEntry.voicemailMessage)
            // A message of which nothing is left when its variables are filled in.
            if !mouth.isSpeaking { await perform(.leave(.voicemail)) }
        case .introduce: await say(script.introduction, intent: TranscriptEntry.introduction)
        case .press(let keys):
            chronicle.report(.press(keys))
            chronicle.addPressed(keys, at: position, step: nil, intent: nil)
        case .decideAfresh: break
        case .begin:
            if let speech = turns.cut() { finish(speech) }
            restart()
            await greet()
        case .leave(let reason):
            leaving = reason
            turns.isInterruptible = false
            cancelReply()
        }
    }

    /// Begins from the beginning: somebody else is there.
    private func restart() {
        dropGuess()
        cancelReply()
        abandonErrands()
        dialogue = fresh
        parts.realtime?.send(.note("[Until now no person was on the line. One is now: begin anew.]"))
        hasExplained = false
        menuEnd = nil
        (hasSpoken, silences, misunderstandings, isTakingLeave, isOwed) = (false, 0, 0, false, false)
    }
}
