import Calls

/// What an agent would say and be told on a call, with its variables filled in, without one being made.
package struct AgentScript: Sendable, Hashable {
    /// What it says before it listens for the first time.
    package let opening: [String]
    /// What a language model would be told of its part. Nil: a flow leads.
    package let prompt: String?
    package let goodbye: String
    /// What it would leave in a mailbox. Nil: nothing.
    package let voicemail: String?

    /// `brief` is that of a call, as if one were made.
    package init(_ brief: ConversationBrief, hasTools: Bool) {
        let script = FlowState(agent: brief.agent, variables: brief.variables)
        goodbye = script.filled(brief.agent.goodbye)
        voicemail = brief.agent.voicemail.action == .leaveMessage ? script.voicemailMessage : nil
        if brief.agent.flow != nil {
            opening = WrittenFlow(agent: brief.agent, variables: brief.variables).opening
            prompt = nil
        } else if let model = brief.agent.model {
            // Without a greeting of its own the model makes one.
            let greeting = script.filled(brief.agent.greeting)
            let disclosure = brief.disclosure
            let own = greeting.allSatisfy(\.isWhitespace) ? [] : [greeting]
            opening = own + (own.isEmpty ? [] : disclosure.map { $0 == greeting ? [] : [$0] } ?? [])
            prompt = ConversationAccount(brief, realtime: model).prompt
        } else {
            let greeting = script.filled(brief.agent.opening)
            let disclosure = brief.disclosure
            opening = [greeting] + (disclosure.map { $0 == greeting ? [] : [$0] } ?? [])
            prompt = SystemPrompt(brief, hasTools: hasTools).text
        }
    }
}
