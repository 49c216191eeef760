import Calls
import FoundationEssentials
import Hummingbird

/// A registered receiver of webhooks, as CallingBox writes it.
struct CallingBoxEndpoint: ResponseEncodable, Sendable {
    let id: String
    let orgId: String
    let url: String
    @Nullable var description: String?
    let enabledEvents: [String]
    let status: Status
    @Nullable var disabledReason: String?
    @Nullable var disabledAt: String?
    let consecutiveFailures: Int
    let createdAt: String
    let updatedAt: String
    /// Left out but when it is new: it is shown that once.
    var signingSecret: String?

    enum Status: String, Encodable, Sendable, CaseIterable {
        case enabled
        case disabled
    }

    init(_ endpoint: WebhookEndpoint, secret: String? = nil) {
        id = endpoint.id.uuidText
        orgId = endpoint.project.uuidText
        url = endpoint.url
        description = endpoint.description.isEmpty ? nil : endpoint.description
        enabledEvents = endpoint.events
        status = endpoint.disabled == nil ? .enabled : .disabled
        disabledReason = endpoint.disabled?.reason.rawValue
        disabledAt = (endpoint.disabled?.at).map(Timestamp.text)
        consecutiveFailures = endpoint.failures
        createdAt = Timestamp.text(endpoint.createdAt)
        updatedAt = Timestamp.text(endpoint.updatedAt)
        signingSecret = secret
    }
}
