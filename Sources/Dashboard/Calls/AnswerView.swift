import Calls
import Engine

/// Who or what answered, on what grounds, and what somebody who knows says of it.
struct AnswerView {
    let call: Call
    let context: SessionContext

    var html: HTML {
        guard call.answer != nil || call.answerLabel != nil else { return .nothing }
        return """
            <section class="card" id="answered"><h2>Who answered</h2>
            \(call.answer.map(verdict))
            \(label)
            </section>
            """
    }

    private func verdict(_ answer: AnswerRecord) -> HTML {
        let percent = Int((answer.verdict.confidence * 100).rounded())
        let joined: HTML? = answer.personJoined.map { "<p>A person joined at \(HTML.position($0)).</p>" }
        return """
            <p><strong>\(answer.verdict.answerer.words)</strong> <span class="quiet">\(percent) % sure, \(HTML.position(answer.verdict.at)) after the answer</span></p>
            <p>\(HTML.foreign(answer.verdict.reason))</p>
            \(joined)
            \(timeline(answer.evidence, until: answer.verdict.at))
            """
    }

    /// When each side spoke, and which tones were heard: the first half minute.
    private func timeline(_ evidence: AnswerEvidence, until verdict: Int) -> HTML {
        let length = max(1000, min(30_000, evidence.duration))
        let bars: ([AnswerEvidence.Span], Int, String) -> [HTML] = { spans, y, name in
            spans.filter { $0.start < length }.map {
                "<rect class=\"\(name)\" x=\"\($0.start)\" y=\"\(y)\" width=\"\(min($0.end, length) - $0.start)\" height=\"12\"/>"
            }
        }
        let tones: [HTML] = evidence.tones.filter { $0.start < length }.map {
            "<rect class=\"tone\" x=\"\($0.start)\" y=\"0\" width=\"\(max(150, length / 80))\" height=\"36\"/>"
        }
        return """
            <svg class="evidence" viewBox="0 0 \(length) 36" preserveAspectRatio="none" role="img" aria-label="When the callee and the agent spoke, until the verdict at \(verdict) ms">
            \(bars(evidence.agent, 2, "agent"))\(bars(evidence.speech, 20, "callee"))\(tones)
            <rect class="head" x="\(min(verdict, length))" y="0" width="\(max(20, length / 300))" height="36"/></svg>
            """
    }

    private var label: HTML {
        let known: HTML = call.answerLabel.map { "<p>Really: <strong>\($0.words)</strong></p>" } ?? .nothing
        guard context.may(.editor) else { return known }
        let buttons: [HTML] = Reached.answering.filter { $0 != .unknown }.map { reached in
            let isChosen = call.answerLabel == reached
            return """
                <button class="second small" name="label" value="\(reached.rawValue)" aria-pressed="\(isChosen ? "true" : "false")">\(reached.words)</button>
                """
        }
        let takeBack: HTML = "<button class=\"plain small\" name=\"label\" value=\"\">take back</button>"
        return """
            <form method="post" action="/calls/\(call.id)/label" class="labels">\(context.session.token)
            <span>\(call.answerLabel == nil ? "Who was it really?" : "Really it was:")</span>
            \(buttons)\(if: call.answerLabel != nil, takeBack)</form>
            """
    }
}
