package import Calls
import Conversation
import FoundationEssentials

/// What an agent would say and be told on a call with certain values, without one being made.
package struct AgentPreview: Sendable, Hashable {
    /// What it says before it listens for the first time.
    package let opening: [String]
    /// What a language model would be told of its part. Nil: a flow leads.
    package let prompt: String?
    package let goodbye: String
    /// What it would leave in a mailbox. Nil: nothing.
    package let voicemail: String?
    /// Placeholders that nothing gives a value to, sorted.
    package let missing: [String]
}

/// One thing that was written to an agent, and what it answered.
package struct RehearsedTurn: Sendable, Hashable {
    package var said: String
    package var answered: [String]
    /// What the words were taken for, in a flow. Nil if they fit nothing, or a language model leads.
    package var intent: String?
    package var tools: [ConversationAccount.ToolUse] = []

    package init(said: String, answered: [String], intent: String? = nil) {
        self.said = said
        self.answered = answered
        self.intent = intent
    }
}

/// A talk with an agent in writing, as far as it has come.
package struct Rehearsal: Sendable {
    package var opening: [String]
    package var turns: [RehearsedTurn] = []
    package var fields: [String: JSONValue] = [:]
    /// The agent has hung up.
    package var isOver = false
    /// Nil while it is open, and where a language model leads: it is judged after the call.
    package var goal: Goal?
}

// An agent tried without a telephone.
extension AgentControl {
    /// How many turns a talk in writing may have.
    package static let longestRehearsal = 200

    /// What the agent would say and be told with these values.
    package func preview(_ agent: Agent, variables: [String: JSONValue]) -> AgentPreview {
        let brief = brief(agent, variables)
        let script = AgentScript(brief, hasTools: languageModel?.abilities.tools ?? true)
        return AgentPreview(
            opening: script.opening,
            prompt: script.prompt,
            goodbye: script.goodbye,
            voicemail: script.voicemail,
            missing: Template.missingVariables(in: agent, variables: brief.variables)
        )
    }

    /// Talks with an agent in writing: the flow of a call, or its language model with prompt and tools. `turns` is what was written so far;
    /// `words`, if there are any, are answered; empty ones are silence. Nothing is kept between two questions.
    ///
    /// Throws `Refusal.missingVariables`, `Refusal.noLanguageModel` for an agent without a flow where none is configured, and `Refusal.invalid`
    /// for one that a realtime model speaks for: there is nothing of it in writing.
    package func rehearse(
        _ agent: Agent,
        variables: [String: JSONValue],
        after turns: [RehearsedTurn],
        saying words: String?
    ) async throws -> Rehearsal {
        let brief = brief(agent, variables)
        let missing = Template.missingVariables(in: agent, variables: brief.variables)
        guard missing.isEmpty else { throw Refusal.missingVariables(missing) }
        guard turns.count < Self.longestRehearsal else {
            throw Refusal.invalid(field: "turns", message: "a talk may have \(Self.longestRehearsal) turns")
        }
        if let model = agent.model, agent.flow == nil {
            guard words != nil else { return Rehearsal(opening: preview(agent, variables: variables).opening) }
            let message = "\(model) hears and speaks, and cannot be written to: call a number of the phone lab"
            throw Refusal.invalid(field: "model", message: message)
        }
        return agent.flow == nil
            ? try await talk(brief, after: turns, saying: words)
            : follow(brief, turns.map(\.said) + (words.map { [$0] } ?? []))
    }

    /// A flow takes the same words the same way each time: it is followed from its beginning.
    private func follow(_ brief: ConversationBrief, _ words: [String]) -> Rehearsal {
        var flow = WrittenFlow(agent: brief.agent, variables: brief.variables)
        var rehearsal = Rehearsal(opening: flow.opening)
        for said in words where !rehearsal.isOver {
            let answer = flow.answer(said)
            rehearsal.turns.append(RehearsedTurn(said: said, answered: answer.lines, intent: answer.intent))
            rehearsal.isOver = answer.isOver
        }
        rehearsal.fields = flow.fields
        rehearsal.goal = rehearsal.isOver ? flow.goal : nil
        return rehearsal
    }

    private func talk(
        _ brief: ConversationBrief,
        after turns: [RehearsedTurn],
        saying words: String?
    ) async throws -> Rehearsal {
        guard let languageModel else { throw Refusal.noLanguageModel }
        var talk = WrittenTalk(brief, model: languageModel)
        for turn in turns { talk.recall(turn.said, answered: turn.answered.joined(separator: " ")) }
        var rehearsal = Rehearsal(opening: talk.opening, turns: turns)
        guard let words else { return rehearsal }
        let isSilence = words.allSatisfy(\.isWhitespace)
        let answer: WrittenTalk.Answer
        do {
            answer = try await talk.answer(isSilence ? "[silence]" : words)
        } catch let failure as ModelFailure {
            throw Refusal.invalid(field: "words", message: "the language model failed: \(failure)")
        }
        var turn = RehearsedTurn(said: words, answered: answer.text.isEmpty ? [] : [answer.text])
        turn.tools = answer.tools
        rehearsal.turns.append(turn)
        rehearsal.fields = talk.fields
        rehearsal.isOver = answer.isOver
        return rehearsal
    }

    private func brief(_ agent: Agent, _ variables: [String: JSONValue]) -> ConversationBrief {
        let now = now()
        let request = CallRequest(destination: .erased, mode: .test, variables: variables)
        var brief = ConversationBrief(
            call: Call.ID(bornAt: now),
            agent: agent,
            variables: request.values(for: agent),
            maxDuration: agent.settings.maxDuration
        )
        brief.prompt = request.prompt(for: agent)
        brief.time = now.formatted(.iso8601)
        brief.requests = requests
        return brief
    }
}
