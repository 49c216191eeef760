extension AnswerDecision {
    /// The callee's side puts the line down, and nothing more will be heard.
    package mutating func hangUp() -> [AnswerEvent] {
        let before = verdict.answerer
        guard now < AnswerEvidence.longest, before == .person || before == .unknown else { return [] }
        weighHangUp()
        return verdict.answerer == before ? [] : [.verdict(verdict)]
    }

    /// Whether what hung up without the least word for the agent was a recording that had said its piece.
    private mutating func weighHangUp() {
        guard let stretch, !hasReplied, !mayHaveReplied else { return }
        // Nothing was heard behind the agent's words, or it was broken off before there was anything to reply to.
        guard quiet >= agentSilence || agentTurn < Self.longestUnheard else { return }
        let spoken = spokenBefore + stretch.length
        guard spoken >= thresholds[.hungUpSpeech] else { return }
        // It had something to reply to, or time to say more.
        guard agentSpoken >= Self.shortestTurn || agentSpoken > 0 && agentSilence >= Self.shortestPause else { return }
        // Who hangs up in the middle of the agent's words, some of which were listened to, has heard enough: that is a person.
        guard agentSilence > 0 || agentHeard < Self.shortestListened else { return }
        decide(
            .machine,
            0.6,
            "\(seconds(spoken)) of speech, and the line was hung up without a reply to the agent's: nobody listened"
        )
    }
}
