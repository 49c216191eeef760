import Calls
import Hummingbird

/// An API key without its secret.
struct NativeKey: ResponseEncodable, Sendable {
    let id: String
    let name: String
    let mode: CallMode
    /// The first characters of the secret.
    let hint: String
    let createdAt: String
    @Nullable var revokedAt: String?

    init(_ key: APIKey) {
        id = key.id.description
        name = key.name
        mode = key.mode
        hint = key.hint
        createdAt = Timestamp.text(key.createdAt)
        revokedAt = key.revokedAt.map(Timestamp.text)
    }
}

/// A key just made, with the secret that is shown this once.
struct NativeNewKey: Encodable, Sendable {
    let id: String
    let name: String
    let mode: CallMode
    let hint: String
    let createdAt: String
    let secret: String

    init(_ key: APIKey, secret: String) {
        id = key.id.description
        name = key.name
        mode = key.mode
        hint = key.hint
        createdAt = Timestamp.text(key.createdAt)
        self.secret = secret
    }
}
