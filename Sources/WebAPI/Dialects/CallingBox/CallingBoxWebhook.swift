package import Calls
package import Engine
package import FoundationEssentials

/// CallingBox's webhooks: an envelope around the call as `GET /v1/calls/{id}` shows it, signed anew on every try.
package struct CallingBoxWebhook: WebhookFormat {
    /// Names the form of the envelope, as the vendor does.
    private static let version = "2026-04"

    package let policy: WebhookPolicy

    package init(policy: WebhookPolicy = .callingBox) {
        self.policy = policy
    }

    package var types: [String] { CallingBoxEvent.allCases.map(\.rawValue) }
    package var defaultEvents: [String] { [WebhookEndpoint.everything] }

    /// Everybody gets everything; the end of a call is told once, when all there is to know of it is stored.
    package func types(of event: CallEvent, isRepeated: Bool, for receiver: WebhookReceiverKind) -> [String] {
        guard !isRepeated, let told = CallingBoxEvent(event) else { return [] }
        return [told.rawValue]
    }

    package func body(of message: WebhookMessage) throws -> String {
        let envelope = Envelope(
            id: message.id.uuidText,
            type: message.type,
            created: Int64(message.event.at.timeIntervalSince1970),
            apiVersion: Self.version,
            data: Envelope.Payload(call: CallingBoxCall(message.call, statuses: message.statuses))
        )
        return String(decoding: try WireEncoder().data(envelope), as: UTF8.self)
    }

    /// One `v1` for each secret.
    package func headers(
        of delivery: WebhookDelivery,
        secrets: [String],
        at now: Date
    ) throws -> [(name: String, value: String)] {
        [
            ("Content-Type", "application/json"),
            ("CallingBox-Signature", WebhookSignature.timed(delivery.body, secrets: secrets, at: now)),
            ("CallingBox-Event-Id", delivery.id.uuidText),
            ("CallingBox-Event-Type", delivery.type),
            ("X-CallingBox-Event", delivery.type),
            ("X-CallingBox-Call-Id", delivery.call?.uuidText ?? ""),
        ]
    }

    private struct Envelope: Encodable, Sendable {
        let id: String
        let type: String
        let created: Int64
        let apiVersion: String
        let data: Payload

        struct Payload: Encodable, Sendable {
            let call: CallingBoxCall
        }
    }
}

extension WebhookPolicy {
    /// Eight tries over about 42 hours, and an endpoint that ten messages in a row could not be delivered to is switched off.
    /// <https://docs.callingbox.io/guides/webhook-retries>
    package static let callingBox = WebhookPolicy(
        schedule: [
            .seconds(60), .seconds(5 * 60), .seconds(30 * 60), .seconds(2 * 3600), .seconds(5 * 3600),
            .seconds(10 * 3600), .seconds(24 * 3600),
        ],
        jitter: 0.8...1.2,
        timeout: .seconds(10),
        disableAfter: 10
    )
}

/// What CallingBox tells of a call.
enum CallingBoxEvent: String, CaseIterable {
    case queued = "call.queued"
    case ringing = "call.ringing"
    case answered = "call.answered"
    case completed = "call.completed"
    case failed = "call.failed"
    case noAnswer = "call.no_answer"
    case busy = "call.busy"
    case canceled = "call.canceled"

    /// Nil for what nobody is told of.
    init?(_ event: CallEvent) {
        switch event.kind {
        case .said, .answeredBy, .onHold, .toolUsed, .transferred: return nil
        case .ended:
            guard let reason = event.endReason else { return nil }
            self.init(ending: CallingBoxEnding(reason.told(of: event.reached)).status)
        case .status:
            switch event.status {
            case .queued: self = .queued
            case .ringing: self = .ringing
            case .inProgress: self = .answered
            default: return nil
            }
        }
    }

    private init?(ending status: CallingBoxEnding.Status) {
        switch status {
        case .completed: self = .completed
        case .failed: self = .failed
        case .noAnswer: self = .noAnswer
        case .busy: self = .busy
        case .canceled: self = .canceled
        case .queued, .initiated, .ringing, .inProgress: return nil
        }
    }
}
