import Calls

/// What a flow does next.
struct FlowMove: Sendable {
    struct Line: Sendable, Hashable {
        var text: String
        /// Nil for the greeting.
        var step: String?
        /// `TranscriptEntry.byRequest` for what somebody outside the conversation had the agent say.
        var intent: String?
    }

    /// Something the callee said before, of which only now is known what it was.
    struct Said: Sendable, Hashable {
        var text: String
        /// On the recording, in ms.
        var start: Int
        /// On the recording, in ms.
        var end: Int
        /// Ms of speech in it, pauses not counted.
        var voiced: Int
        var step: String?
        /// What it was taken for.
        var intent: String?
    }

    /// What goes into the transcript before anything else.
    var said: [Said] = []
    /// What to say, in order. Empty: nothing, and whatever is being said goes on.
    private(set) var lines: [Line] = []
    /// Steps entered and fields set, in order.
    var events: [ConversationEvent] = []
    /// What the callee's words were taken for, if a step's answer or a universal intent.
    var intent: String?
    /// Hang up once the lines are played out, for this reason.
    var leave: EndReason?

    init() {}

    /// Nothing but these words.
    init(saying text: String, step: String?) {
        say(text, step: step)
    }

    mutating func say(_ text: String, step: String?) {
        if text.contains(where: { !$0.isWhitespace }) { lines.append(Line(text: text, step: step)) }
    }
}

/// What every flow agent says where the flow itself has no words for it.
enum FlowLines {
    static let notUnderstood = "Sorry, I did not get that."
    static let givesUp = "I am sorry, I could not understand you."
    static let stillThere = "Are you still there?"
    static let hold = "Of course. Take your time."
    static let noHuman =
        "I cannot put you through to a person right now. I have noted that you would like to speak to somebody."
    static let wrongNumber = "I am sorry, then I have the wrong number."
    static let confirmOptOut = "Did you ask us not to call you again?"
    static let optedOut = "All right. You will not be called again."
    static let timeUp = "I am sorry, I have to end this call now."
    static let apology = "I am sorry, I have a technical problem and must end this call. Goodbye."

    /// Answers to `confirmOptOut`: yes, then no.
    static let optOutAnswers = StepVocabulary(
        answers: [
            Flow.Answer(name: "yes", expects: .yes, then: .again),
            Flow.Answer(name: "no", expects: .no, then: .again),
        ]
    )

    /// Everything above that may be needed at once, for rendering it beforehand.
    static let all = [
        apology, notUnderstood, stillThere, hold, noHuman, wrongNumber, confirmOptOut, optedOut, timeUp, givesUp,
    ]
}
