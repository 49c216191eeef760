package import Calls
import Digests
import FoundationEssentials
import Storage

/// Somebody who is signed in.
package struct Session: Sendable, Hashable {
    package var user: User
    /// What every form has to carry that is sent in this session. Made of the session's secret, which no other site knows.
    package var formToken: String
}

extension UserControl {
    /// How long a session lasts that is not used, and how long at most.
    static let idleLimit: TimeInterval = 12 * 60 * 60
    static let sessionLimit: TimeInterval = 7 * 24 * 60 * 60
    /// How often it is written down that a session is used.
    private static let useStep: TimeInterval = 60

    /// Whom an invitation is for. Throws `UserProblem.invitationOver`.
    package func invited(by invitation: String) async throws -> User {
        guard let user = try await store.invited(hash: SHA256.hexadecimal(invitation), at: now()) else {
            throw UserProblem.invitationOver
        }
        return user
    }

    /// Gives the invited user a password and begins a session, whose secret is returned. All of their other sessions end.
    package func accept(_ invitation: String, password: String, from address: String?) async throws -> String {
        guard Self.passwordLength.contains(password.count) else { throw UserProblem.passwordLength }
        _ = try await invited(by: invitation)
        let stored = try await cost.stored(password)
        let hash = SHA256.hexadecimal(invitation)
        guard let user = try await store.accept(hash: hash, password: stored, at: now()) else {
            throw UserProblem.invitationOver
        }
        try await audit.note(.chosePassword, by: user, from: address)
        return try await begin(user)
    }

    /// Begins a session and returns its secret. Throws `UserProblem.wrongCredentials` and `.tooManyTries`. Every try is counted before the password is
    /// looked at, so that guesses in parallel are counted, too.
    package func signIn(_ name: String, password: String, from address: String?) async throws -> String {
        let name = String(name.lowercased().prefix(64))
        try await count(name, address)
        let found = try await store.user(named: name)
        let isRight = try await cost.matches(password, stored: found?.password)
        guard let user = found?.user, isRight, user.disabledAt == nil else {
            try await audit.noteFailure(name: name, user: found?.user, from: address)
            throw UserProblem.wrongCredentials
        }
        try await audit.note(.signedIn, by: user, from: address)
        return try await begin(user)
    }

    /// For one name from one address few tries; more for an address, whose users may be many behind it; and still more for a name, so that nobody is
    /// locked out by somebody else who keeps trying it.
    private func count(_ name: String, _ address: String?) async throws {
        let address = address ?? "unknown"
        let quarter = 15 * 60
        do {
            _ = try await limits.take(
                [
                    (RateLimit(name: "sign-in", count: 10, window: quarter), "\(name) from \(address)"),
                    (RateLimit(name: "sign-in of an address", count: 50, window: quarter), address),
                    (RateLimit(name: "sign-in of a name", count: 100, window: quarter), name),
                ],
                at: now()
            )
        } catch let full as RateLimitStore.Full {
            throw UserProblem.tooManyTries(wait: full.state.resetsIn)
        }
    }

    private func begin(_ user: User) async throws -> String {
        let secret = SecureRandom.alphanumerics(KeySecret.length)
        let now = now()
        try await store.begin(hash: SHA256.hexadecimal(secret), user: user.id, at: now, until: now + Self.sessionLimit)
        return secret
    }

    /// Nil for a session that never was, or is over. That counts as a use of it.
    package func session(_ secret: String) async throws -> Session? {
        // Anything else is refused without asking the database.
        guard secret.utf8.count == KeySecret.length else { return nil }
        let (hash, now) = (SHA256.hexadecimal(secret), now())
        guard let stored = try await store.session(hash: hash), now < stored.expiresAt,
            now < stored.usedAt + Self.idleLimit
        else { return nil }
        if now >= stored.usedAt + Self.useStep { try await store.used(hash: hash, at: now) }
        return Session(user: stored.user, formToken: Self.formToken(of: secret))
    }

    package func signOut(_ secret: String, from address: String?) async throws {
        guard let session = try await session(secret) else { return }
        try await store.end(hash: SHA256.hexadecimal(secret))
        try await audit.note(.signedOut, by: session.user, from: address)
    }

    /// The token of forms that are sent with `secret` in a cookie.
    package static func formToken(of secret: String) -> String {
        Data(SHA256.authenticate(Array("form".utf8), key: Array(secret.utf8))).base64EncodedString()
    }

    /// A secret for the forms of somebody who is not signed in yet.
    package static func visitorSecret() -> String { SecureRandom.alphanumerics(KeySecret.length) }

    /// Whether `given` is the token of `expected`. How long it takes tells nothing.
    package static func isToken(_ given: String, _ expected: String) -> Bool {
        ConstantTime.equal(Array(given.utf8), Array(expected.utf8))
    }
}
