extension CallRequest {
    /// What a language model is told about its part: the persona, then the instructions of this call, with their variables. Empty for an
    /// agent that has neither.
    package func prompt(for agent: Agent, fetched: [String: JSONValue] = [:]) -> String {
        let speaker = applied(to: agent)
        let values = values(for: agent, fetched: fetched)
        return [speaker.persona, speaker.instructions]
            .filter { $0.contains { !$0.isWhitespace } }
            .map { Template($0).filled { values[$0]?.spoken } }
            .joined(separator: "\n\n")
    }
}

extension Agent {
    /// The number that a call to `destination` shows unless it asks for another. The agent must have one.
    package func callerID(for destination: PhoneNumber) -> PhoneNumber {
        switch callerIDChoice {
        case .first: numbers[0]
        case .rotate:
            // The last digits differ most. The same callee always sees the same number and can call it back.
            numbers[(Int(destination.digits.suffix(6)) ?? 0) % numbers.count]
        }
    }
}
