/// Who or what answered a call, as far as it was found out, and on what grounds. Times in ms since the answer.
package struct AnswerRecord: Sendable, Hashable, Codable {
    /// `person`, `machine`, `screener`, `ivr` or `unknown`.
    package var verdict: Reached
    /// How sure it is, 0 to 1.
    package var confidence: Double
    /// The grounds in plain words.
    package var reason: String
    /// When the verdict came. The first moment of the call if there was none.
    package var at: Int
    /// From the end of the first thing said to the verdict. Nil if it came before, or nothing was said.
    package var delay: Int?
    /// When the tone was heard that asks for a message.
    package var beep: Int?
    /// When a message was left, from its first to its last word. Nil if none was, or it was cut off.
    package var message: Range<Int>?
    /// What was measured: from it and the thresholds the verdict follows again.
    package var evidence: JSONValue

    package init(
        verdict: Reached,
        confidence: Double,
        reason: String,
        at: Int,
        delay: Int? = nil,
        beep: Int? = nil,
        message: Range<Int>? = nil,
        evidence: JSONValue = .null
    ) {
        self.verdict = verdict
        self.confidence = confidence
        self.reason = reason
        self.at = at
        self.delay = delay
        self.beep = beep
        self.message = message
        self.evidence = evidence
    }
}

extension Call {
    /// What the call is over as if the line goes down while it is not a person that is dealt with. Nil if whatever answered is talked to.
    package var unattendedReason: EndReason? {
        switch answer?.verdict {
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
