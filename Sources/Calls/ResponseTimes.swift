/// How long a callee waited for the agent's answers over a whole call, in ms.
package struct ResponseTimes: Sendable, Hashable {
    package let p50: Int
    package let p95: Int
    package let longest: Int

    /// Nil if nothing was answered. A percentile is the shortest wait that at least so many of a hundred did not exceed.
    package init?(_ turns: [TurnTiming]) {
        let waits = turns.map(\.gap).sorted()
        guard let last = waits.last else { return nil }
        p50 = waits[(waits.count * 50 + 99) / 100 - 1]
        p95 = waits[(waits.count * 95 + 99) / 100 - 1]
        longest = last
    }
}
