package import FoundationEssentials

/// A key that opens the API, without its secret.
package struct APIKey: Sendable, Hashable, Codable, Identified {
    package typealias ID = Identifier<APIKey>
    package static let identifierPrefix = "key"

    package let id: ID
    package let project: Project.ID
    package var name: String
    /// `sk_test_…` keys reach the phone lab only.
    package let mode: CallMode
    package let scopes: Set<Scope>
    /// The first characters of the secret, to tell keys apart.
    package let hint: String
    package let createdAt: Date
    package var revokedAt: Date?

    package init(
        id: ID,
        project: Project.ID,
        name: String,
        mode: CallMode,
        scopes: Set<Scope> = Scope.all,
        hint: String,
        createdAt: Date,
        revokedAt: Date? = nil
    ) {
        self.id = id
        self.project = project
        self.name = name
        self.mode = mode
        self.scopes = scopes
        self.hint = hint
        self.createdAt = createdAt
        self.revokedAt = revokedAt
    }
}
