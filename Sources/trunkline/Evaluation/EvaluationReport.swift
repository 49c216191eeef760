import Foundation

/// How a suite went, for people at a terminal.
struct EvaluationReport: Sendable {
    let suite: String
    let tries: [EvaluationRun.Try]

    var failed: Int { tries.count { $0.verdict == .failed } }
    /// How many say nothing of the agent.
    var broken: Int { tries.count { $0.verdict == .error } }

    /// One try, told when it is over.
    static func line(of result: EvaluationRun.Try, _ terminal: Terminal) -> String {
        let mark =
            switch result.verdict {
            case .passed: terminal.styled("✔", .green)
            case .failed: terminal.styled("✘", .red)
            case .error: terminal.styled("!", .yellow)
            }
        let facts = terminal.styled("(\(result.facts.joined(separator: ", ")))", .faint)
        let problems = (result.error.map { ["error: \($0)"] } ?? result.failures).map { "\n    \($0.printable)" }
        return "\(mark) \(result.title.printable)  \(facts)\(problems.joined())"
    }

    func summary(_ terminal: Terminal) -> String {
        let waits = tries.flatMap { $0.outcome?.waits ?? [] }.map(Double.init)
        let heard =
            waits.isEmpty
            ? "" : "; the callee waited p50 \(Int(Percentiles(waits).p50)), at most \(Int(waits.max() ?? 0)) ms"
        var verdicts: [String] = []
        if failed > 0 {
            verdicts.append(terminal.styled("\(failed) of \(tries.count) calls did not go as expected", .red))
        }
        if broken > 0 {
            verdicts.append(terminal.styled("\(broken) of \(tries.count) calls say nothing of the agent", .yellow))
        }
        if verdicts.isEmpty { verdicts = [terminal.styled("all \(tries.count) calls went as expected", .green)] }
        return verdicts.joined(separator: ", ") + heard
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

    /// What was said, a line each: by our records, then at the callee's end.
    var conversation: [String] {
        let account = (outcome?.calleeAccount ?? []).map(Self.written)
        return (outcome?.transcript ?? []).map(Self.written)
            + (account.isEmpty ? [] : ["At the callee's end:"] + account)
    }

    private static func written(_ line: EvaluationOutcome.Line) -> String {
        let time = String(format: "%02d:%02d", line.start / 60_000, line.start / 1000 % 60)
        return "\(time)  \(line.speaker.padded(to: 6))  \(line.text)"
    }
}
