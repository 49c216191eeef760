/// What comes in beside the audio of a talking agent: keys, commands, and what becomes of the work under way. A line is one answer of the model.
enum TalkItem: Sendable {
    case digit(Character)
    case command(ConversationCommand)
    /// What the callee said, as far as it was understood.
    case heard(TurnTaking.Speech, Result<Recognition, any Error>)
    /// What was said, if the callee was done when it seemed so.
    case guessed(guess: Int, Result<Recognition, any Error>)
    /// What the recogniser tells of an utterance while it goes on.
    case told(utterance: Int, HearingEvent)
    /// The model's first words are there.
    case began(line: Int)
    case sound(line: Int, Portion)
    case called(line: Int, ToolCall)
    case ended(line: Int, ModelEnding)
    case failed(line: Int, any Error)
    /// What came of a realtime model.
    case realtime(RealtimeEvent)
    /// What came of a request.
    case returned(errand: Int, Result<String, RequestFailure>)
}

/// Some sound of a sentence, in the order in which it is to be heard.
struct Portion: Sendable {
    enum Place: Sendable {
        /// The first of it; there may be more.
        case first
        case next
        /// Nothing more comes: it is whole.
        case end
    }

    /// Nil: its words come by themselves.
    var sentence: String? = nil
    var samples: [Int16]
    var place: Place
}
