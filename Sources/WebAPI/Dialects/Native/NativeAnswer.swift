import Calls

/// Who or what answered, and on what grounds. Times in ms since the answer.
struct NativeAnswer: Encodable, Sendable {
    let verdict: Reached
    /// 0 to 1.
    let confidence: Double
    let reason: String
    let atMs: Int
    /// From the end of the first thing said to the verdict.
    @Nullable var delayMs: Int?
    /// When the tone was heard that asks for a message.
    @Nullable var toneAtMs: Int?
    /// When a person came to the telephone although something else had answered.
    @Nullable var personJoinedMs: Int?
    /// The message that was left, whole.
    @Nullable var message: Message?
    /// Who or what it really was, by somebody who knows.
    @Nullable var label: Reached?
    let evidence: AnswerEvidence
    /// Those that differed from the defaults.
    let thresholds: AnswerThresholds

    struct Message: Encodable, Sendable {
        let startMs: Int
        let endMs: Int
    }

    /// Nil if nothing is known.
    init?(_ call: Call) {
        guard call.answer != nil || call.answerLabel != nil else { return nil }
        let answer = call.answer ?? AnswerRecord(verdict: .none)
        verdict = answer.verdict.answerer
        confidence = answer.verdict.confidence
        reason = answer.verdict.reason
        atMs = answer.verdict.at
        delayMs = answer.verdict.delay
        toneAtMs = answer.toneAt
        personJoinedMs = answer.personJoined
        message = answer.message.map { Message(startMs: $0.lowerBound, endMs: $0.upperBound) }
        label = call.answerLabel
        evidence = answer.evidence
        thresholds = answer.thresholds
    }
}
