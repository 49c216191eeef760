package import FoundationEssentials

/// What is known at the moment of a decision. The store reads it, and only what the policy asks for.
package struct GateFacts: Sendable, Hashable {
    /// The agent as it is now, which may differ from what the call was placed with. Nil if it is gone.
    package var agent: Agent?
    /// What the do-not-call lists say of the number.
    package var suppressions: [Suppression]
    /// What is recorded for the number, the newest first.
    package var consents: [Consent]
    /// When the number was dialed before, the newest first. No more than the policy's frequency counts.
    package var earlierDials: [Date]
    /// Calls of the project that are on their way or talking.
    package var callsUnderWay: Int
    /// When calls that share this one's pace were dialed, the newest first. No more than the pace.
    package var pacedDials: [Date]
    /// What there is to spend. Nil: not asked about.
    package var budget: Budget?

    package init(
        agent: Agent?,
        suppressions: [Suppression] = [],
        consents: [Consent] = [],
        earlierDials: [Date] = [],
        callsUnderWay: Int = 0,
        pacedDials: [Date] = []
    ) {
        self.agent = agent
        self.suppressions = suppressions
        self.consents = consents
        self.earlierDials = earlierDials
        self.callsUnderWay = callsUnderWay
        self.pacedDials = pacedDials
    }
}
