package import FoundationEssentials

/// A key that opens the API, without its secret.
package struct APIKey: Sendable, Hashable, Identified {
    package typealias ID = Identifier<APIKey>
    package static let identifierPrefix = "key"

    package let id: ID
    package let project: Project.ID
    package var name: String
    /// `…_test_…` keys reach the phone lab only.
    package let mode: CallMode
    package let scopes: Set<Scope>
    /// Its own. Where it has none, its project's count.
    package var limits: RequestLimits
    package var projectLimits: RequestLimits
    /// The first characters of the secret, to tell keys apart.
    package var hint: String
    package let createdAt: Date
    /// Not taken from then on. Nil: until it is revoked.
    package let expiresAt: Date?
    /// When its secret was last changed.
    package var rotatedAt: Date?
    /// To the minute.
    package var lastUsedAt: Date?
    package var revokedAt: Date?

    package init(
        id: ID,
        project: Project.ID,
        name: String,
        mode: CallMode,
        scopes: Set<Scope> = Scope.all,
        limits: RequestLimits = RequestLimits(),
        projectLimits: RequestLimits = RequestLimits(),
        hint: String,
        createdAt: Date,
        expiresAt: Date? = nil,
        rotatedAt: Date? = nil,
        lastUsedAt: Date? = nil,
        revokedAt: Date? = nil
    ) {
        self.id = id
        self.project = project
        self.name = name
        self.mode = mode
        self.scopes = scopes
        self.limits = limits
        self.projectLimits = projectLimits
        self.hint = hint
        self.createdAt = createdAt
        self.expiresAt = expiresAt
        self.rotatedAt = rotatedAt
        self.lastUsedAt = lastUsedAt
        self.revokedAt = revokedAt
    }

    /// Neither revoked nor expired.
    package func isActive(at now: Date) -> Bool {
        revokedAt == nil && expiresAt.map { $0 > now } ?? true
    }
}
