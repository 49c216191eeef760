package import FoundationEssentials

/// A number that a project may call from, and the agents it is attached to.
package struct OwnedNumber: Sendable, Hashable, Identified {
    package typealias ID = Identifier<OwnedNumber>
    package static let identifierPrefix = "num"

    package let id: ID
    package let number: PhoneNumber
    /// For people.
    package var name: String
    package let createdAt: Date
    /// Agents that call from it, by id.
    package var outboundAgents: [Agent.ID]
    /// The agent that answers it. A number has at most one.
    package var inboundAgent: Agent.ID?

    package init(
        id: ID,
        number: PhoneNumber,
        name: String,
        createdAt: Date,
        outboundAgents: [Agent.ID] = [],
        inboundAgent: Agent.ID? = nil
    ) {
        self.id = id
        self.number = number
        self.name = name
        self.createdAt = createdAt
        self.outboundAgents = outboundAgents
        self.inboundAgent = inboundAgent
    }
}
