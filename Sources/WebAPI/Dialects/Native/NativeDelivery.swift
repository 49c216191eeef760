import Calls

/// One message to one receiver, and how it went.
struct NativeDelivery: Encodable, Sendable {
    /// Also the message's `webhook-id`.
    let id: String
    let eventId: String
    let url: String
    let createdAt: String
    @Nullable var deliveredAt: String?
    @Nullable var givenUpAt: String?
    /// When it is tried next; `null` if it is done with.
    @Nullable var nextAt: String?
    let attempts: [Attempt]

    struct Attempt: Encodable, Sendable {
        let number: Int
        let at: String
        let durationMs: Int
        /// HTTP status; `null` if none came.
        @Nullable var status: Int?
        /// The beginning of what was answered.
        let response: String
        @Nullable var failure: String?
    }

    init(_ delivery: WebhookDelivery, attempts: [WebhookAttempt]) {
        id = delivery.id.description
        eventId = delivery.event.description
        url = delivery.url
        createdAt = Timestamp.text(delivery.createdAt)
        deliveredAt = delivery.deliveredAt.map(Timestamp.text)
        givenUpAt = delivery.givenUpAt.map(Timestamp.text)
        let isDone = delivery.deliveredAt != nil || delivery.givenUpAt != nil
        nextAt = isDone ? nil : Timestamp.text(delivery.nextAt)
        self.attempts = attempts.map { attempt in
            Attempt(
                number: attempt.number,
                at: Timestamp.text(attempt.at),
                durationMs: attempt.duration,
                status: attempt.status,
                response: attempt.response,
                failure: attempt.failure
            )
        }
    }
}
