import Calls
import PhoneLab

/// What came of one call of a suite: what our records say of it, and what the other side saw.
struct EvaluationOutcome: Sendable {
    struct Line: Sendable, Hashable {
        /// `agent` or `callee`; at the callee's end, `said` or `heard`.
        var speaker: String
        /// What was heard of it.
        var text: String
        /// In ms since the answer.
        var start: Int
    }

    var call: String
    var status: String
    var endReason: String?
    var reached: String
    var goal: String
    /// In s since the answer.
    var duration: Int?
    var result: [String: JSONValue]
    var transcript: [Line]
    /// The tools that the agent called, in order.
    var tools: [String]
    /// The lab's account. Nil if the call never got there.
    var lab: LabCall?

    /// Who was called, as the lab names them.
    var callee: String? { lab?.title }

    /// What was said and understood at the callee's end, in order. What the callee's end understood is known of somebody with a recogniser, or who
    /// listens for phrases.
    var calleeAccount: [Line] {
        let said = (lab?.said ?? []).map { Line(speaker: "said", text: $0.text, start: $0.start) }
        let heard = (lab?.heard ?? []).map { Line(speaker: "heard", text: $0.text, start: $0.start) }
        return (said + heard).sorted { $0.start < $1.start }
    }

    /// How long the callee waited after each time they had spoken, in ms, where the agent then spoke before they did again.
    var waits: [Int] {
        guard let lab else { return [] }
        return lab.said.enumerated().compactMap { index, said in
            guard let end = said.end else { return nil }
            let next = lab.said.dropFirst(index + 1).first?.start ?? .max
            // An agent that was speaking already has not waited.
            guard !lab.callerSpeech.contains(where: { $0.start <= end && $0.end ?? .max > end }),
                let answer = lab.callerSpeech.first(where: { $0.start > end }), answer.start < next
            else { return nil }
            return answer.start - end
        }
    }

    /// How often the agent began to speak while the callee spoke, later than both could have begun at once.
    var interruptions: Int {
        guard let lab else { return 0 }
        return lab.callerSpeech.count { speech in
            lab.said.contains { $0.start + Self.atOnce < speech.start && speech.start + Self.atOnce < $0.end ?? .max }
        }
    }

    /// Two who begin to speak within this time did so at once, in ms.
    private static let atOnce = 300
}
