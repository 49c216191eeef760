import FoundationEssentials

/// One customer's corner of the system: agents, numbers, keys and calls belong to exactly one.
package enum Project: Identified {
    package typealias ID = Identifier<Project>
    package static let identifierPrefix = "proj"

    /// The project that exists from the first start.
    package static let first = ID(UUID(uuid: (0, 0, 0, 0, 0, 0, 0x70, 0, 0x80, 0, 0, 0, 0, 0, 0, 1)))
}

/// Which network a call may reach. A test key only ever reaches the phone lab.
package enum CallMode: String, Sendable, Hashable, Codable, CaseIterable {
    case live
    case test
}
