package import Calls
package import Engine
package import FoundationEssentials

/// Aitelier's webhooks. The page names the events and what they carry; envelope and signature are ours.
package struct AitelierWebhook: WebhookFormat {
    private enum Event: String, CaseIterable {
        case started = "session.started"
        case goalAchieved = "goal.achieved"
        case ended = "session.ended"
        case failed = "session.failed"
        case batchCompleted = "outbound.batch.completed"
    }

    private let publicURL: PublicURL

    package init(publicURL: PublicURL) {
        self.publicURL = publicURL
    }

    package var types: [String] { Event.allCases.map(\.rawValue) }
    package var defaultEvents: [String] { [WebhookEndpoint.everything] }

    package var policy: WebhookPolicy {
        WebhookPolicy(
            schedule: [
                .seconds(60), .seconds(300), .seconds(1800), .seconds(7200), .seconds(18_000), .seconds(36_000),
                .seconds(86_400),
            ],
            jitter: 0.8...1.2
        )
    }

    /// One message ends a session: `session.ended` if it ran to its end, `session.failed` otherwise. That the goal was achieved is known with
    /// the end, and told right before it.
    package func types(of event: CallEvent, isRepeated: Bool, for receiver: WebhookReceiverKind) -> [String] {
        switch (event.kind, event.status) {
        case (.status, .inProgress?): [Event.started.rawValue]
        case (.ended, _?): Self.end(of: event).map(\.rawValue)
        default: []
        }
    }

    private static func end(of event: CallEvent) -> [Event] {
        let end = event.endReason.map { CallFilter.End($0, withMachine: event.reached == .machine) }
        guard end.map({ AitelierEndState($0) }) == .completed else { return [.failed] }
        return event.goal == .met ? [.goalAchieved, .ended] : [.ended]
    }

    package func body(of message: WebhookMessage) throws -> String {
        let session = AitelierSession(message.call)
        let data =
            switch Event(rawValue: message.type) {
            case .started?: try encode(Started(session, phone: Self.masked(session.phone)), in: message)
            case .goalAchieved?: try encode(GoalAchieved(session), in: message)
            case .ended?: try encode(ended(session, message), in: message)
            case .failed?, .batchCompleted?, nil: try encode(Failed(session), in: message)
            }
        return String(decoding: data, as: UTF8.self)
    }

    package func types(of event: BatchEvent) -> [String] {
        event.kind == .ended ? [Event.batchCompleted.rawValue] : []
    }

    package func body(of message: BatchMessage) throws -> String {
        let envelope = Envelope(
            id: "\(message.id)",
            type: message.type,
            createdAt: Timestamp.text(message.event.at),
            data: BatchCompleted(message.progress)
        )
        return String(decoding: try WireEncoder().data(envelope), as: UTF8.self)
    }

    package func headers(
        of delivery: WebhookDelivery,
        secrets: [String],
        at now: Date
    ) throws -> [(name: String, value: String)] {
        [
            ("content-type", "application/json"),
            ("X-Aitelier-Event", delivery.type),
            ("X-Aitelier-Delivery", "\(delivery.id)"),
            ("X-Aitelier-Signature", WebhookSignature.timed(delivery.body, secrets: secrets, at: now)),
        ]
    }

    /// The beginning and the last two digits: `+34*******22`.
    static func masked(_ phone: String) -> String {
        let hidden = max(0, phone.count - 5)
        return phone.prefix(3) + String(repeating: "*", count: hidden) + phone.suffix(max(0, min(2, phone.count - 3)))
    }

    private func ended(_ session: AitelierSession, _ message: WebhookMessage) -> Ended {
        Ended(
            session,
            transcriptURL: publicURL.absolute(AitelierSession.transcriptPath(of: message.call.id)),
            recordingURL: message.recording.map { publicURL.absolute($0.path) }
        )
    }

    private func encode(_ data: some Encodable, in message: WebhookMessage) throws -> Data {
        try WireEncoder().data(
            Envelope(
                id: "\(message.id)",
                type: message.type,
                createdAt: Timestamp.text(message.event.at),
                data: data
            )
        )
    }

    private struct Envelope<Payload: Encodable>: Encodable {
        let id: String
        let type: String
        let createdAt: String
        let data: Payload
    }

    private struct Started: Encodable {
        let sessionId: String
        let scenario: String
        let direction: String
        let phone: String
        let metadata: VerbatimJSON

        init(_ session: AitelierSession, phone: String) {
            sessionId = session.sessionId
            scenario = session.scenario
            direction = session.direction
            self.phone = phone
            metadata = session.metadata
        }
    }

    private struct GoalAchieved: Encodable {
        let sessionId: String
        let scenario: String
        let slots: [String: JSONValue]
        let metadata: VerbatimJSON

        init(_ session: AitelierSession) {
            sessionId = session.sessionId
            scenario = session.scenario
            slots = session.slots
            metadata = session.metadata
        }
    }

    private struct Ended: Encodable {
        let sessionId: String
        let scenario: String
        @Nullable var endState: AitelierEndState?
        @Nullable var outcome: CallOutcome?
        @Nullable var durationSeconds: Int?
        let metadata: VerbatimJSON
        /// Needs a key that may read what was said.
        let transcriptUrl: String
        /// Opens without a key, for a week.
        @Nullable var recordingUrl: String?

        init(_ session: AitelierSession, transcriptURL: String, recordingURL: String?) {
            sessionId = session.sessionId
            scenario = session.scenario
            endState = session.endState
            outcome = session.outcome
            durationSeconds = session.durationSeconds
            metadata = session.metadata
            transcriptUrl = transcriptURL
            recordingUrl = recordingURL
        }
    }

    private struct Failed: Encodable {
        let sessionId: String
        let scenario: String
        @Nullable var endState: AitelierEndState?
        @Nullable var failureReason: String?
        let metadata: VerbatimJSON

        init(_ session: AitelierSession) {
            sessionId = session.sessionId
            scenario = session.scenario
            endState = session.endState
            failureReason = session.failureReason
            metadata = session.metadata
        }
    }

    /// "Batch id, sent, completed, failed, success rate".
    private struct BatchCompleted: Encodable {
        let batchId: String
        let name: String
        /// Rows for which somebody was called.
        let sent: Int
        let completed: Int
        /// With the rows that nobody was called for.
        let failed: Int
        @Nullable var successRate: Double?

        init(_ progress: BatchProgress) {
            let batch = AitelierBatch(progress)
            batchId = batch.batchId
            name = batch.name
            sent = progress.counts.completed + progress.counts.failed
            completed = batch.counts.completed
            failed = batch.counts.failed
            successRate = batch.successRate
        }
    }
}
