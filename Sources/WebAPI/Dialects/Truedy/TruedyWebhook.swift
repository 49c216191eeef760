package import Calls
package import Engine
package import FoundationEssentials

/// Truedy's webhooks: `{"event","timestamp","data"}`, signed over the time and the body.
///
/// Pages of two generations disagree on `data`: the call as the API shows it, or one shaped as the provider's. It is both.
package struct TruedyWebhook: WebhookFormat {
    private enum Event: String, CaseIterable {
        case started = "call.started"
        case joined = "call.joined"
        case ended = "call.ended"
        case failed = "call.failed"
        case analyzed = "call.analyzed"
        case billed = "call.billed"
        case batchStatus = "batch.status.changed"
        case batchCompleted = "batch.completed"
    }

    private let publicURL: PublicURL

    package init(publicURL: PublicURL) {
        self.publicURL = publicURL
    }

    package var types: [String] { Event.allCases.map(\.rawValue) }
    package var defaultEvents: [String] { [Event.started, .joined, .ended, .failed].map(\.rawValue) }

    /// The vendor gives no numbers: tries at once and after 1, 6, 36 minutes, 2.6 and 8.6 hours.
    package var policy: WebhookPolicy {
        WebhookPolicy(schedule: [.seconds(60), .seconds(300), .seconds(1800), .seconds(7200), .seconds(21_600)])
    }

    package func types(of event: CallEvent, isRepeated: Bool, for receiver: WebhookReceiverKind) -> [String] {
        guard let status = event.status else { return [] }
        let events: [Event] =
            switch (event.kind, status) {
            case (.status, .dialing) where !isRepeated: [.started]
            case (.status, .inProgress): [.joined]
            case (.ended, _):
                switch TruedyStatus(status) {
                case .ended: [.ended, .analyzed, .billed]
                case .failed: [.failed]
                // Canceled before it was connected: the vendor names no other event for it.
                case .cancelled, .queued, .ringing, .inProgress: [.ended]
                }
            default: []
            }
        // The URL of an agent stands for the result.
        let wanted = receiver == .inline ? events.filter { [.ended, .failed].contains($0) } : events
        return wanted.map(\.rawValue)
    }

    package func types(of event: BatchEvent) -> [String] {
        event.kind == .ended
            ? [Event.batchStatus, .batchCompleted].map(\.rawValue) : [Event.batchStatus.rawValue]
    }

    package func body(of message: BatchMessage) throws -> String {
        let envelope = Envelope(
            event: message.type,
            timestamp: Timestamp.milliseconds(message.event.at),
            data: BatchPayload(message: message)
        )
        return String(decoding: try WireEncoder.verbatim.data(envelope), as: UTF8.self)
    }

    package func body(of message: WebhookMessage) throws -> String {
        let envelope = Envelope(
            event: message.type,
            timestamp: Timestamp.milliseconds(message.event.at),
            data: Payload(message, publicURL: publicURL)
        )
        return String(decoding: try WireEncoder.verbatim.data(envelope), as: UTF8.self)
    }

    package func headers(
        of delivery: WebhookDelivery,
        secrets: [String],
        at now: Date
    ) throws -> [(name: String, value: String)] {
        guard let secret = secrets.first else { throw WebhookSignature.UnusableSecret() }
        let timestamp = Int64(now.timeIntervalSince1970)
        return [
            ("content-type", "application/json"),
            ("X-Truedy-Timestamp", "\(timestamp)"),
            ("X-Truedy-Signature", WebhookSignature.hexadecimal("\(timestamp).\(delivery.body)", secret: secret)),
            ("X-Truedy-Delivery-Id", "\(delivery.id)"),
        ]
    }

    private struct Envelope<Content: Encodable>: Encodable {
        let event: String
        let timestamp: String
        let data: Content
    }

    /// The batch as the API shows it.
    private struct BatchPayload: Encodable {
        let message: BatchMessage

        private enum Key: String, CodingKey {
            case event
            case eventID = "eventId"
            case batchID = "batchId"
            case snakeBatchID = "batch_id"
        }

        func encode(to encoder: any Encoder) throws {
            try TruedyBatch(progress: message.progress).encode(to: encoder)
            var members = encoder.container(keyedBy: Key.self)
            try members.encode(message.type, forKey: .event)
            try members.encode("\(message.id)", forKey: .eventID)
            try members.encode("\(message.event.batch)", forKey: .batchID)
            try members.encode("\(message.event.batch)", forKey: .snakeBatchID)
        }
    }

    private struct Payload: Encodable {
        let message: WebhookMessage
        let call: TruedyCall

        init(_ message: WebhookMessage, publicURL: PublicURL) {
            self.message = message
            let transcript = message.transcript.map(TruedyTranscriptEntry.init)
            call = TruedyCall(
                call: message.call,
                transcript: TruedyCall.hasTranscript(message.call) ? transcript : nil,
                recordingURL: message.recording.map { publicURL.absolute($0.path) },
                transcriptURL: publicURL.absolute(TruedyCall.transcriptPath(of: message.call.id))
            )
        }

        private enum Key: String, CodingKey {
            case event
            case eventID = "eventId"
            case callID = "callId"
            case snakeCallID = "call_id"
            case call
        }

        func encode(to encoder: any Encoder) throws {
            try call.encode(to: encoder)
            var members = encoder.container(keyedBy: Key.self)
            try members.encode(message.type, forKey: .event)
            try members.encode("\(message.id)", forKey: .eventID)
            try members.encode("\(message.call.id)", forKey: .callID)
            try members.encode("\(message.call.id)", forKey: .snakeCallID)
            try members.encode(Provided(call: call), forKey: .call)
        }
    }

    /// The call in the provider's shape.
    private struct Provided: Encodable {
        let call: TruedyCall

        private struct Agent: Encodable {
            let agentID: String

            private enum CodingKeys: String, CodingKey {
                case agentID = "agentId"
            }
        }

        private enum Key: String, CodingKey {
            case callID = "callId"
            case agent
            case duration
            case shortSummary
            case endReason
        }

        func encode(to encoder: any Encoder) throws {
            try call.encode(to: encoder)
            var members = encoder.container(keyedBy: Key.self)
            try members.encode("\(call.call.id)", forKey: .callID)
            try members.encode(Agent(agentID: "\(call.call.agent.id)"), forKey: .agent)
            try members.encode(call.call.duration, forKey: .duration)
            try members.encode(call.call.summary.map(Self.title), forKey: .shortSummary)
            try members.encode(call.call.lifecycle.ending?.reason, forKey: .endReason)
        }

        /// The summary's first line without its mark.
        private static func title(_ summary: String) -> String {
            let line = summary.split(separator: "\n", maxSplits: 1).first ?? ""
            return String(line.drop { $0 == "#" || $0 == " " })
        }
    }
}
