import Calls

// Music in place of the callee.
extension TalkLoop {
    /// Follows whether music plays. Nobody is put on hold by a callee of whom nothing was heard yet: what plays then is what answered.
    func followMusic(_ frame: ArraySlice<Int16>, _ sound: TurnTaking.Sound, at start: Int64) async {
        guard chronicle.hasUnderstood, !isHeld, leaving == nil else { return }
        switch music.hear(frame, sound, at: start) {
        case nil: return
        case .began(let start)?:
            chronicle.beginHold(start)
            // What is being listened to is the music.
            dropGuess()
            if turns.cut() != nil {
                utterance = nil
                utterances += 1
                partial = nil
                parts.realtime?.send(.forget)
            }
            _ = interrupt()
            waiting = nil
            isHolding = true
            holdingSince = position
            inform("Music plays: the \(brief.side.other) has put you on hold")
        case .ended(let range, let speech)?:
            chronicle.addHold(range)
            inform("The music has ended")
            guard let speech else { return }
            turns.begin(speech)
            await listen(from: speech.start)
        }
    }
}
