/// One thing said, on the recording's clock.
package struct TranscriptEntry: Sendable, Hashable, Codable {
    package enum Speaker: String, Sendable, Hashable, Codable {
        case agent
        case callee
    }

    package var speaker: Speaker
    /// What was heard: for the agent, the part that was played out before the callee interrupted or the line went down.
    package var text: String
    /// What the agent was going to say. Nil for the callee.
    package var generated: String?
    /// Ms since the recording began, which is when the call was answered.
    package var start: Int
    /// Ms since the recording began.
    package var end: Int
    /// The flow step in which it was said.
    package var step: String?
    /// Callee: which answer or universal intent it was taken for, or `onHold` or `menu`. Nil when nothing was understood. Agent: `byRequest`,
    /// `voicemailMessage`, `introduction`, `disclosure`, `filler`, or nil.
    package var intent: String?
    /// Whether it was keyed and not spoken.
    package var keyed: Bool

    /// The agent said it because somebody asked for it while the call was live.
    package static let byRequest = "by_request"
    /// The agent left it in a mailbox.
    package static let voicemailMessage = "voicemail_message"
    /// It says that an automaton is speaking.
    package static let disclosure = "disclosure"
    /// The agent said it because the callee had to wait.
    package static let filler = "filler"
    /// The callee had put the line on hold: music played.
    package static let onHold = "on_hold"
    /// An automatic menu said it, in the callee's place.
    package static let menu = "menu"
    /// The agent told it a screener.
    package static let introduction = "introduction"

    /// Whether a person on the callee's side said it: music and menus are none.
    package var isPersons: Bool { speaker == .callee && intent != Self.onHold && intent != Self.menu }

    package init(
        speaker: Speaker,
        text: String,
        generated: String? = nil,
        start: Int,
        end: Int,
        step: String? = nil,
        intent: String? = nil,
        keyed: Bool = false
    ) {
        self.speaker = speaker
        self.text = text
        self.generated = generated
        self.start = start
        self.end = end
        self.step = step
        self.intent = intent
        self.keyed = keyed
    }
}
