import Calls
import FoundationEssentials

/// What becomes of a delivery after a try.
struct RetryPolicy {
    /// A receiver may ask for patience, but not for more than this.
    private static let longestWait: TimeInterval = 24 * 3600

    let configuration: WebhookConfiguration

    /// 2xx is taken. 410 Gone means never again (Standard Webhooks). Anything else, redirects included, is tried again after the next wait
    /// of the schedule, or after `Retry-After` if that is longer.
    func outcome(
        of attempt: WebhookAttempt,
        retryAfter: TimeInterval?,
        delivery: WebhookDelivery,
        now: Date
    ) -> WebhookDelivery {
        var next = delivery
        next.attempts = attempt.number
        if let status = attempt.status, (200..<300).contains(status) {
            next.deliveredAt = now
        } else if attempt.status == 410 || delivery.attempts >= configuration.schedule.count {
            next.givenUpAt = now
        } else {
            let wait =
                configuration.schedule[delivery.attempts].timeInterval
                * (1 + Double.random(in: 0...configuration.jitter))
            next.nextAt = Date(microseconds: (now + max(wait, min(retryAfter ?? 0, Self.longestWait))).microseconds)
        }
        return next
    }
}
