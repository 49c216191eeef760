import Calls

// What is asked from outside, and keys.
extension TalkLoop {
    func obey(_ item: TalkItem) async {
        switch item {
        case .digit where isHeld: return
        case .digit(let key):
            keys.append(key)
            (keysSince, quietSince) = (position, position)
            if key == "#" || keys.count >= 32 { takeKeys() }
        case .command(.sayGoodbye):
            _ = interrupt()
            muted = nil
            await leave(.endedByRequest, saying: [script.filled(brief.agent.goodbye)])
        case .command(.say(let text, interrupting: false)): requested.append(text)
        case .command(.say(let text, interrupting: true)):
            _ = interrupt()
            requested.insert(text, at: 0)
            await sayRequested()
        case .command(.know(let note)):
            let values = note.variables.sorted { $0.key < $1.key }.map { "\($0.key): \($0.value.spoken)" }
            let text = ([note.text].compactMap(\.self) + values).joined(separator: "; ")
            if !text.isEmpty { inform("You are told during the call: \(text)") }
        case .command(.mute):
            guard muted == nil else { return }
            _ = interrupt()
            muted = false
        case .command(.unmute):
            guard let wasSpokenTo = muted else { return }
            muted = nil
            if wasSpokenTo { answer(nil) }
        default: return
        }
    }

    /// Keys that nobody has pressed more of for a while are a whole answer.
    func takeKeys() {
        guard !keys.isEmpty else { return }
        let pressed = keys
        keys = ""
        watch.confirmPerson()
        hasSpoken = true
        chronicle.addKeys(pressed, at: position, step: nil, intent: nil)
        inform("The \(brief.side.other) pressed the keys \(pressed)")
        guard muted == nil else {
            muted = true
            return
        }
        _ = interrupt()
        answer(nil)
    }

    /// Says what somebody asked for, also if the agent is muted: that keeps it from words of its own.
    func sayRequested() async {
        guard !requested.isEmpty else { return }
        let texts = requested
        requested = []
        for text in texts { await say(text, intent: TranscriptEntry.byRequest) }
    }
}
