/// Speech with no long silence in it. In ms.
struct AnswerStretch: Sendable {
    let start: Int
    var end: Int
    /// Whether the agent was speaking when it began.
    let beganOverAgent: Bool
    /// Whether it is more likely a reply than a greeting.
    let answersAgent: Bool
    /// How much of it was spoken while the agent spoke.
    var overAgent = 0
    /// How much of it was speech.
    var voiced: Int

    var length: Int { end - start }

    init(start: Int, _ moment: AnswerMoment, answersAgent: Bool = false) {
        self.start = start
        end = start
        voiced = 0
        beganOverAgent = moment.agentSpeaks
        self.answersAgent = answersAgent
    }

    mutating func extend(to now: Int, _ moment: AnswerMoment) {
        end = now
        // The first of it comes in one piece.
        voiced = voiced == 0 ? now - start : voiced + AnswerEvidence.step
        if moment.agentSpeaks { overAgent += AnswerEvidence.step }
    }
}
