package import Calls
package import Conversation
package import FoundationEssentials

extension ConversationBrief {
    /// What a conversation of `call` knows beforehand, with what was `fetched` before the call, at this time.
    package init(of call: Call, fetched: [String: JSONValue], at now: Date) {
        self.init(
            call: call.id,
            agent: call.speaker,
            variables: call.request.values(for: call.agent, fetched: fetched),
            maxDuration: call.maxDuration
        )
        needsVariables = call.request.placeholders == .required
        faults = call.request.faults
        keepsWords = call.request.transcribe
        prompt = fetched.isEmpty ? call.prompt : call.request.prompt(for: call.agent, fetched: fetched)
        // What it should have brought has to be there by now.
        agent.prefetch = nil
        facts = call.facts
        time = now.formatted(.iso8601)
    }
}
