package import Calls
import Engine
package import FoundationEssentials

/// One line of a call's history: in the live feed, and around the documents that webhooks carry.
struct NativeEvent<Payload: Encodable & Sendable>: Encodable, Sendable {
    let id: String
    let type: CallEvent.Kind
    /// `null` in a webhook, which is rendered before the event has its place in the order.
    @Nullable var sequence: Int64?
    let callId: String
    let createdAt: String
    let data: Payload

    init(_ event: CallEvent, data: Payload) {
        id = event.id.description
        type = event.kind
        sequence = event.sequence == 0 ? nil : event.sequence
        callId = event.call.description
        createdAt = Timestamp.text(event.at)
        self.data = data
    }
}

/// The bodies of our own webhooks: the event around the call as `GET /v1/calls/{id}` shows it, and everything that was said.
package struct NativeWebhook: WebhookRenderer {
    package init() {}

    package func body(
        for event: CallEvent,
        call: Call,
        certainty: Attempt.Certainty,
        transcript: [TranscriptEntry]
    ) -> Data {
        let payload = Payload(
            call: NativeCall(call, certainty: certainty),
            transcript: transcript.map(NativeTranscriptEntry.init)
        )
        do {
            return try WireEncoder().data(NativeEvent(event, data: payload))
        } catch {
            preconditionFailure("A webhook body must encode: \(error)")
        }
    }

    private struct Payload: Encodable, Sendable {
        let call: NativeCall
        let transcript: [NativeTranscriptEntry]
    }
}
