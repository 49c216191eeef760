/// How long callees waited for the agent's answer: how many turns by the length of the gap. Exact enough for percentiles, and adds up over any
/// number of calls.
package struct GapHistogram: Sendable, Hashable, Codable {
    /// Turns by the longest gap, in ms, that counts as theirs.
    package private(set) var turns: [Int: Int64]

    package init(_ turns: [Int: Int64] = [:]) {
        self.turns = turns
    }

    /// The turns of one conversation.
    package init(_ timings: [TurnTiming]) {
        self.init()
        for timing in timings { turns[Self.bound(of: timing.gap), default: 0] += 1 }
    }

    /// Within 50 ms up to three seconds, within a quarter of a second up to ten, within a second up to a minute, which stands for all beyond it.
    package static func bound(of gap: Int) -> Int {
        let step =
            switch gap {
            case ...3000: 50
            case ...10_000: 250
            default: 1000
            }
        return min(60_000, (max(1, gap) + step - 1) / step * step)
    }

    package var count: Int64 { turns.values.reduce(0, +) }

    /// The gap, in ms, that `part` of all turns (0 to 1) did not exceed. Nil if there are none.
    package func percentile(_ part: Double) -> Int? {
        let wanted = Int64((Double(count) * part).rounded(.up))
        var seen: Int64 = 0
        for (bound, number) in turns.sorted(by: { $0.key < $1.key }) {
            seen += number
            if seen >= max(1, wanted) { return bound }
        }
        return nil
    }

    package static func += (left: inout GapHistogram, right: GapHistogram) {
        left.turns.merge(right.turns, uniquingKeysWith: +)
    }
}
