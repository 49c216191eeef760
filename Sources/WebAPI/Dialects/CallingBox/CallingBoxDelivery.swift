import Calls
import FoundationEssentials
import Hummingbird

/// One message to one receiver, as CallingBox writes it.
struct CallingBoxDelivery: ResponseEncodable, Sendable {
    let id: String
    let orgId: String
    /// `null` if it goes to the URL that the call or its agent names.
    @Nullable var endpointId: String?
    @Nullable var callId: String?
    let eventType: String
    let url: String
    let status: WebhookDelivery.Status
    let attemptCount: Int
    let manualRetryCount: Int
    let nextAttemptAt: String
    @Nullable var lastError: String?
    @Nullable var lastResponseStatus: Int?
    @Nullable var deliveredAt: String?
    let createdAt: String
    let updatedAt: String

    init(_ delivery: WebhookDelivery) {
        id = delivery.id.uuidText
        orgId = delivery.project.uuidText
        endpointId = delivery.endpoint?.uuidText
        callId = delivery.call?.uuidText
        eventType = delivery.type
        url = delivery.url
        status = delivery.status
        attemptCount = delivery.attempts
        manualRetryCount = delivery.manualRetries
        nextAttemptAt = Timestamp.text(delivery.nextAt)
        lastError = delivery.lastError
        lastResponseStatus = delivery.lastStatus
        deliveredAt = delivery.deliveredAt.map(Timestamp.text)
        createdAt = Timestamp.text(delivery.createdAt)
        updatedAt = Timestamp.text(delivery.updatedAt)
    }
}
