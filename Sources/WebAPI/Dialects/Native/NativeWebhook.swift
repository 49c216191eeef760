package import Calls
package import Engine
package import FoundationEssentials

/// Our own webhooks, signed as Standard Webhooks 1.0 says: the event, around the call as `GET /v1/calls/{id}` shows it.
///
/// The URL of a call is told of its end. Endpoints choose.
package struct NativeWebhook: WebhookFormat {
    static let trialType = "webhook.test"

    package let policy: WebhookPolicy

    package init(policy: WebhookPolicy = .standard) {
        self.policy = policy
    }

    package var types: [String] {
        CallEvent.Kind.allCases.map(\.rawValue) + BatchEvent.Kind.allCases.map(\.rawValue)
    }
    package var defaultEvents: [String] { [CallEvent.Kind.status, .ended].map(\.rawValue) }

    package func types(of event: CallEvent, isRepeated: Bool, for receiver: WebhookReceiverKind) -> [String] {
        receiver == .endpoint || event.kind == .ended ? [event.kind.rawValue] : []
    }

    package func types(of event: BatchEvent) -> [String] { [event.kind.rawValue] }

    package func body(of message: BatchMessage) throws -> String {
        let batch = NativeBatch(message.progress, at: message.event.at)
        let document = NativeBatchEvent(message.event, data: NativeBatchState(batch: batch))
        return String(decoding: try WireEncoder().data(document), as: UTF8.self)
    }

    package func body(of message: WebhookMessage) throws -> String {
        let event = message.event
        let call = NativeCall(message.call, certainty: message.certainty)
        let data =
            switch event.kind {
            case .said, .answeredBy, .onHold, .toolUsed, .transferred:
                try WireEncoder().data(NativeEvent(event, data: event.data))
            case .status: try WireEncoder().data(NativeEvent(event, data: StatusPayload(call: call)))
            case .ended:
                try WireEncoder().data(
                    NativeEvent(
                        event,
                        data: EndPayload(call: call, transcript: message.transcript.map(NativeTranscriptEntry.init))
                    )
                )
            }
        return String(decoding: data, as: UTF8.self)
    }

    package func trial(
        of endpoint: WebhookEndpoint,
        id: WebhookDelivery.ID,
        at now: Date
    ) throws -> WebhookTrial? {
        let trial = Trial(
            id: "\(id)",
            type: Self.trialType,
            createdAt: Timestamp.text(now),
            data: Trial.Payload(endpointId: "\(endpoint.id)")
        )
        return WebhookTrial(
            type: Self.trialType,
            body: String(decoding: try WireEncoder().data(trial), as: UTF8.self)
        )
    }

    /// One signature for each secret, so that a receiver may change over whenever it likes.
    package func headers(
        of delivery: WebhookDelivery,
        secrets: [String],
        at now: Date
    ) throws -> [(name: String, value: String)] {
        let id = "\(delivery.id)"
        let timestamp = Int64(now.timeIntervalSince1970)
        let signatures = try secrets.map { secret in
            try WebhookSignature.standard(id: id, timestamp: timestamp, body: delivery.body, secret: secret)
        }
        return [
            ("content-type", "application/json"),
            ("webhook-id", id),
            ("webhook-timestamp", "\(timestamp)"),
            ("webhook-signature", signatures.joined(separator: " ")),
        ]
    }

    private struct StatusPayload: Encodable, Sendable {
        let call: NativeCall
    }

    private struct EndPayload: Encodable, Sendable {
        let call: NativeCall
        let transcript: [NativeTranscriptEntry]
    }

    private struct Trial: Encodable, Sendable {
        let id: String
        let type: String
        let createdAt: String
        let data: Payload

        struct Payload: Encodable, Sendable {
            let endpointId: String
        }
    }
}
