/// What comes in beside the audio of a talking agent: keys, commands, and what becomes of the work under way. A line is one answer of the model.
enum TalkItem: Sendable {
    case digit(Character)
    case command(ConversationCommand)
    /// What the callee said, as far as it was understood.
    case heard(TurnTaking.Speech, Result<Recognition, any Error>)
    /// The model's first words are there.
    case began(line: Int)
    case sentence(line: Int, String, [Int16])
    case called(line: Int, ToolCall)
    case ended(line: Int, ModelEnding)
    case failed(line: Int, any Error)
    /// What came of a request.
    case returned(errand: Int, Result<String, RequestFailure>)
}
