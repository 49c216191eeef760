/// What a completed call was worth, in one word.
package enum CallOutcome: String, Sendable, Hashable, Codable, CaseIterable {
    /// It met its goal.
    case success
    /// It did not, but somebody talked with the agent.
    case middle
    /// Neither.
    case spam
}

extension Call {
    /// Whoever talked to a machine talked to nobody. Without its goal met, a call was a conversation if it lasted at least 30 s and the callee had the turn at least three times: the rule
    /// by which platforms bill by outcome. Nil unless the call is completed.
    package var outcome: CallOutcome? {
        guard lifecycle.status == .completed else { return nil }
        if reached == .machine { return .spam }
        if goal == .met { return .success }
        return (duration ?? 0) >= 30 && calleeTurns >= 3 ? .middle : .spam
    }
}

extension [TranscriptEntry] {
    /// How often a person on the callee's side had the turn: entries of theirs with none of the agent's between them are one.
    package var calleeTurns: Int {
        let speakers = filter { $0.speaker == .agent || $0.isPersons }.sorted { $0.start < $1.start }.map(\.speaker)
        return speakers.indices.count { speakers[$0] == .callee && ($0 == 0 || speakers[$0 - 1] == .agent) }
    }
}
