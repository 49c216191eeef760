package import FoundationEssentials

/// One message to one receiver: stored with what it tells of, then tried until it is taken or given up.
package struct WebhookDelivery: Sendable, Hashable, Identified {
    /// Also the `webhook-id` that receivers deduplicate by: the same on every try (Standard Webhooks).
    package typealias ID = Identifier<WebhookDelivery>
    package static let identifierPrefix = "msg"

    package let id: ID
    package let project: Project.ID
    package let call: Call.ID
    package let event: CallEvent.ID
    package let url: String
    /// As rendered when the event happened: every try sends the same bytes.
    package let body: String
    package let createdAt: Date
    /// How often it was tried.
    package var attempts: Int
    /// When it is tried next, if it is neither delivered nor given up.
    package var nextAt: Date
    package var deliveredAt: Date?
    package var givenUpAt: Date?

    package init(
        id: ID,
        project: Project.ID,
        call: Call.ID,
        event: CallEvent.ID,
        url: String,
        body: String,
        createdAt: Date,
        attempts: Int = 0,
        nextAt: Date,
        deliveredAt: Date? = nil,
        givenUpAt: Date? = nil
    ) {
        self.id = id
        self.project = project
        self.call = call
        self.event = event
        self.url = url
        self.body = body
        self.createdAt = createdAt
        self.attempts = attempts
        self.nextAt = nextAt
        self.deliveredAt = deliveredAt
        self.givenUpAt = givenUpAt
    }
}

/// One try to deliver, as the delivery log shows it.
package struct WebhookAttempt: Sendable, Hashable, Codable {
    package var delivery: WebhookDelivery.ID
    /// 1 for the first.
    package var number: Int
    package var at: Date
    /// Milliseconds from the first byte sent to the last byte kept.
    package var duration: Int
    /// HTTP status. Nil if none came.
    package var status: Int?
    /// The beginning of what the receiver answered.
    package var response: String
    /// Why there is no status, in plain words.
    package var failure: String?

    package init(
        delivery: WebhookDelivery.ID,
        number: Int,
        at: Date,
        duration: Int,
        status: Int?,
        response: String,
        failure: String?
    ) {
        self.delivery = delivery
        self.number = number
        self.at = at
        self.duration = duration
        self.status = status
        self.response = response
        self.failure = failure
    }
}
