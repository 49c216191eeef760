import Calls
import FoundationEssentials
import Storage

/// What is stored when a call is over: its cost and its last events, as one change. Whoever then sees the final status sees all of it.
struct CallClosing: Sendable {
    let rates: RateDeck

    /// The change that stores `call`, whose lifecycle has just ended, with the events that led there.
    func change(_ call: Call, after events: [CallEvent], at now: Date) -> CallChange {
        var call = call
        call.settle(at: rates.rate(for: call.request.destination), models: rates.models)
        return CallChange(call, events: events + [.ended(call, at: now)])
    }
}
