package import Calls

/// A talk in writing with an agent that follows a flow: the same flow as in a call, with words that need not be heard first.
package struct WrittenFlow: Sendable {
    /// What the agent did about one thing that was written to it.
    package struct Answer: Sendable {
        package var lines: [String]
        /// What the words were taken for. Nil if they fit nothing.
        package var intent: String?
        /// The agent has hung up.
        package var isOver: Bool
    }

    /// What it says before anything is written to it.
    package let opening: [String]
    private var state: FlowState

    package var fields: [String: JSONValue] { state.fields }
    package var goal: Goal { state.goal }
    /// Where the flow is now.
    package var step: String { state.step }

    /// `variables` are the agent's defaults and the talk's own values, merged.
    package init(agent: Agent, variables: [String: JSONValue]) {
        state = FlowState(agent: agent, variables: variables)
        opening = state.begin().lines.map(\.text)
    }

    /// Has the agent answer. Nothing written is silence; a single key is pressed where one is listened for.
    package mutating func answer(_ words: String) -> Answer {
        let move = move(words.allSatisfy(\.isWhitespace) ? nil : words)
        return Answer(lines: move.lines.map(\.text), intent: move.intent, isOver: state.phase == .ending)
    }

    private mutating func move(_ words: String?) -> FlowMove {
        guard let words else { return state.silence() }
        if let key = words.first, words.count == 1, let pressed = state.pressed(key)?.move { return pressed }
        let vocabulary = state.vocabulary
        var meaning: (StepVocabulary.Meaning, confidence: Double)?
        if case .heard(let entry, let heard, let confidence) = vocabulary.vocabulary.recognition(
            of: words,
            confidence: 1
        ) {
            meaning = vocabulary.meaning(of: entry, words: heard).map { ($0, confidence) }
        }
        if state.takesMessage {
            let phrase = MessageTaking.Phrase(
                start: 0,
                end: words.count * 60,
                voiced: words.count * 60,
                words: words,
                meaning: meaning?.0,
                confidence: meaning?.confidence ?? 0
            )
            if !state.said(phrase), let move = state.endMessage() { return move }
        }
        guard let (meaning, confidence) = meaning else { return state.notUnderstood(unheard: nil) }
        return state.heard(meaning, confidence: confidence, unheard: nil)
    }
}
