package import Calls
package import Engine
package import FoundationEssentials

/// The result webhook: one message for each call that is over, tried once. The page “Outbound Calls”, section “The result webhook”.
package struct TelzinoWebhook: WebhookFormat {
    static let result = "outbound_call.result"

    package init() {}

    package var types: [String] { [Self.result] }
    package var defaultEvents: [String] { types }

    /// “Delivered once (10-second timeout, no retries).”
    package var policy: WebhookPolicy { WebhookPolicy(schedule: [], timeout: .seconds(10)) }

    package func types(of event: CallEvent, isRepeated: Bool, for receiver: WebhookReceiverKind) -> [String] {
        event.kind == .ended ? [Self.result] : []
    }

    package func body(of message: WebhookMessage) throws -> String {
        String(decoding: try WireEncoder().data(Body(message.call)), as: UTF8.self)
    }

    /// The vendor signs nothing.
    package func headers(
        of delivery: WebhookDelivery,
        secrets: [String],
        at now: Date
    ) throws -> [(name: String, value: String)] {
        [("content-type", "application/json")]
    }

    /// Other names than in the call's record: `outbound_call_id` for `id`, `metadata` for `request_metadata`.
    private struct Body: Encodable, Sendable {
        let outboundCallId: String
        let agentId: String
        let toNumber: String
        let status: TelzinoStatus
        @Nullable var answeredAt: String?
        @Nullable var endedAt: String?
        @Nullable var duration: Int?
        @Nullable var summaryText: String?
        @Nullable var transcriptId: String?
        @Nullable var metadata: VerbatimJSON?
        @Nullable var error: String?
        @Nullable var sipStatusCode: Int?

        init(_ call: Call) {
            let result = TelzinoResult(call)
            outboundCallId = call.id.uuidText
            agentId = call.agent.id.uuidText
            toNumber = call.request.destination.description
            status = result.status
            answeredAt = result.answeredAt
            endedAt = result.endedAt
            duration = result.duration
            summaryText = result.summary
            transcriptId = result.transcriptID
            metadata = call.request.metadata.map(VerbatimJSON.init)
            error = result.error
            sipStatusCode = result.sipStatusCode
        }
    }
}
