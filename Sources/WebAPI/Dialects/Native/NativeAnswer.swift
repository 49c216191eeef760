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
    /// The message that was left, whole.
    @Nullable var message: Message?
    /// Who or what it really was, by somebody who knows.
    @Nullable var label: Reached?
    /// What was measured.
    let evidence: JSONValue

    struct Message: Encodable, Sendable {
        let startMs: Int
        let endMs: Int
    }

    /// Nil if nothing is known.
    init?(_ call: Call) {
        guard let answer = call.answer ?? Self.labelled(call) else { return nil }
        verdict = answer.verdict
        confidence = answer.confidence
        reason = answer.reason
        atMs = answer.at
        delayMs = answer.delay
        toneAtMs = answer.beep
        message = answer.message.map { Message(startMs: $0.lowerBound, endMs: $0.upperBound) }
        label = call.answerLabel
        evidence = answer.evidence
    }

    /// A call on which nothing was decided may still have a label.
    private static func labelled(_ call: Call) -> AnswerRecord? {
        guard call.answerLabel != nil else { return nil }
        return AnswerRecord(verdict: .unknown, confidence: 0, reason: "Nothing was decided on this call", at: 0)
    }
}
