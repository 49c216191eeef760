/// Pauses a batch whose calls fail for a reason that is not the callees': a dead trunk, a rejected caller ID, a fault of ours.
package struct CircuitBreaker: Sendable, Hashable, Codable {
    /// How many of the newest calls are looked at.
    package var window: Int
    /// How many have to be over before anything is concluded. At most `window`.
    package var minimum: Int
    /// Which part of them has to have failed, 0 to 1.
    package var failureRate: Double
    /// What counts as a failure. Nil: whatever is the fault of the carrier or ours, and a rejected caller ID.
    package var reasons: Set<EndReason>?

    package init(window: Int = 50, minimum: Int = 20, failureRate: Double = 0.5, reasons: Set<EndReason>? = nil) {
        self.window = window
        self.minimum = minimum
        self.failureRate = failureRate
        self.reasons = reasons
    }

    package static let standard = CircuitBreaker()

    package func isFailure(_ reason: EndReason) -> Bool {
        if let reasons { return reasons.contains(reason) }
        return reason == .callerIDRejected || reason.faultOwner == .carrier || reason.faultOwner == .us
    }

    /// Why the batch is to be paused. Nil: it need not be. `recent` are the ends of its newest calls, the newest first.
    package func opens(after recent: [EndReason]) -> BatchReason? {
        let looked = recent.prefix(window)
        guard looked.count >= max(1, minimum) else { return nil }
        let failures = looked.count(where: isFailure)
        guard failures > 0, Double(failures) >= failureRate * Double(looked.count) else { return nil }
        let counts = Dictionary(grouping: looked.filter(isFailure), by: \.self).mapValues(\.count)
        let most = counts.sorted { ($1.value, $0.key.rawValue) < ($0.value, $1.key.rawValue) }
            .map { "\($0.value) \($0.key.rawValue)" }.joined(separator: ", ")
        return BatchReason(
            .circuitBreaker,
            "\(failures) of the last \(looked.count) calls failed: \(most)"
        )
    }
}
