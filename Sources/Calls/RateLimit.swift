package import FoundationEssentials

/// So many requests in a window of time that opens with the first of them.
package struct RateLimit: Sendable, Hashable {
    /// Whose requests are counted together.
    package enum Subject: Sendable, Hashable {
        case key
        case project
    }

    /// Tells the windows of one subject apart.
    package let name: String
    package let count: Int
    /// Seconds.
    package let window: Int
    package let subject: Subject

    package init(name: String, count: Int, window: Int, subject: Subject = .key) {
        self.name = name
        self.count = count
        self.window = window
        self.subject = subject
    }
}

/// Where a window stands.
package struct RateLimitState: Sendable, Hashable {
    package let limit: RateLimit
    /// Requests that may still come before it closes.
    package let remaining: Int
    /// When it closes, and everything may come again.
    package let resetsAt: Date
    /// Whole seconds until then, rounded up, at least one.
    package let resetsIn: Int

    package init(limit: RateLimit, taken: Int, resetsAt: Date, now: Date) {
        self.limit = limit
        remaining = max(0, limit.count - taken)
        self.resetsAt = resetsAt
        resetsIn = max(1, Int(resetsAt.timeIntervalSince(now).rounded(.up)))
    }
}

extension RequestLimits {
    /// The windows that hold a key to these limits.
    package var windows: [RateLimit] {
        [
            perMinute.map { RateLimit(name: "requests per minute", count: $0, window: 60) },
            perHour.map { RateLimit(name: "requests per hour", count: $0, window: 3600) },
        ].compactMap(\.self)
    }
}
