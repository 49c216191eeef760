/// What leads an agent's side of a conversation.
package enum Conductor: String, Sendable, Hashable, Codable, CaseIterable {
    /// The agent's own flow.
    case flow
    /// A language model, by the agent's instructions.
    case languageModel = "language_model"
    /// The realtime model that the agent names, by the agent's instructions.
    case realtimeModel = "realtime_model"
    /// The built-in flow that takes a message, because the agent goes by instructions and something is missing to follow them (`TalkLack`).
    case messageTaking = "message_taking"
}

/// What a server lacks for a language model to lead agents that go by instructions.
package enum TalkLack: Sendable, Hashable, CustomStringConvertible {
    case languageModel
    /// Nobody takes down free speech: the embedded recogniser knows only words that it is told to expect.
    case dictation

    package var description: String {
        switch self {
        case .languageModel: "no language model is configured"
        case .dictation: "no recogniser that takes down free speech is configured"
        }
    }

    /// Where it is not known which one it is.
    package static let either = "\(languageModel), or \(dictation)"
}

extension Agent {
    /// What leads its conversations on a server that lacks this, or nothing.
    package func conductor(lacking lack: TalkLack?) -> Conductor {
        if flow != nil { return .flow }
        if model != nil { return .realtimeModel }
        return lack == nil ? .languageModel : .messageTaking
    }
}
