/// What leads an agent's side of a conversation.
package enum Conductor: String, Sendable, Hashable, Codable, CaseIterable {
    /// The agent's own flow.
    case flow
    /// A language model, by the agent's instructions.
    case languageModel = "language_model"
    /// The realtime model that the agent names, by the agent's instructions.
    case realtimeModel = "realtime_model"
    /// The built-in flow that takes a message, because the agent goes by instructions and there is no language model.
    case messageTaking = "message_taking"
}

extension Agent {
    /// What leads its conversations on a server that has a language model, or has none.
    package func conductor(hasLanguageModel: Bool) -> Conductor {
        if flow != nil { return .flow }
        if model != nil { return .realtimeModel }
        return hasLanguageModel ? .languageModel : .messageTaking
    }
}
