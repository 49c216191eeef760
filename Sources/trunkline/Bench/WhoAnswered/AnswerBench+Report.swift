import Calls
import Foundation

extension AnswerBench {
    /// Lines that say what was counted.
    func report() -> [String] {
        let judged = outcomes.filter { $0.clip.kind != "beep-test" }
        var lines = matrix(of: judged) + [""]
        lines += errors(of: judged)
        lines += delays(of: judged)
        let again = outcomes.count { AnswerDecision.verdicts(on: $0.evidence, thresholds: thresholds) == $0.verdicts }
        lines.append("Decided again from what was stored        the same for \(again) of \(outcomes.count)")
        return lines
    }

    private func matrix(of outcomes: [Outcome]) -> [String] {
        let columns = Reached.answering
        var lines = [
            "Truth, and the verdict at the end of the call".padded(to: 46)
                + columns.map { $0.rawValue.padded(to: 10) }.joined()
        ]
        for truth in columns {
            let row = outcomes.filter { $0.clip.truth == truth }
            guard !row.isEmpty else { continue }
            let counts = columns.map { column in "\(row.count { $0.final == column })".padded(to: 10) }.joined()
            lines.append("  \(truth.rawValue) (\(row.count))".padded(to: 46) + counts)
        }
        for kind in Set(outcomes.map(\.clip.kind)).sorted() {
            let row = outcomes.filter { $0.clip.kind == kind }
            let counts = columns.map { column in "\(row.count { $0.final == column })".padded(to: 10) }.joined()
            lines.append("    \(kind) (\(row.count))".padded(to: 46) + counts)
        }
        return lines
    }

    private func errors(of outcomes: [Outcome]) -> [String] {
        let people = outcomes.filter { $0.clip.truth == .person }
        let machines = outcomes.filter { Self.machines.contains($0.clip.truth) }
        let ever = people.count { $0.verdicts.contains { Self.machines.contains($0.answerer) } }
        let dropped = people.count { Self.machines.contains($0.final) }
        let missed = machines.count { !Self.machines.contains($0.final) }
        let missedFirst = machines.count { !Self.machines.contains($0.first) }
        let baselineDropped = people.count { $0.baseline == .machine }
        let baselineMissed = machines.count { $0.baseline != .machine }
        let all = people.count + machines.count
        let ratio = Double(ever + missed) / Double(max(1, baselineDropped + baselineMissed))
        return [
            "Person taken for a machine, at any time   \(Share(ever, of: people.count).text); at the end \(dropped)",
            "Machine taken for a person, at the end    \(Share(missed, of: machines.count).text); by the first verdict \(missedFirst)",
            "Errors in all                             \(Share(ever + missed, of: all).text)",
            "  baseline: person taken for a machine    \(Share(baselineDropped, of: people.count).text)",
            "  baseline: machine not taken for one     \(Share(baselineMissed, of: machines.count).text)",
            "  baseline: errors in all                 \(Share(baselineDropped + baselineMissed, of: all).text); ours are \(digits(ratio, 3)) times as many",
        ]
    }

    private func delays(of outcomes: [Outcome]) -> [String] {
        let people = outcomes.filter { $0.clip.truth == .person }
        let toPerson = people.compactMap { outcome in
            outcome.verdicts.first { $0.answerer == .person }.map { Double($0.at - outcome.clip.firstEnd) }
        }
        let slow = toPerson.count { $0 > 2_000 }
        let baseline = people.compactMap { $0.baseline == .person ? Double($0.baselineAt - $0.clip.firstEnd) : nil }
        let toMachine = outcomes.filter { Self.machines.contains($0.clip.truth) }.compactMap { outcome in
            outcome.verdicts.first { Self.machines.contains($0.answerer) }.map { Double($0.at) }
        }
        return [
            "Person: verdict after the first utterance \(Quantiles(toPerson).text) ms; later than 2 s: \(slow) of \(people.count); never: \(people.count - toPerson.count)",
            "  baseline                                \(Quantiles(baseline).text) ms",
            "Machine: verdict after the answer         \(Quantiles(toMachine).text) ms",
        ]
    }

    /// About beeps: heard, in time, and imagined.
    func beepReport() -> [String] {
        let with = outcomes.filter { $0.clip.beep != nil }
        let delays = with.compactMap(\.beepDelay)
        let whole = with.filter { $0.clip.loss == 0 }
        let without = outcomes.filter { $0.clip.beep == nil && !Self.tonal.contains($0.clip.kind) }
        let imagined = without.count { $0.beepOnset != nil }
        let believed = without.count { $0.tones.contains { $0.kind == .beep && $0.end != nil } }
        return [
            "Beeps heard                               \(Share(delays.count, of: with.count).text); within 150 ms \(delays.count { $0 <= 150 })",
            "  on lines that lost no packets           \(Share(whole.count { $0.beepDelay != nil }, of: whole.count).text)",
            "  after their onset                       \(Quantiles(delays).text) ms",
            "Beeps imagined                            in \(imagined) of \(without.count) calls without one, to their end in \(believed)",
        ]
    }

    /// These have tones that begin like beeps.
    private static let tonal: Set<String> = ["machine.fax", "machine.announcement"]

    func costReport() -> [String] {
        let ours = cpu / .milliseconds(1) / max(1, heard)
        let baseline = baselineCPU / .milliseconds(1) / max(1, heard)
        return [
            "CPU per second of sound                   \(digits(ours, 3)) ms; baseline \(digits(baseline, 3)) ms (\(digits(heard / 3_600, 1)) h heard)"
        ]
    }

    /// The clips that were got wrong, and why.
    func mistakes() -> [String] {
        outcomes.filter { $0.clip.kind != "beep-test" }.compactMap { outcome in
            let isPerson = outcome.clip.truth == .person
            let wrong =
                isPerson
                ? outcome.verdicts.first { Self.machines.contains($0.answerer) }
                : Self.machines.contains(outcome.clip.truth) && !Self.machines.contains(outcome.final)
                    ? outcome.verdicts.last ?? AnswerVerdict.none : nil
            return wrong.map {
                "\(outcome.clip.file) \(outcome.clip.voice): \($0.answerer.rawValue) at \($0.at) ms: \($0.reason)"
            }
        }
    }

    private static let machines: Set<Reached> = [.machine, .screener, .ivr]
}

/// A count of some, as a share with the bound below which the true share lies with 95 % confidence (Clopper and Pearson, one-sided).
struct Share {
    let count: Int
    let total: Int

    init(_ count: Int, of total: Int) {
        self.count = count
        self.total = total
    }

    var text: String {
        guard total > 0 else { return "none" }
        return
            "\(count) of \(total) = \(digits(100 * Double(count) / Double(total), 2)) % (below \(digits(100 * bound, 2)) %)"
    }

    /// The share at which so few would be seen one time in twenty.
    var bound: Double {
        guard count < total else { return 1 }
        var (low, high) = (Double(count) / Double(total), 1.0)
        for _ in 0..<50 {
            let middle = (low + high) / 2
            if atMost(middle) > 0.05 { low = middle } else { high = middle }
        }
        return high
    }

    /// The chance of `count` or fewer.
    private func atMost(_ share: Double) -> Double {
        var term = Double(total) * log(1 - share)
        var sum = exp(term)
        for index in 0..<count {
            term += log(Double(total - index) / Double(index + 1)) + log(share / (1 - share))
            sum += exp(term)
        }
        return sum
    }
}

struct Quantiles {
    let values: [Double]

    init(_ values: [Double]) {
        self.values = values.sorted()
    }

    var text: String {
        guard !values.isEmpty else { return "none" }
        let at = { (share: Double) in digits(values[min(values.count - 1, Int(Double(values.count) * share))], 0) }
        return "p50 \(at(0.5)), p95 \(at(0.95)), max \(at(1))"
    }
}
