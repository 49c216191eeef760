package import Calls
package import FoundationEssentials

/// Writes the body of a webhook: the business of the door through which the call came in.
package protocol WebhookRenderer: Sendable {
    /// JSON in UTF-8. Rendered once, when the event happens; every try sends the same bytes.
    func body(for event: CallEvent, call: Call, transcript: [TranscriptEntry]) -> Data
}

/// The plainest body: what happened, when, and to which call, in the shape Standard Webhooks proposes.
package struct EventWebhookRenderer: WebhookRenderer {
    private struct Body: Encodable {
        var type: String
        var timestamp: String
        var data: Result
    }

    private struct Result: Encodable {
        enum CodingKeys: String, CodingKey {
            case call
            case status
            case endReason = "end_reason"
            case goal
            case fields
            case summary
            case cost
        }

        var call: String
        var status: String
        var endReason: String?
        var goal: String
        var fields: [String: JSONValue]
        var summary: String?
        var cost: String
    }

    package init() {}

    package func body(for event: CallEvent, call: Call, transcript: [TranscriptEntry]) -> Data {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        let body = Body(
            type: event.kind.rawValue,
            timestamp: event.at.formatted(Date.ISO8601FormatStyle(includingFractionalSeconds: true)),
            data: Result(
                call: "\(call.id)",
                status: call.lifecycle.status.rawValue,
                endReason: call.lifecycle.ending?.reason.rawValue,
                goal: call.goal.rawValue,
                fields: call.fields,
                summary: call.summary,
                cost: "\(call.cost)"
            )
        )
        guard let data = try? encoder.encode(body) else { preconditionFailure("A webhook body must encode") }
        return data
    }
}
