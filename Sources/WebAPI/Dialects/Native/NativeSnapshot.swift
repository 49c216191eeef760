import Calls

/// What spoke on a call: kept with it, whatever becomes of the agent.
struct NativeSnapshot: Encodable, Sendable {
    let name: String
    let voice: String
    let language: String
    let greeting: String
    let persona: String
    let instructions: String
    /// Persona and instructions with their variables, as a language model is told them.
    let prompt: String
    @Nullable var returns: [String: JSONValue]?
    let record: Bool
    let transcribe: Bool
    let voicemail: Agent.Voicemail.Action
    /// What leads the conversation; `null` for calls from before this was kept.
    @Nullable var conductedBy: Conductor?

    init(_ call: Call) {
        let speaker = call.speaker
        name = speaker.name
        voice = speaker.voice
        language = speaker.language
        greeting = speaker.opening
        persona = speaker.persona
        instructions = speaker.instructions
        prompt = call.prompt
        returns = speaker.returns
        record = call.isRecorded
        transcribe = call.request.transcribe
        voicemail = speaker.voicemail.action
        conductedBy = call.conductor
    }
}
