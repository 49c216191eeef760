import Calls
import Hummingbird

/// A registered receiver of webhooks, without its secret.
struct NativeEndpoint: ResponseEncodable, Sendable {
    enum Status: String, Encodable, Sendable, CaseIterable {
        case enabled
        case disabled
    }

    let id: String
    let url: String
    let description: String
    /// Types of messages, or `*` for all.
    let events: [String]
    /// The door whose words it is spoken to in.
    let format: String
    let status: Status
    @Nullable var disabledReason: WebhookEndpoint.DisabledReason?
    @Nullable var disabledAt: String?
    /// Messages given up since the last one that was delivered.
    let consecutiveFailures: Int
    let createdAt: String
    let updatedAt: String

    init(_ endpoint: WebhookEndpoint) {
        id = endpoint.id.description
        url = endpoint.url
        description = endpoint.description
        events = endpoint.events
        format = endpoint.door
        status = endpoint.disabled == nil ? .enabled : .disabled
        disabledReason = endpoint.disabled?.reason
        disabledAt = (endpoint.disabled?.at).map(Timestamp.text)
        consecutiveFailures = endpoint.failures
        createdAt = Timestamp.text(endpoint.createdAt)
        updatedAt = Timestamp.text(endpoint.updatedAt)
    }
}

/// An endpoint with the secret that is shown this once.
struct NativeNewEndpoint: Encodable, Sendable {
    let endpoint: NativeEndpoint
    let secret: String

    init(_ endpoint: WebhookEndpoint, secret: String) {
        self.endpoint = NativeEndpoint(endpoint)
        self.secret = secret
    }

    private enum CodingKeys: String, CodingKey {
        case secret
    }

    /// All in one object.
    func encode(to encoder: any Encoder) throws {
        try endpoint.encode(to: encoder)
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(secret, forKey: .secret)
    }
}
