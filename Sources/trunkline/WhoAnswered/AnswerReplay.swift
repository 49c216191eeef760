import Calls

/// Stored calls decided again with other thresholds: `trunkline amd replay`. The same calls and settings always give the same lines.
struct AnswerReplay {
    struct Change {
        let call: AnsweredCall
        let before: Reached
        let after: AnswerVerdict
        let label: Reached?

        /// Whether it is right now, or was. Nil: nobody knows, or it is as wrong as it was.
        var isBetter: Bool? {
            guard let label, label != .unknown, (before == label) != (after.answerer == label) else { return nil }
            return after.answerer == label
        }
    }

    let settings: [String]
    private(set) var replayed = 0
    /// Nobody asked who answered these, or what was heard is erased.
    private(set) var withoutEvidence = 0
    /// With their own thresholds these are decided otherwise than they were: by another version of the decision.
    private(set) var notReproduced: [AnsweredCall] = []
    private(set) var changes: [Change] = []
    private(set) var before = AnswerConfusion()
    private(set) var after = AnswerConfusion()

    /// `set` lays the changes over a call's own thresholds.
    init(_ calls: [AnsweredCall], settings: [String], set: (inout AnswerThresholds) throws -> Void) rethrows {
        self.settings = settings
        for call in calls {
            guard let answer = call.whoAnswered, let again = call.decided(by: answer.thresholds) else {
                withoutEvidence += 1
                continue
            }
            var thresholds = answer.thresholds
            try set(&thresholds)
            guard let verdict = call.decided(by: thresholds) else { continue }
            replayed += 1
            if again.answerer != answer.verdict { notReproduced.append(call) }
            if let label = answer.label {
                before.add(truth: label, verdict: answer.verdict)
                after.add(truth: label, verdict: verdict.answerer)
            }
            guard verdict.answerer != answer.verdict else { continue }
            changes.append(Change(call: call, before: answer.verdict, after: verdict, label: answer.label))
        }
    }

    func lines() -> [String] {
        let what = settings.isEmpty ? "their own thresholds" : settings.joined(separator: ", ")
        var lines = ["\(replayed) calls decided again with \(what)"]
        if withoutEvidence > 0 { lines.append("\(withoutEvidence) more have no evidence to decide by") }
        if !notReproduced.isEmpty {
            lines.append(
                "\(notReproduced.count) are decided otherwise even with the thresholds they had: by another version"
            )
        }
        for change in changes {
            let truth = change.label.map { "; really \($0.rawValue)" } ?? ""
            lines.append(
                "  \(change.call.id)  \(change.before.rawValue) -> \(change.after.answerer.rawValue)  \(change.after.reason)\(truth)"
            )
        }
        let better = changes.count { $0.isBetter == true }
        let worse = changes.count { $0.isBetter == false }
        lines.append(
            "\(changes.count) change their verdict: \(better) to the better, \(worse) to the worse, \(changes.count - better - worse) nobody can say"
        )
        if before.total > 0 {
            lines += [""] + before.lines("Truth, and the verdict before") + [""]
            lines += after.lines("Truth, and the verdict after")
            lines.append("Told rightly: \(before.right) of \(before.total) before, \(after.right) after")
        }
        return lines
    }

    var document: JSONValue {
        let changes = changes.map { change -> JSONValue in
            [
                "call": .string(change.call.id),
                "before": .string(change.before.rawValue),
                "after": .string(change.after.answerer.rawValue),
                "reason": .string(change.after.reason),
                "label": change.label.map { .string($0.rawValue) } ?? .null,
            ]
        }
        return [
            "settings": .array(settings.map(JSONValue.string)),
            "replayed": .integer(Int64(replayed)),
            "without_evidence": .integer(Int64(withoutEvidence)),
            "not_reproduced": .array(notReproduced.map { .string($0.id) }),
            "changes": .array(changes),
            "before": before.document,
            "after": after.document,
        ]
    }
}
