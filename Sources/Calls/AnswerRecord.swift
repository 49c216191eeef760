/// What was found out about who answered a call, and what came of it. Kept with the call.
package struct AnswerRecord: Sendable, Hashable, Codable {
    /// The last verdict.
    package var verdict: AnswerVerdict
    /// What was heard until then and after: from it and `thresholds` the verdict follows again.
    package var evidence: AnswerEvidence
    package var thresholds: AnswerThresholds
    /// A person came to the telephone although something else had answered, in ms since the answer.
    package var personJoined: Int?
    /// The message that was left whole, in ms since the answer.
    package var message: Range<Int>?

    package init(
        verdict: AnswerVerdict,
        evidence: AnswerEvidence = AnswerEvidence(),
        thresholds: AnswerThresholds = AnswerThresholds(),
        personJoined: Int? = nil,
        message: Range<Int>? = nil
    ) {
        self.verdict = verdict
        self.evidence = evidence
        self.thresholds = thresholds
        self.personJoined = personJoined
        self.message = message
    }

    /// Whom the agent was with in the end.
    package var reached: Reached { personJoined == nil ? verdict.answerer : .person }

    /// The same without what was said: when somebody spoke is left.
    package var wordless: AnswerRecord {
        var record = self
        record.evidence.words = []
        return record
    }

    /// When the tone was heard that asks for a message, in ms since the answer.
    package var toneAt: Int? { evidence.tones.first { $0.kind == .beep }?.start }
}

extension Call {
    /// What the call is over as if the line goes down while it is not a person that is dealt with. Nil if whatever answered is talked to.
    package var unattendedReason: EndReason? {
        switch answer?.reached {
        case .machine? where answer?.evidence.deadEnd != nil: answer?.evidence.deadEnd
        case .machine? where speaker.voicemail.action != .talk: .voicemail
        case .screener? where speaker.answering.screener.action != .talk: .screened
        case .ivr? where speaker.answering.menu.action != .talk: .screened
        case .person?, .machine?, .screener?, .ivr?, .nobody?, .unknown?, nil: nil
        }
    }
}

extension Reached {
    /// What a verdict or a label can be: something that answered.
    package static let answering: [Reached] = [.person, .machine, .screener, .ivr, .unknown]
}
