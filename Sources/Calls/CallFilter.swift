package import FoundationEssentials

/// Which of a project's calls are meant. What is left out is not asked about; everything given must hold.
package struct CallFilter: Sendable, Hashable {
    /// How a call ended, as far as lists tell calls apart by it.
    package struct End: Sendable, Hashable {
        package var reason: EndReason
        /// Whether it was a machine that was reached.
        package var withMachine: Bool

        package init(_ reason: EndReason, withMachine: Bool) {
            self.reason = reason
            self.withMachine = withMachine
        }

        /// Every way there is.
        package static let all = Set(
            EndReason.allCases.flatMap { [End($0, withMachine: false), End($0, withMachine: true)] }
        )
    }

    /// Any of these, or over in one of the ways of `ends`. Both empty: any status.
    package var statuses: Set<CallStatus>
    package var ends: Set<End>
    package var agent: Agent.ID?
    package var destination: PhoneNumber?
    package var mode: CallMode?
    /// Placed then or later: with `createdBefore`, periods that meet share no call and miss none.
    package var createdFrom: Date?
    package var createdBefore: Date?
    /// Whether somebody or something picked up.
    package var wasAnswered: Bool?
    /// Whether it was written down who or what really answered.
    package var isLabelled: Bool?

    package init(
        statuses: Set<CallStatus> = [],
        ends: Set<End> = [],
        agent: Agent.ID? = nil,
        destination: PhoneNumber? = nil,
        mode: CallMode? = nil,
        createdFrom: Date? = nil,
        createdBefore: Date? = nil,
        wasAnswered: Bool? = nil,
        isLabelled: Bool? = nil
    ) {
        self.statuses = statuses
        self.ends = ends
        self.agent = agent
        self.destination = destination
        self.mode = mode
        self.createdFrom = createdFrom
        self.createdBefore = createdBefore
        self.wasAnswered = wasAnswered
        self.isLabelled = isLabelled
    }
}

/// Where a page of calls begins. Pages are newest first whichever way they are turned.
package enum CallCursor: Sendable, Hashable {
    case newest
    /// The calls next older than this one.
    case before(Call.ID)
    /// The calls next newer than this one.
    case after(Call.ID)
}
