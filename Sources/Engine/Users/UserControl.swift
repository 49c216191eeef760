package import Calls
import Digests
package import FoundationEssentials
package import Storage

/// The people who use the pages of the server: who they are, what they may do, and how they get in.
package struct UserControl: Sendable {
    let store: UserStore
    let limits: RateLimitStore
    package let audit: AuditControl
    let cost: PasswordCost
    let now: @Sendable () -> Date

    /// How long an invitation is good.
    package static let invitationLifetime: TimeInterval = 24 * 60 * 60
    /// How many characters a password has to have (NIST SP 800-63B section 3.1.1.2), and may.
    package static let passwordLength = 8...200
    /// The name of the first user.
    package static let firstName = "owner"

    /// Users can be made without an engine, beside a running server.
    package init(
        database: any SQLDatabase,
        cost: PasswordCost = .standard,
        now: @escaping @Sendable () -> Date = Date.stamp
    ) {
        store = UserStore(database)
        limits = RateLimitStore(database)
        audit = AuditControl(store: AuditStore(database), now: now)
        self.cost = cost
        self.now = now
    }

    /// Makes a user. The invitation opens once, and lets them choose a password: it is in the result and nowhere else.
    package func invite(
        _ name: String,
        as role: Role,
        project: Project.ID
    ) async throws -> (user: User, invitation: String) {
        let name = name.lowercased()
        guard User.isName(name) else {
            throw Refusal.invalid(field: "name", message: "expected 1 to 64 letters, digits and .@_+-")
        }
        let now = now()
        let user = User(id: User.ID(bornAt: now), project: project, name: name, role: role, createdAt: now)
        let invitation = SecureRandom.alphanumerics(KeySecret.length)
        let isNew = try await store.add(
            user,
            invitation: SHA256.hexadecimal(invitation),
            until: now + Self.invitationLifetime
        )
        guard isNew else { throw UserProblem.nameTaken }
        return (user, invitation)
    }

    /// A new invitation, for somebody who lost the first or forgot the password. The password stays until it is opened.
    package func inviteAgain(_ name: String) async throws -> (user: User, invitation: String) {
        guard let (user, _) = try await store.user(named: name.lowercased()), user.disabledAt == nil else {
            throw UserProblem.unknownUser
        }
        return (user, try await invitation(for: user))
    }

    private func invitation(for user: User) async throws -> String {
        let invitation = SecureRandom.alphanumerics(KeySecret.length)
        let hash = SHA256.hexadecimal(invitation)
        try await store.invite(user.id, hash: hash, until: now() + Self.invitationLifetime)
        return invitation
    }

    /// The invitation of the first owner, as long as nobody can sign in. Nil from then on.
    package func firstInvitation() async throws -> String? {
        guard try await !store.hasPasswords() else { return nil }
        if let (user, _) = try await store.user(named: Self.firstName) {
            return user.disabledAt == nil ? try await invitation(for: user) : nil
        }
        return try await invite(Self.firstName, as: .owner, project: Project.first).invitation
    }

    /// By name.
    package func users(project: Project.ID) async throws -> [User] {
        try await store.users(project: project)
    }

    /// Throws `UserProblem.lastOwner` for what would leave the project without an owner who can sign in.
    package func setRole(_ role: Role, of id: User.ID, project: Project.ID) async throws -> User {
        try await update(id, project) { $0.role = role }
    }

    /// Switches a user off, whose sessions end at once, or on again. Throws `UserProblem.lastOwner`.
    package func setDisabled(_ isDisabled: Bool, _ id: User.ID, project: Project.ID) async throws -> User {
        let now = now()
        return try await update(id, project) { $0.disabledAt = isDisabled ? now : nil }
    }

    private func update(
        _ id: User.ID,
        _ project: Project.ID,
        _ change: @escaping @Sendable (inout User) -> Void
    ) async throws -> User {
        let user = try await store.update(id, project: project) { user, others in
            change(&user)
            guard (others + [user]).contains(where: \.isOwner) else { throw UserProblem.lastOwner }
        }
        guard let user else { throw UserProblem.unknownUser }
        return user
    }
}

extension User {
    /// Whether there is somebody who can sign in and give others their roles.
    fileprivate var isOwner: Bool { role == .owner && disabledAt == nil && hasPassword }
}

/// Why somebody does not get in, or a user cannot be changed so.
package enum UserProblem: Error, Sendable, Hashable {
    case nameTaken
    case unknownUser
    /// Nobody would be left who may make users.
    case lastOwner
    /// It was opened before, replaced by another, or is older than a day.
    case invitationOver
    case passwordLength
    /// No such name, no such password, or switched off: which of them is not said.
    case wrongCredentials
    /// Seconds until the next try is listened to.
    case tooManyTries(wait: Int)
}
