import Calls
import Hummingbird

/// One message to one receiver, and where it stands.
struct NativeDelivery: ResponseEncodable, Sendable {
    /// Also the message's `webhook-id`.
    let id: String
    /// What it tells.
    let type: String
    /// The door whose words it is in.
    let format: String
    /// `null` for a message that only tries an endpoint out.
    @Nullable var eventId: String?
    @Nullable var callId: String?
    /// `null` if it goes to the URL that the call or its agent names.
    @Nullable var endpointId: String?
    let url: String
    let status: WebhookDelivery.Status
    /// How many tries were begun.
    let attemptCount: Int
    let manualRetryCount: Int
    let createdAt: String
    @Nullable var deliveredAt: String?
    @Nullable var givenUpAt: String?
    /// When it is tried next; `null` if it is done with.
    @Nullable var nextAt: String?
    @Nullable var lastError: String?
    @Nullable var lastResponseStatus: Int?

    init(_ delivery: WebhookDelivery) {
        id = delivery.id.description
        type = delivery.type
        format = delivery.door
        eventId = delivery.event?.description
        callId = delivery.call?.description
        endpointId = delivery.endpoint?.description
        url = delivery.url
        status = delivery.status
        attemptCount = delivery.attempts
        manualRetryCount = delivery.manualRetries
        createdAt = Timestamp.text(delivery.createdAt)
        deliveredAt = delivery.deliveredAt.map(Timestamp.text)
        givenUpAt = delivery.givenUpAt.map(Timestamp.text)
        nextAt = delivery.status == .pending ? Timestamp.text(delivery.nextAt) : nil
        lastError = delivery.lastError
        lastResponseStatus = delivery.lastStatus
    }
}

/// `nextBefore` goes into `before` of the next request; `null` on the last page.
struct NativeDeliveryPage: Encodable, Sendable {
    let data: [NativeDelivery]
    let hasMore: Bool
    @Nullable var nextBefore: String?
}

/// A message with the log of its tries.
struct NativeDeliveryLog: ResponseEncodable, Sendable {
    let delivery: NativeDelivery
    let attempts: [Attempt]
    /// The bytes of every try. Left out of lists.
    let body: String?

    struct Attempt: Encodable, Sendable {
        let number: Int
        let at: String
        /// What was connected to; `null` if no address was found that may be called.
        @Nullable var address: String?
        let requestHeaders: [Header]
        @Nullable var resolutionMs: Int?
        @Nullable var answerMs: Int?
        /// `null` while it is under way.
        @Nullable var durationMs: Int?
        /// HTTP status; `null` if none came.
        @Nullable var status: Int?
        let responseHeaders: [Header]
        /// The beginning of what was answered.
        let response: String
        @Nullable var failure: String?
    }

    struct Header: Encodable, Sendable {
        let name: String
        let value: String

        init(_ header: WebhookAttempt.Header) {
            name = header.name
            value = header.value
        }
    }

    init(_ delivery: WebhookDelivery, attempts: [WebhookAttempt], showingBody: Bool) {
        self.delivery = NativeDelivery(delivery)
        body = showingBody ? delivery.body : nil
        self.attempts = attempts.map { attempt in
            Attempt(
                number: attempt.number,
                at: Timestamp.text(attempt.at),
                address: attempt.address,
                requestHeaders: attempt.requestHeaders.map(Header.init),
                resolutionMs: attempt.resolution,
                answerMs: attempt.answer,
                durationMs: attempt.duration,
                status: attempt.status,
                responseHeaders: attempt.responseHeaders.map(Header.init),
                response: attempt.response,
                failure: attempt.failure
            )
        }
    }

    private enum CodingKeys: String, CodingKey {
        case attempts
        case body
    }

    /// All in one object.
    func encode(to encoder: any Encoder) throws {
        try delivery.encode(to: encoder)
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(attempts, forKey: .attempts)
        try container.encodeIfPresent(body, forKey: .body)
    }
}
