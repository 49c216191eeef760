import Calls
import Hummingbird

/// What the gate decided, with every rule it asked.
struct NativeDecision: ResponseEncodable, Sendable {
    enum Verdict: String, Encodable, Sendable {
        case go
        case wait
        case block
    }

    let verdict: Verdict
    /// Not before then. `null` unless the verdict is `wait` and a clock decides.
    @Nullable var waitUntil: String?
    /// The rule that decided. `null` if nothing stands in the way.
    @Nullable var rule: GateRule?
    /// Why, in a sentence.
    @Nullable var reason: String?
    let stage: GateDecision.Stage
    let decidedAt: String
    /// The moment it is about.
    let dialAt: String
    let checks: [Check]

    struct Check: Encodable, Sendable {
        let rule: GateRule
        let outcome: GateCheck.Outcome
        let reason: String
        let values: [String: JSONValue]
        @Nullable var until: String?

        init(_ check: GateCheck) {
            rule = check.rule
            outcome = check.outcome
            reason = check.reason
            values = check.values
            until = check.until.map(Timestamp.text)
        }
    }

    init(_ decision: GateDecision) {
        switch decision.verdict {
        case .go: verdict = .go
        case .wait(let until):
            verdict = .wait
            waitUntil = until.map(Timestamp.text)
        case .block: verdict = .block
        }
        rule = decision.decisive?.rule
        reason = decision.decisive?.reason
        stage = decision.stage
        decidedAt = Timestamp.text(decision.decidedAt)
        dialAt = Timestamp.text(decision.dialAt)
        checks = decision.checks.map(Check.init)
    }
}

/// Why a number was, or was not, called.
struct NativeDecisions: ResponseEncodable, Sendable {
    /// The oldest first.
    let data: [NativeDecision]
    /// What would be decided now. `null` for calls that are on their way or over.
    @Nullable var present: NativeDecision?

    init(past: [GateDecision], present: GateDecision?) {
        data = past.map(NativeDecision.init)
        self.present = present.map(NativeDecision.init)
    }
}
