import Calls
import FoundationEssentials
import Storage

/// What is stored when a call is over: its cost, its last events and its webhook, as one change. Whoever then sees the final status sees
/// all of it.
struct CallClosing: Sendable {
    let price: Money
    let renderer: any WebhookRenderer

    /// The change that stores `call`, whose lifecycle has just ended, with the events that led there. `certainty` is that of
    /// its last attempt, `notSent` if it has none.
    func change(
        _ call: Call,
        after events: [CallEvent],
        certainty: Attempt.Certainty,
        transcript: [TranscriptEntry],
        at now: Date
    ) -> CallChange {
        var call = call
        call.costs = costs(of: call)
        let ended = CallEvent.ended(call, at: now)
        var change = CallChange(call, events: events + [ended])
        change.deliveries = delivery(of: ended, call: call, certainty: certainty, transcript: transcript, at: now)
        return change
    }

    private func costs(of call: Call) -> [CostLine] {
        guard call.lifecycle.answeredAt != nil, let seconds = call.duration else { return [] }
        return [
            CostLine(
                item: .trunk,
                quantity: Int64(seconds),
                unit: "seconds",
                amount: price.perMinute(forSeconds: Int64(seconds))
            )
        ]
    }

    private func delivery(
        of event: CallEvent,
        call: Call,
        certainty: Attempt.Certainty,
        transcript: [TranscriptEntry],
        at now: Date
    ) -> [WebhookDelivery] {
        guard let url = call.request.callbackURL else { return [] }
        let body = renderer.body(for: event, call: call, certainty: certainty, transcript: transcript)
        return [
            WebhookDelivery(
                id: WebhookDelivery.ID(bornAt: now),
                project: call.project,
                call: call.id,
                event: event.id,
                url: url,
                body: String(decoding: body, as: UTF8.self),
                createdAt: now,
                nextAt: now
            )
        ]
    }
}
