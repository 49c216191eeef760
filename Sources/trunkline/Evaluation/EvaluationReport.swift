import Foundation

/// How a suite went, for people at a terminal.
struct EvaluationReport: Sendable {
    let suite: String
    let tries: [EvaluationRun.Try]

    var failed: Int { tries.count { !$0.failures.isEmpty } }

    /// One try, told when it is over.
    static func line(of result: EvaluationRun.Try, _ terminal: Terminal) -> String {
        let mark = result.failures.isEmpty ? terminal.styled("✔", .green) : terminal.styled("✘", .red)
        let facts = terminal.styled("(\(result.facts.joined(separator: ", ")))", .faint)
        let failures = result.failures.map { "\n    \($0.printable)" }.joined()
        return "\(mark) \(result.title.printable)  \(facts)\(failures)"
    }

    func summary(_ terminal: Terminal) -> String {
        let waits = tries.flatMap { $0.outcome?.waits ?? [] }.map(Double.init)
        let heard =
            waits.isEmpty
            ? "" : "; the callee waited p50 \(Int(Percentiles(waits).p50)), at most \(Int(waits.max() ?? 0)) ms"
        let verdict =
            failed == 0
            ? terminal.styled("all \(tries.count) calls went as expected", .green)
            : terminal.styled("\(failed) of \(tries.count) calls did not go as expected", .red)
        return verdict + heard
    }
}

extension EvaluationRun.Try {
    /// In a few words, what it was like.
    var facts: [String] {
        guard let outcome else { return ["no result"] }
        var facts = [outcome.status, "\(outcome.duration ?? 0) s"]
        if let longest = outcome.waits.max() { facts.append("longest wait \(longest) ms") }
        if outcome.interruptions > 0 { facts.append("\(outcome.interruptions) interruptions") }
        return facts
    }

    /// What was said, a line each.
    var conversation: [String] {
        (outcome?.transcript ?? []).map { line in
            let time = String(format: "%02d:%02d", line.start / 60_000, line.start / 1000 % 60)
            return "\(time)  \(line.speaker.padded(to: 6))  \(line.text)"
        }
    }
}
