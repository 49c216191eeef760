package import FoundationEssentials

/// Dials spread evenly over each minute: a slot every so many milliseconds.
package struct BatchPacing: Sendable, Hashable {
    /// How far behind its slots a batch may fall and still catch up, in seconds. What it missed beyond that is lost, so that no pause ends in
    /// a burst.
    private static let catchUp: TimeInterval = 1

    package let callsPerMinute: Int

    package init(callsPerMinute: Int) {
        self.callsPerMinute = callsPerMinute
    }

    /// Between two dials, in seconds.
    package var interval: TimeInterval { 60 / TimeInterval(callsPerMinute) }

    /// Takes a slot for a dial at `now`, and says when the next one is. Nil if `next`, the earliest moment of this dial, has not come.
    package func take(_ next: Date?, at now: Date) -> Date? {
        let slot = max(next ?? now, now - Self.catchUp)
        guard slot <= now else { return nil }
        return Date(microseconds: (slot + interval).microseconds)
    }
}
