import Calls

// Music in place of the callee.
extension ConversationLoop {
    /// Follows whether music plays. Nobody is put on hold by a callee of whom nothing was heard yet: what plays then is what answered.
    func followMusic(_ frame: ArraySlice<Int16>, _ sound: TurnTaking.Sound, at start: Int64) async {
        // What is said into a message is its taker's to judge.
        guard chronicle.hasUnderstood, !isHeld, leaving == nil, !state.takesMessage else { return }
        switch music.hear(frame, sound, at: start) {
        case nil: return
        case .began(let start)?:
            chronicle.beginHold(start)
            // What is being listened to is the music.
            if turns.cut() != nil { listener.drop() }
            interruption = nil
            _ = stopSpeaking()
            state.hold()
            quietSince = position
        case .ended(let range, let speech)?:
            chronicle.addHold(range)
            guard let speech else { return }
            turns.begin(speech)
            await listen(from: speech.start)
        }
    }
}
