import Calls

/// How well it was told who answered, on calls of which somebody knows: `trunkline amd report`.
struct AnswerReport {
    /// The calls in which it was wrong in one way.
    struct Wrong {
        let error: AnswerError
        /// How many could have been wrong so.
        let possible: Int
        var calls: [AnsweredCall] = []

        var cost: Money { calls.reduce(.zero) { $0 + Money(milliCents: $1.cost.milliCents) } }
        var billedSeconds: Int64 { calls.reduce(0) { $0 + $1.cost.billedSeconds } }
    }

    let labelled: Int
    private(set) var confusion = AnswerConfusion()
    private(set) var wrongs: [Wrong]

    /// Calls without a label count for nothing.
    init(_ calls: [AnsweredCall]) {
        let answers = calls.compactMap { call in
            call.whoAnswered.flatMap { answer in answer.label.map { (call, answer.verdict, $0) } }
        }
        labelled = answers.count
        wrongs = AnswerError.allCases.map { error in
            Wrong(error: error, possible: answers.count { error.concerns($0.2) })
        }
        for (call, verdict, truth) in answers {
            confusion.add(truth: truth, verdict: verdict)
            guard let error = AnswerError(truth: truth, verdict: verdict),
                let place = wrongs.firstIndex(where: { $0.error == error })
            else { continue }
            wrongs[place].calls.append(call)
        }
    }

    /// What to do when there is nothing to report.
    static let howToLabel = """
        No call has a label yet. Say who or what really answered a call, and it counts:
          curl -X PUT -H "Authorization: Bearer $TRUNKLINE_API_KEY" -d '{"label": "machine"}' \\
            http://127.0.0.1:8080/v1/calls/CALL/who_answered
        A label is person, machine, screener, ivr or unknown; null takes it back.
        """

    func lines() -> [String] {
        guard labelled > 0 else { return Self.howToLabel.split(separator: "\n").map(String.init) }
        var lines = confusion.lines("Truth, and the last verdict")
        lines += ["", "\(confusion.right) of \(labelled) told rightly"]
        for wrong in wrongs where wrong.possible > 0 {
            let share = Share(wrong.calls.count, of: wrong.possible).text
            lines.append("\(wrong.error.words.name.padded(to: 28))  \(share)")
            guard !wrong.calls.isEmpty else { continue }
            let price = wrong.error.words.price
            lines.append("  \(price)\(price.hasSuffix(":") ? " \(wrong.cost) for \(wrong.billedSeconds) s" : "")")
            for call in wrong.calls {
                let answer = call.whoAnswered
                lines.append("  \(call.id)  \(call.status)  \(answer?.reason.printable ?? "")")
            }
        }
        return lines
    }

    var document: JSONValue {
        let errors = wrongs.map { wrong -> (String, JSONValue) in
            let share = Share(wrong.calls.count, of: wrong.possible)
            return (
                wrong.error.rawValue,
                [
                    "calls": .array(wrong.calls.map { .string($0.id) }),
                    "of": .integer(Int64(wrong.possible)),
                    "share": wrong.possible == 0 ? .null : .number(Double(share.count) / Double(share.total)),
                    "share_below": wrong.possible == 0 ? .null : .number(share.bound),
                    "billed": .string(wrong.cost.description),
                    "billed_milli_cents": .integer(wrong.cost.milliCents),
                    "billed_seconds": .integer(wrong.billedSeconds),
                ]
            )
        }
        return [
            "labelled": .integer(Int64(labelled)),
            "right": .integer(Int64(confusion.right)),
            "matrix": confusion.document,
            "errors": .object(Dictionary(uniqueKeysWithValues: errors)),
        ]
    }
}
