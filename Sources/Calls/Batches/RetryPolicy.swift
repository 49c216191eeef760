package import FoundationEssentials

extension EndReason: CodingKeyRepresentable {}

/// Whether, and when, a contact is called again.
package struct RetryPolicy: Sendable, Hashable, Codable {
    /// What one end reason is worth.
    package struct Rule: Sendable, Hashable, Codable {
        /// How often a contact is called again because of it.
        package var attempts: Int
        /// Seconds from the end of a call to the next, one for each attempt; the last one holds for all that follow. Never empty.
        package var delays: [Int]

        package init(attempts: Int, delays: [Int]) {
            self.attempts = attempts
            self.delays = delays
        }
    }

    /// How many calls a contact gets altogether, over all reasons.
    package var budget: Int
    /// A reason that has none ends a contact.
    package var rules: [EndReason: Rule]

    package init(budget: Int, rules: [EndReason: Rule]) {
        self.budget = budget
        self.rules = rules
    }

    /// Nobody is called twice unless somebody asked for it.
    package static let never = RetryPolicy(budget: 1, rules: [:])

    /// When to call again. `reasons` are why the contact's dialed calls ended, the oldest first. Nil: not again.
    package func next(after reasons: [EndReason], endedAt: Date) -> Date? {
        guard let last = reasons.last, reasons.count < budget, let rule = rules[last] else { return nil }
        let earlier = reasons.count { $0 == last }
        guard earlier <= rule.attempts, !rule.delays.isEmpty else { return nil }
        let delay = rule.delays[min(earlier, rule.delays.count) - 1]
        return Date(microseconds: (endedAt + TimeInterval(delay)).microseconds)
    }
}
