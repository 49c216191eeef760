package import FoundationEssentials

/// At most so many dials in any 60 seconds.
package struct Pace: Sendable, Hashable {
    let limit: Int
    /// The newest first.
    let dials: [Date]

    private static let window: TimeInterval = 60

    /// `dials` are the newest `limit` ones or more.
    package init(limit: Int, dials: [Date]) {
        self.limit = limit
        self.dials = dials.sorted(by: >)
    }

    /// How many may be dialed now.
    package func room(at now: Date) -> Int {
        max(0, limit - dials.count { $0 > now - Self.window })
    }

    /// When there is room again. Nil if there is some now.
    package func opens(after now: Date) -> Date? {
        room(at: now) > 0 ? nil : dials[limit - 1] + Self.window
    }
}
