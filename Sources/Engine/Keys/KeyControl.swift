package import Calls
import Digests
package import FoundationEssentials
package import Storage

/// API keys: made, shown once, kept as hashes, and asked about with every request.
package struct KeyControl: Sendable {
    let store: KeyStore
    let cache = KeyCache()
    let now: @Sendable () -> Date
    private let uses: KeyUses?

    /// Keys can be made without an engine, beside a running server.
    package init(store: KeyStore, now: @escaping @Sendable () -> Date = Date.stamp) {
        self.init(store: store, uses: nil, now: now)
    }

    init(store: KeyStore, uses: KeyUses?, now: @escaping @Sendable () -> Date) {
        self.store = store
        self.uses = uses
        self.now = now
    }

    /// Makes a key. The secret is in the result and nowhere else.
    ///
    /// A key that makes another (`maker`; nil: the operator does) gives what it has itself unless less is asked for, and never more:
    /// `Refusal.beyondKey`.
    package func create(
        name: String,
        mode: CallMode,
        scopes: Set<Scope>? = nil,
        prefix: KeyPrefix = .standard,
        limits: RequestLimits = RequestLimits(),
        expiresAt: Date? = nil,
        project: Project.ID,
        by maker: APIKey? = nil
    ) async throws -> (key: APIKey, secret: String) {
        let now = now()
        let secret = KeySecret.text(prefix: prefix, mode: mode, random: SecureRandom.alphanumerics(KeySecret.length))
        let key = APIKey(
            id: APIKey.ID(bornAt: now),
            project: project,
            name: name,
            mode: mode,
            scopes: scopes ?? maker?.scopes ?? Scope.all,
            limits: maker?.limits ?? limits,
            hint: KeySecret.hint(of: secret),
            createdAt: now,
            expiresAt: expiresAt ?? maker?.expiresAt
        )
        try check(key, at: now)
        try maker?.mayHandOut(key)
        do {
            try await store.add(key, hash: SHA256.hexadecimal(secret))
        } catch is DatabaseOverloaded {
            throw Refusal.overloaded
        }
        return (try await store.key(key.id) ?? key, secret)
    }

    private func check(_ key: APIKey, at now: Date) throws {
        guard key.name.count <= 100 else {
            throw Refusal.invalid(field: "name", message: "may have 100 characters, got \(key.name.count)")
        }
        guard !key.scopes.isEmpty else {
            throw Refusal.invalid(field: "scopes", message: "a key without a scope opens nothing")
        }
        if let expiresAt = key.expiresAt, expiresAt <= now {
            throw Refusal.invalid(field: "expires_at", message: "Already past")
        }
    }

    /// The key that `secret`, or an access token bought with it, belongs to. Nil if there is none, or if it is revoked or expired. Cheap
    /// enough for every request.
    ///
    /// Looked up by its hash, so that the time it takes tells nothing about other keys. A revocation counts at once in this process, and
    /// within two seconds if another process made it.
    package func authenticate(_ secret: String) async throws -> APIKey? {
        let isToken = JSONWebToken.isWellFormed(secret)
        // Anything else is refused without asking the database.
        guard isToken || KeySecret.isWellFormed(secret) else { return nil }
        return try await match(secret, isToken: isToken, at: now())?.key
    }

    /// What `secret` opens now. That counts as a use of the key.
    func match(_ secret: String, isToken: Bool, at now: Date) async throws -> KeyStore.Match? {
        let hash = SHA256.hexadecimal(secret)
        let generation = cache.generation
        var match = cache.match(hash: hash, at: now)
        if match == nil {
            match = isToken ? try await store.match(tokenHash: hash) : try await store.match(hash: hash)
            if let match { cache.keep(match, hash: hash, at: now, since: generation) }
        }
        guard let match, match.isTaken(at: now) else { return nil }
        uses?.note(match.key.id, at: now)
        return match
    }

    /// Newest first.
    package func keys(project: Project.ID) async throws -> [APIKey] {
        try await store.keys(project: project).map(withLastUse)
    }

    package func key(_ id: APIKey.ID, project: Project.ID) async throws -> APIKey {
        guard let key = try await store.key(id), key.project == project else { throw Refusal.unknownKey }
        return withLastUse(key)
    }

    /// For the operator: whatever project it belongs to.
    package func key(_ id: APIKey.ID) async throws -> APIKey {
        guard let key = try await store.key(id) else { throw Refusal.unknownKey }
        return key
    }

    /// At once. A test key revokes no live keys: `Refusal.beyondKey`.
    package func revoke(_ id: APIKey.ID, project: Project.ID, by revoker: APIKey? = nil) async throws -> APIKey {
        if revoker?.mode == .test, try await key(id, project: project).mode == .live {
            throw Refusal.beyondKey("a test key can only revoke test keys")
        }
        guard let key = try await store.revoke(id, project: project, at: now()) else { throw Refusal.unknownKey }
        cache.forget(id)
        return withLastUse(key)
    }

    private func withLastUse(_ key: APIKey) -> APIKey {
        var key = key
        key.lastUsedAt = [key.lastUsedAt, uses?.unstoredUse(of: key.id)].compactMap(\.self).max()
        return key
    }
}

extension KeyStore.Match {
    func isTaken(at now: Date) -> Bool {
        key.isActive(at: now) && validUntil.map { $0 > now } ?? true
    }
}

extension APIKey {
    /// Throws `Refusal.beyondKey` unless whoever holds this key may hold `other`, too: else a key that may make keys could make itself
    /// another one that may do more.
    func mayHandOut(_ other: APIKey) throws {
        guard other.mode == mode else {
            throw Refusal.beyondKey("mode: a \(mode.rawValue) key can only make \(mode.rawValue) keys")
        }
        let missing = other.scopes.subtracting(scopes).map(\.rawValue).sorted()
        guard missing.isEmpty else {
            throw Refusal.beyondKey("scopes: this key has no \(missing.joined(separator: ", ")) itself")
        }
        if let expiresAt, other.expiresAt.map({ $0 > expiresAt }) ?? true {
            throw Refusal.beyondKey("expires_at: this key expires itself before that")
        }
    }
}
