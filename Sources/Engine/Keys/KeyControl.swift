package import Calls
import Digests
package import FoundationEssentials
package import Storage

/// API keys: made, shown once, kept as hashes.
package struct KeyControl: Sendable {
    /// What the visible part of a key shows: `sk_test_` and four characters.
    private static let hintLength = 12

    private let store: KeyStore
    private let cache: KeyCache
    private let now: @Sendable () -> Date

    /// Keys can be made without an engine, beside a running server.
    package init(store: KeyStore, now: @escaping @Sendable () -> Date = Date.stamp) {
        self.store = store
        self.now = now
        cache = KeyCache()
    }

    /// Makes a key. The secret is in the result and nowhere else. 43 letters and digits are 256 bits.
    package func create(name: String, mode: CallMode, project: Project.ID) async throws -> (key: APIKey, secret: String)
    {
        let now = now()
        let secret = "sk_\(mode.rawValue)_" + SecureRandom.alphanumerics(43)
        let key = APIKey(
            id: APIKey.ID(bornAt: now),
            project: project,
            name: name,
            mode: mode,
            hint: String(secret.prefix(Self.hintLength)),
            createdAt: now
        )
        do {
            try await store.add(key, hash: SHA256.hexadecimal(secret))
        } catch is DatabaseOverloaded {
            throw Refusal.overloaded
        }
        return (key, secret)
    }

    /// The key that `secret` belongs to; nil if there is none or it was revoked. Cheap enough for every request.
    ///
    /// Looked up by its hash, so that the time it takes tells nothing about other keys. A revocation counts at once in this process, and
    /// within two seconds if another process made it.
    package func authenticate(_ secret: String) async throws -> APIKey? {
        // Anything else is refused without asking the database.
        guard secret.hasPrefix("sk_"), secret.utf8.count <= 64 else { return nil }
        let hash = SHA256.hexadecimal(secret)
        let now = now()
        if let key = cache.key(hash: hash, at: now) { return key }
        guard let key = try await store.key(hash: hash), key.revokedAt == nil else { return nil }
        cache.keep(key, hash: hash, at: now)
        return key
    }

    package func keys(project: Project.ID) async throws -> [APIKey] {
        try await store.keys(project: project)
    }

    package func revoke(_ id: APIKey.ID, project: Project.ID) async throws -> APIKey {
        guard let key = try await store.revoke(id, project: project, at: now()) else { throw Refusal.unknownKey }
        cache.forget(id)
        return key
    }
}
