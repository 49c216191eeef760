package import FoundationEssentials

/// One message to one receiver: stored with what it tells of, then tried until it is taken or given up.
package struct WebhookDelivery: Sendable, Hashable, Identified {
    /// The same on every try, so that receivers can deduplicate by it.
    package typealias ID = Identifier<WebhookDelivery>
    package static let identifierPrefix = "msg"

    package enum Status: String, Sendable, Hashable, Codable, CaseIterable {
        /// It is tried now, or will be.
        case pending
        case delivered
        /// Every try failed; nothing more happens unless somebody asks.
        case exhausted
    }

    package let id: ID
    package let project: Project.ID
    /// Nil for a message that only tries an endpoint out.
    package let call: Call.ID?
    /// Nil for a message that only tries an endpoint out.
    package let event: CallEvent.ID?
    /// Nil if it goes to the URL that the call or its agent names.
    package let endpoint: WebhookEndpoint.ID?
    /// The door whose words the message is in.
    package let door: String
    /// What it tells, in the door's words: `call.ended`.
    package let type: String
    /// Where it goes now; an endpoint's can change while it waits.
    package var url: String
    /// As rendered for the event: every try sends the same bytes.
    package let body: String
    package let createdAt: Date
    package var updatedAt: Date
    /// The event's place in the outbox; 0 without one. Messages about one call go to one receiver in this order.
    package let sequence: Int64
    /// The place among the messages that one event makes for one receiver, from 0.
    package let place: Int
    /// How many tries were begun, over all.
    package var attempts: Int
    /// How many tries were begun since it was made or last sent again by hand: the place in the schedule.
    package var tries: Int
    /// How often somebody had it sent again.
    package var manualRetries: Int
    /// When it is tried next, if it is pending.
    package var nextAt: Date
    package var deliveredAt: Date?
    package var givenUpAt: Date?
    /// What was wrong with the last try, in plain words. Nil if nothing was, or there was none.
    package var lastError: String?
    /// The last HTTP status. Nil if none ever came.
    package var lastStatus: Int?

    package init(
        id: ID,
        project: Project.ID,
        call: Call.ID?,
        event: CallEvent.ID?,
        endpoint: WebhookEndpoint.ID? = nil,
        door: String,
        type: String,
        url: String,
        body: String,
        createdAt: Date,
        updatedAt: Date? = nil,
        sequence: Int64 = 0,
        place: Int = 0,
        attempts: Int = 0,
        tries: Int = 0,
        manualRetries: Int = 0,
        nextAt: Date,
        deliveredAt: Date? = nil,
        givenUpAt: Date? = nil,
        lastError: String? = nil,
        lastStatus: Int? = nil
    ) {
        self.id = id
        self.project = project
        self.call = call
        self.event = event
        self.endpoint = endpoint
        self.door = door
        self.type = type
        self.url = url
        self.body = body
        self.createdAt = createdAt
        self.updatedAt = updatedAt ?? createdAt
        self.sequence = sequence
        self.place = place
        self.attempts = attempts
        self.tries = tries
        self.manualRetries = manualRetries
        self.nextAt = nextAt
        self.deliveredAt = deliveredAt
        self.givenUpAt = givenUpAt
        self.lastError = lastError
        self.lastStatus = lastStatus
    }

    package var status: Status {
        if deliveredAt != nil { .delivered } else if givenUpAt != nil { .exhausted } else { .pending }
    }
}
