package import Calls
import Digests
import FoundationEssentials
import Storage

/// Access tokens for OAuth clients (RFC 6749 section 4.4): a key's id is the client id, its secret the client secret.
package struct TokenControl: Sendable {
    /// What a client gets for its credentials.
    package struct AccessToken: Sendable, Hashable {
        /// A JSON Web Token in form. Its holder need not look into it, and nor do we: it is known by its hash.
        package var text: String
        /// How long it is taken, in seconds.
        package var lifetime: Int
        package var key: APIKey
    }

    /// Why there is no token. Which part of the credentials is wrong is told to nobody.
    package enum Problem: Error, Sendable, Hashable {
        /// No such client, not its secret, or a key that is revoked or expired.
        case invalidClient
        /// The queue of pending writes is full: try again shortly.
        case overloaded
    }

    /// Seconds in a day.
    package static let lifetime = 86_400
    private static let identifierLength = 27

    let keys: KeyControl

    /// A token that opens what the key opens, for a day, and no longer than the key and the secret themselves. `issuer` is what the token says
    /// of where it comes from. It is signed with the client secret, so that a client which cares can check it.
    package func issue(clientID: String, clientSecret: String, issuer: String) async throws -> AccessToken {
        let now = keys.now()
        guard let id = APIKey.ID(clientID), KeySecret.isWellFormed(clientSecret),
            let match = try await keys.match(clientSecret, isToken: false, at: now), match.key.id == id
        else { throw Problem.invalidClient }
        let ends = [now + Double(Self.lifetime), match.validUntil, match.key.expiresAt].compactMap(\.self)
        let end = ends.min() ?? now
        let text = try JSONWebToken.text(
            JSONWebToken.Claims(
                iss: issuer,
                sub: clientID,
                iat: now.microseconds / 1_000_000,
                exp: end.microseconds / 1_000_000,
                jti: SecureRandom.alphanumerics(Self.identifierLength)
            ),
            key: clientSecret
        )
        do {
            let hash = SHA256.hexadecimal(text)
            try await keys.store.addToken(hash: hash, key: id, createdAt: now, expiresAt: end)
        } catch is DatabaseOverloaded {
            throw Problem.overloaded
        }
        return AccessToken(text: text, lifetime: Int((end.microseconds - now.microseconds) / 1_000_000), key: match.key)
    }
}
