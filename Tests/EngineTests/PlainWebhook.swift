import Calls
import Engine
import Foundation

/// A body with what the tests here look for; what customers get is `WebAPI`'s business.
struct PlainWebhook: WebhookRenderer {
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

    func body(
        for event: CallEvent,
        call: Call,
        certainty: Attempt.Certainty,
        transcript: [TranscriptEntry]
    ) -> Data {
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
