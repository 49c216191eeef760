package import FoundationEssentials

/// Which of a project's calls are meant. What is left out is not asked about; everything given must hold.
package struct CallFilter: Sendable, Hashable {
    /// Any of these. Empty: any status.
    package var statuses: Set<CallStatus>
    package var agent: Agent.ID?
    package var destination: PhoneNumber?
    package var mode: CallMode?
    /// Placed through this door, with this key.
    package var door: String?
    package var key: APIKey.ID?
    /// Placed then or later: with `createdBefore`, periods that meet share no call and miss none.
    package var createdFrom: Date?
    package var createdBefore: Date?
    /// Whether somebody or something picked up.
    package var wasAnswered: Bool?

    package init(
        statuses: Set<CallStatus> = [],
        agent: Agent.ID? = nil,
        destination: PhoneNumber? = nil,
        mode: CallMode? = nil,
        door: String? = nil,
        key: APIKey.ID? = nil,
        createdFrom: Date? = nil,
        createdBefore: Date? = nil,
        wasAnswered: Bool? = nil
    ) {
        self.statuses = statuses
        self.agent = agent
        self.destination = destination
        self.mode = mode
        self.door = door
        self.key = key
        self.createdFrom = createdFrom
        self.createdBefore = createdBefore
        self.wasAnswered = wasAnswered
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
