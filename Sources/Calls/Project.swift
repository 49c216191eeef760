package import FoundationEssentials

/// One customer's corner of the system: agents, numbers, keys and calls belong to exactly one.
package struct Project: Sendable, Hashable, Identified {
    package typealias ID = Identifier<Project>
    package static let identifierPrefix = "proj"

    /// The project that exists from the first start.
    package static let first = ID(UUID(uuid: (0, 0, 0, 0, 0, 0, 0x70, 0, 0x80, 0, 0, 0, 0, 0, 0, 1)))

    package let id: ID
    /// No two projects have the same.
    package var name: String
    /// Of those of its keys that have none of their own.
    package var limits: RequestLimits
    package let createdAt: Date

    package init(id: ID, name: String, limits: RequestLimits = RequestLimits(), createdAt: Date) {
        self.id = id
        self.name = name
        self.limits = limits
        self.createdAt = createdAt
    }
}

/// Which network a call may reach. A test key only ever reaches the phone lab.
package enum CallMode: String, Sendable, Hashable, Codable, CaseIterable {
    case live
    case test
}
