import Calls
import FoundationEssentials
import Storage

/// What is stored when a call is over: its cost and its last events, as one change. Whoever then sees the final status sees all of it.
struct CallClosing: Sendable {
    let price: Money

    /// The change that stores `call`, whose lifecycle has just ended, with the events that led there.
    func change(_ call: Call, after events: [CallEvent], at now: Date) -> CallChange {
        var call = call
        call.costs = costs(of: call)
        return CallChange(call, events: events + [.ended(call, at: now)])
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
}
