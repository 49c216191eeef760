import Calls
import Hummingbird

/// An API key without its secret.
struct NativeKey: ResponseEncodable, Sendable {
    let id: String
    let name: String
    let mode: CallMode
    /// Sorted.
    let scopes: [String]
    /// The first characters of the secret.
    let hint: String
    /// The key's own limit or else its project's; `null` if neither has one.
    @Nullable var requestsPerMinute: Int?
    @Nullable var requestsPerHour: Int?
    let createdAt: String
    @Nullable var expiresAt: String?
    @Nullable var rotatedAt: String?
    @Nullable var lastUsedAt: String?
    @Nullable var revokedAt: String?

    init(_ key: APIKey) {
        id = key.id.description
        name = key.name
        mode = key.mode
        scopes = key.scopes.map(\.rawValue).sorted()
        hint = key.hint
        requestsPerMinute = key.limits.perMinute ?? key.projectLimits.perMinute
        requestsPerHour = key.limits.perHour ?? key.projectLimits.perHour
        createdAt = Timestamp.text(key.createdAt)
        expiresAt = key.expiresAt.map(Timestamp.text)
        rotatedAt = key.rotatedAt.map(Timestamp.text)
        lastUsedAt = key.lastUsedAt.map(Timestamp.text)
        revokedAt = key.revokedAt.map(Timestamp.text)
    }
}

/// A key with the secret that is shown this once.
struct NativeNewKey: Encodable, Sendable {
    let key: NativeKey
    let secret: String

    init(_ key: APIKey, secret: String) {
        self.key = NativeKey(key)
        self.secret = secret
    }

    func encode(to encoder: any Encoder) throws {
        try key.encode(to: encoder)
        var container = encoder.container(keyedBy: SecretKey.self)
        try container.encode(secret, forKey: .secret)
    }

    private enum SecretKey: String, CodingKey {
        case secret
    }
}
