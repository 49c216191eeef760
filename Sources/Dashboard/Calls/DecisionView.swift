import Calls

/// What the gate says of a call, rule by rule.
struct DecisionView {
    let decision: GateDecision
    /// Asked for before anything is placed.
    var isInquiry = false

    var html: HTML {
        """
        \(HTML.notice("<p><strong>\(headline)</strong>\(because)</p>", tone))
        <details class="checks"><summary>\(decision.checks.count { $0.outcome != .off }) rules asked</summary>
        <ul>\(decision.checks.filter { $0.outcome != .off }.map(row))</ul></details>
        """
    }

    private var headline: HTML {
        switch decision.verdict {
        case .go: isInquiry ? "Would be dialed at once." : "May be dialed."
        case .wait(let until?): "\(isInquiry ? "Would wait" : "Waits") until \(HTML.time(until))."
        case .wait(nil): "\(isInquiry ? "Would wait" : "Waits") for its turn."
        case .block: "\(isInquiry ? "Would not be dialed." : "Not dialed.")"
        }
    }

    private var because: HTML { decision.decisive.map { " \($0.reason)" } ?? "" }

    private var tone: HTML.Tone {
        switch decision.verdict {
        case .go: .good
        case .wait: .wait
        case .block: .bad
        }
    }

    private func row(_ check: GateCheck) -> HTML {
        let tone: HTML.Tone =
            switch check.outcome {
            case .passed: .good
            case .waits: .wait
            case .blocked: .bad
            case .off: .plain
            }
        return """
            <li>\(HTML.badge(check.outcome.rawValue, tone)) <strong>\(check.rule.rawValue.replacing("_", with: " "))</strong> \(check.reason)</li>
            """
    }
}
