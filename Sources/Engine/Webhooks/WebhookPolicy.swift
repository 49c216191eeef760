import Calls
import FoundationEssentials

/// How stubbornly a door delivers.
package struct WebhookPolicy: Sendable, Hashable {
    /// How long to wait after each failed try. When the one after the last wait fails too, the message is given up. Empty: one try.
    package var schedule: [Duration]
    /// What each wait is multiplied with, at random, so that receivers that come back are not all called at once.
    package var jitter: ClosedRange<Double>
    /// How long one try may take, from looking the name up to the end of the answer.
    package var timeout: Duration
    /// Whether 410 means never again: nothing more is tried, and an endpoint is switched off.
    package var heedsGone: Bool
    /// Whether `Retry-After` makes a wait longer, up to a day.
    package var heedsRetryAfter: Bool
    /// After how many messages given up in a row an endpoint is switched off. Nil: never.
    package var disableAfter: Int?

    package init(
        schedule: [Duration],
        jitter: ClosedRange<Double> = 1...1.1,
        timeout: Duration = .seconds(10),
        heedsGone: Bool = false,
        heedsRetryAfter: Bool = false,
        disableAfter: Int? = nil
    ) {
        self.schedule = schedule
        self.jitter = jitter
        self.timeout = timeout
        self.heedsGone = heedsGone
        self.heedsRetryAfter = heedsRetryAfter
        self.disableAfter = disableAfter
    }

    /// Nine tries over about two days, as Standard Webhooks recommends.
    package static let standard = WebhookPolicy(
        schedule: [
            .seconds(5), .seconds(30), .seconds(120), .seconds(900), .seconds(3600), .seconds(4 * 3600),
            .seconds(12 * 3600), .seconds(24 * 3600),
        ],
        heedsGone: true,
        heedsRetryAfter: true,
        disableAfter: 10
    )

    /// How often a message is tried.
    package var tries: Int { schedule.count + 1 }
}

extension WebhookPolicy {
    /// A receiver may ask for patience, but not for more than this.
    private static let longestWait: TimeInterval = 24 * 3600

    /// Where `delivery` stands after a try that was counted in it already. 2xx is taken; anything else, redirects included, is not.
    /// `retryAfter` is what the receiver asked for, in seconds.
    func outcome(
        of attempt: WebhookAttempt,
        retryAfter: TimeInterval?,
        delivery: WebhookDelivery,
        now: Date
    ) -> WebhookDelivery {
        var next = delivery
        next.updatedAt = now
        next.lastStatus = attempt.status ?? next.lastStatus
        if let status = attempt.status, (200..<300).contains(status) {
            next.deliveredAt = now
            next.lastError = nil
            return next
        }
        next.lastError = attempt.failure ?? attempt.status.map { "The receiver answered \($0)" }
        if isGone(attempt) || delivery.tries > schedule.count {
            next.givenUpAt = now
        } else {
            let wait = schedule[max(0, delivery.tries - 1)].timeInterval * Double.random(in: jitter)
            let asked = heedsRetryAfter ? min(retryAfter ?? 0, Self.longestWait) : 0
            next.nextAt = Date(microseconds: (now + max(wait, asked)).microseconds)
        }
        return next
    }

    func isGone(_ attempt: WebhookAttempt) -> Bool { heedsGone && attempt.status == 410 }
}
