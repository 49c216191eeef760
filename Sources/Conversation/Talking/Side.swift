import Calls

/// Whom a talking agent speaks for.
package enum Side: String, Sendable, Hashable {
    /// Itself: it placed the call.
    case caller
    /// The person that is called, whom it plays so that an agent can be tried on them.
    case callee

    /// What the other side is called in what a model is told.
    var other: String { self == .caller ? "callee" : "caller" }
}

extension ConversationBrief {
    /// The first thing said. Empty: nothing, the other side begins.
    var opening: String { side == .caller ? agent.opening : agent.greeting }
}

extension TalkLimits {
    /// Of somebody who is called: they are silent while they think, and take their time.
    package static var ofCallee: TalkLimits {
        var limits = TalkLimits()
        limits.waiting = Waiting.Limits(filler: .max, apology: .max, end: 20_000)
        return limits
    }
}
