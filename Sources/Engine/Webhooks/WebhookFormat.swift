package import Calls
package import FoundationEssentials

/// How one door speaks to receivers: which messages an event makes, their bodies, their headers, and how often they are tried.
///
/// Pure: it reads no clock and no store. The engine decides who is told, keeps what was said and carries it there.
package protocol WebhookFormat: Sendable {
    /// Every type of message an endpoint may ask for.
    var types: [String] { get }

    /// What an endpoint gets that does not choose: `WebhookEndpoint.everything`, or some of `types`.
    var defaultEvents: [String] { get }

    var policy: WebhookPolicy { get }

    /// The types of the messages that `event` makes for a receiver, in the order in which they are sent. An endpoint gets those it asked for.
    ///
    /// A call that is over made two events in one transaction: one for its final status, and `.ended`. A final message belongs to one of
    /// them only. `isRepeated`: the call has had this status before, because it went back to the queue.
    func types(of event: CallEvent, isRepeated: Bool, for receiver: WebhookReceiverKind) -> [String]

    /// JSON in UTF-8. Written once; every try sends the same bytes. What it throws is kept as the reason why there is no such message.
    func body(of message: WebhookMessage) throws -> String

    /// The types of the messages that an event of a batch makes for an endpoint. None where the door tells nothing of batches.
    func types(of event: BatchEvent) -> [String]

    /// JSON in UTF-8, about a batch.
    func body(of message: BatchMessage) throws -> String

    /// The message that tries an endpoint out. Nil if the door has none.
    func trial(of endpoint: WebhookEndpoint, id: WebhookDelivery.ID, at now: Date) throws -> WebhookTrial?

    /// The headers of one try at `now`, signature and content type included. `secrets` are never empty, and the first is the current one;
    /// a format that has room for one signature uses that. Throws `WebhookSignature.UnusableSecret`.
    func headers(
        of delivery: WebhookDelivery,
        secrets: [String],
        at now: Date
    ) throws -> [(name: String, value: String)]
}

extension WebhookFormat {
    package func types(of event: BatchEvent) -> [String] { [] }

    package func body(of message: BatchMessage) throws -> String { "" }

    package func trial(of endpoint: WebhookEndpoint, id: WebhookDelivery.ID, at now: Date) throws -> WebhookTrial? {
        nil
    }
}

/// Who a message is for.
package enum WebhookReceiverKind: Sendable, Hashable {
    /// The URL that the call itself or its agent names.
    case inline
    /// One that the project registered.
    case endpoint
}

/// What a body is made of.
package struct WebhookMessage: Sendable {
    /// The delivery's own, for envelopes that carry it.
    package var id: WebhookDelivery.ID
    /// One of those the format named for the event.
    package var type: String
    package var event: CallEvent
    /// The call as it was right after the event.
    package var call: Call
    /// Of its last attempt at that time, `notSent` if there was none.
    package var certainty: Attempt.Certainty
    /// Everything that was said. Empty unless the call is over.
    package var transcript: [TranscriptEntry]
    /// Every event that changed its status, up to and with this one, oldest first.
    package var statuses: [CallEvent]
    /// Nil for the URL that the call itself or its agent names.
    package var endpoint: WebhookEndpoint.ID?
    /// Opens the recording without a key, for a week. Nil if there is none, or not yet.
    package var recording: RecordingLink?

    package init(
        id: WebhookDelivery.ID,
        type: String,
        event: CallEvent,
        call: Call,
        certainty: Attempt.Certainty,
        transcript: [TranscriptEntry],
        statuses: [CallEvent],
        endpoint: WebhookEndpoint.ID? = nil,
        recording: RecordingLink? = nil
    ) {
        self.id = id
        self.type = type
        self.event = event
        self.call = call
        self.certainty = certainty
        self.transcript = transcript
        self.statuses = statuses
        self.endpoint = endpoint
        self.recording = recording
    }

    /// When the call first had `status`. Nil if it had not yet.
    package func firstTime(_ status: CallStatus) -> Date? {
        statuses.first { $0.status == status }?.at
    }
}

/// What a body about a batch is made of.
package struct BatchMessage: Sendable {
    /// The delivery's own, for envelopes that carry it.
    package var id: WebhookDelivery.ID
    /// One of those the format named for the event.
    package var type: String
    package var event: BatchEvent
    /// The batch and its counts as the message was written, moments after the event.
    package var progress: BatchProgress

    package init(id: WebhookDelivery.ID, type: String, event: BatchEvent, progress: BatchProgress) {
        self.id = id
        self.type = type
        self.event = event
        self.progress = progress
    }
}

/// A message that only tries an endpoint out.
package struct WebhookTrial: Sendable {
    package var type: String
    package var body: String

    package init(type: String, body: String) {
        self.type = type
        self.body = body
    }
}
