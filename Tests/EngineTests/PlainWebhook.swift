import Calls
import Engine
import Foundation

/// A door's webhooks with what the tests here look for; what customers get is `WebAPI`'s business.
struct PlainWebhook: WebhookFormat {
    private struct Body: Encodable {
        var id: String
        var type: String
        var timestamp: String
        var data: Result
    }

    private struct Result: Encodable {
        enum CodingKeys: String, CodingKey {
            case call
            case status
            case answeredAt = "answered_at"
            case endReason = "end_reason"
            case goal
            case fields
            case summary
            case cost
            case certainty
            case said
            case statuses
        }

        var call: String
        var status: String
        var answeredAt: String?
        var endReason: String?
        var goal: String
        var fields: [String: JSONValue]
        var summary: String?
        var cost: String
        var certainty: String
        var said: [String]
        var statuses: [String]
    }

    struct Unwritable: Error {}

    var policy = WebhookPolicy.standard
    /// What the URL of a call is told of.
    var inline: Set<CallEvent.Kind> = [.ended]
    /// The type that no body can be written for.
    var unwritable: String?

    var types: [String] { CallEvent.Kind.allCases.map(\.rawValue) }
    var defaultEvents: [String] { [WebhookEndpoint.everything] }

    func types(of event: CallEvent, isRepeated: Bool, for receiver: WebhookReceiverKind) -> [String] {
        guard !isRepeated, receiver == .endpoint || inline.contains(event.kind) else { return [] }
        return [event.kind.rawValue]
    }

    func body(of message: WebhookMessage) throws -> String {
        if message.type == unwritable { throw Unwritable() }
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        let call = message.call
        let body = Body(
            id: "\(message.id)",
            type: message.type,
            timestamp: message.event.at.formatted(Date.ISO8601FormatStyle(includingFractionalSeconds: true)),
            data: Result(
                call: "\(call.id)",
                status: call.lifecycle.status.rawValue,
                answeredAt: call.lifecycle.answeredAt?.formatted(Date.ISO8601FormatStyle()),
                endReason: call.lifecycle.ending?.reason.rawValue,
                goal: call.goal.rawValue,
                fields: call.fields,
                summary: call.summary,
                cost: "\(call.cost)",
                certainty: message.certainty.rawValue,
                said: message.transcript.map(\.text),
                statuses: message.statuses.compactMap(\.status?.rawValue)
            )
        )
        return String(decoding: try encoder.encode(body), as: UTF8.self)
    }

    func headers(
        of delivery: WebhookDelivery,
        secrets: [String],
        at now: Date
    ) throws -> [(name: String, value: String)] {
        let timestamp = Int64(now.timeIntervalSince1970)
        let signatures = try secrets.map { secret in
            try WebhookSignature.standard(
                id: "\(delivery.id)",
                timestamp: timestamp,
                body: delivery.body,
                secret: secret
            )
        }
        return [
            ("content-type", "application/json"), ("webhook-id", "\(delivery.id)"),
            ("webhook-timestamp", "\(timestamp)"), ("webhook-signature", signatures.joined(separator: " ")),
        ]
    }
}
