package import FoundationEssentials

/// A person who signs in at the pages of the server.
package struct User: Sendable, Hashable, Identified {
    package typealias ID = Identifier<User>
    package static let identifierPrefix = "user"

    package let id: ID
    package let project: Project.ID
    /// What they sign in with: unique on the server, in lowercase.
    package let name: String
    package var role: Role
    package let createdAt: Date
    /// Whether they chose a password; until then they can only open their invitation.
    package var hasPassword: Bool
    package var signedInAt: Date?
    /// From then on they cannot sign in. Nil: they can.
    package var disabledAt: Date?

    package init(
        id: ID,
        project: Project.ID,
        name: String,
        role: Role,
        createdAt: Date,
        hasPassword: Bool = false,
        signedInAt: Date? = nil,
        disabledAt: Date? = nil
    ) {
        self.id = id
        self.project = project
        self.name = name
        self.role = role
        self.createdAt = createdAt
        self.hasPassword = hasPassword
        self.signedInAt = signedInAt
        self.disabledAt = disabledAt
    }

    /// What may be a name: 1 to 64 lowercase letters, digits and `.@_+-`, so that an e-mail address is one.
    package static func isName(_ text: String) -> Bool {
        (1...64).contains(text.utf8.count)
            && text.utf8.allSatisfy { byte in
                switch byte {
                case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "0")...UInt8(ascii: "9"): true
                default: ".@_+-".utf8.contains(byte)
                }
            }
    }
}

/// What a user may do. Each may do all that the ones before it may.
package enum Role: String, Sendable, Hashable, Codable, CaseIterable, Comparable {
    /// Sees everything but secrets.
    case viewer
    /// Places calls, launches batches, edits agents and lists.
    case editor
    /// Makes keys and users, and reads who did what.
    case owner

    package static func < (left: Role, right: Role) -> Bool { left.rank < right.rank }

    private var rank: Int {
        switch self {
        case .viewer: 0
        case .editor: 1
        case .owner: 2
        }
    }
}
