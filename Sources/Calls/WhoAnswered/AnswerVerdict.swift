/// Who answered, how sure that is, and why. A later verdict of the same call replaces an earlier one.
package struct AnswerVerdict: Sendable, Hashable, Codable {
    /// One of `Reached.answering`.
    package var answerer: Reached
    /// 0…1. Made of how far the evidence lies from the threshold that decided; not a measured probability.
    package var confidence: Double
    /// For people: "4.1 s of speech without a pause: a recorded greeting".
    package var reason: String
    /// When it was decided, in ms since the first frame after the answer.
    package var at: Int
    /// From the end of the callee's first utterance to `at`, in ms. Nil: decided before it ended, or without one.
    package var delay: Int?

    package init(answerer: Reached, confidence: Double, reason: String, at: Int, delay: Int? = nil) {
        self.answerer = answerer
        self.confidence = confidence
        self.reason = reason
        self.at = at
        self.delay = delay
    }

    /// Whether it is taken for a machine only because of what it did not say: a person may yet answer.
    package var isDoubtful: Bool { answerer == .machine && confidence < 0.7 }

    /// Before anything was heard.
    package static let none = AnswerVerdict(answerer: .unknown, confidence: 0, reason: "nothing heard yet", at: 0)
}
