import Calls
import FoundationEssentials
import Logging
import Storage

/// Makes events into messages: who is told of each, in which words. A pure rule over what a page of the outbox holds.
struct MessagePlan {
    /// By name of the door.
    let formats: [String: any WebhookFormat]
    let links: RecordingLinks
    let logger: Logger

    /// How long a link to a recording in a message is good for, in seconds: a week.
    private static let linkLife: TimeInterval = 7 * 86_400

    /// One receiver of one call.
    private struct Receiver {
        var kind: WebhookReceiverKind
        var door: String
        var url: String
        var endpoint: WebhookEndpoint?
    }

    /// In the order in which they are to be sent.
    func deliveries(for page: OutboxPage, at now: Date) -> [WebhookDelivery] {
        for call in page.unreadable {
            logger.error("A call cannot be read: nobody is told of it", metadata: ["call.id": "\(call)"])
        }
        var deliveries: [WebhookDelivery] = []
        for event in page.events {
            guard let record = page.calls[event.call] else { continue }
            for receiver in receivers(of: record.call, in: page) {
                for (place, type) in types(of: event, record, for: receiver).enumerated() {
                    // A microsecond apart, so that lists, which go by the identifier, show them in this order.
                    let id = WebhookDelivery.ID(bornAt: now + Double(deliveries.count) / 1_000_000)
                    deliveries.append(delivery(id, type, place: place, to: receiver, of: event, record, at: now))
                }
            }
        }
        for event in page.batchEvents {
            guard let (batch, counts) = page.batches[event.batch] else { continue }
            let progress = BatchProgress(batch: batch, counts: counts)
            for endpoint in page.endpoints[event.project, default: []] where event.sequence > endpoint.after {
                let types = formats[endpoint.door]?.types(of: event).filter(endpoint.wants) ?? []
                for (place, type) in types.enumerated() {
                    let id = WebhookDelivery.ID(bornAt: now + Double(deliveries.count) / 1_000_000)
                    let message = BatchMessage(id: id, type: type, event: event, progress: progress)
                    deliveries.append(delivery(of: message, place: place, to: endpoint, at: now))
                }
            }
        }
        return deliveries
    }

    private func delivery(
        of message: BatchMessage,
        place: Int,
        to endpoint: WebhookEndpoint,
        at now: Date
    ) -> WebhookDelivery {
        var body = ""
        var problem: String?
        do {
            body = try formats[endpoint.door]?.body(of: message) ?? ""
        } catch {
            problem = "The message could not be written: \(error)"
            logger.error(
                "A webhook could not be written",
                metadata: [
                    "batch.id": "\(message.event.batch)", "webhook.type": "\(message.type)", "error": "\(error)",
                ]
            )
        }
        return WebhookDelivery(
            id: message.id,
            project: message.event.project,
            call: nil,
            event: message.event.id,
            endpoint: endpoint.id,
            door: endpoint.door,
            type: message.type,
            url: endpoint.url,
            body: body,
            createdAt: now,
            sequence: message.event.sequence,
            place: place,
            nextAt: now,
            givenUpAt: problem == nil ? nil : now,
            lastError: problem
        )
    }

    private func receivers(of call: Call, in page: OutboxPage) -> [Receiver] {
        let inline = call.webhookURL.map { url in
            Receiver(kind: .inline, door: call.request.door, url: url, endpoint: nil)
        }
        let registered = page.endpoints[call.project, default: []].map { endpoint in
            Receiver(kind: .endpoint, door: endpoint.door, url: endpoint.url, endpoint: endpoint)
        }
        return [inline].compactMap(\.self) + registered
    }

    private func types(of event: CallEvent, _ record: OutboxPage.Record, for receiver: Receiver) -> [String] {
        if let endpoint = receiver.endpoint, event.sequence <= endpoint.after { return [] }
        guard let format = formats[receiver.door] else {
            logger.error("No door speaks to a receiver", metadata: ["webhook.door": "\(receiver.door)"])
            return []
        }
        let earlier = record.statuses.filter { $0.sequence < event.sequence }
        let isRepeated = event.kind == .status && earlier.contains { $0.status == event.status }
        return format.types(of: event, isRepeated: isRepeated, for: receiver.kind)
            .filter { receiver.endpoint?.wants($0) ?? true }
    }

    private func delivery(
        _ id: WebhookDelivery.ID,
        _ type: String,
        place: Int,
        to receiver: Receiver,
        of event: CallEvent,
        _ record: OutboxPage.Record,
        at now: Date
    ) -> WebhookDelivery {
        var message = message(type, id: id, of: event, record, endpoint: receiver.endpoint?.id)
        if message.call.recorded {
            message.recording = links.link(to: event.call, of: event.project, until: now + Self.linkLife)
        }
        var body = ""
        var problem: String?
        do {
            body = try formats[receiver.door]?.body(of: message) ?? ""
        } catch {
            problem = "The message could not be written: \(error)"
            logger.error(
                "A webhook could not be written",
                metadata: ["call.id": "\(event.call)", "webhook.type": "\(type)", "error": "\(error)"]
            )
        }
        return WebhookDelivery(
            id: id,
            project: event.project,
            call: event.call,
            event: event.id,
            endpoint: receiver.endpoint?.id,
            door: receiver.door,
            type: type,
            url: receiver.url,
            body: body,
            createdAt: now,
            sequence: event.sequence,
            place: place,
            nextAt: now,
            givenUpAt: problem == nil ? nil : now,
            lastError: problem
        )
    }

    private func message(
        _ type: String,
        id: WebhookDelivery.ID,
        of event: CallEvent,
        _ record: OutboxPage.Record,
        endpoint: WebhookEndpoint.ID?
    ) -> WebhookMessage {
        let past = record.call.asOf(event)
        let attempt = record.attempts.last { $0.createdAt <= event.at }
        return WebhookMessage(
            id: id,
            type: type,
            event: event,
            call: past,
            certainty: past.lifecycle.status.canHaveDialed ? attempt?.certainty ?? .notSent : .notSent,
            transcript: past.lifecycle.status.isFinal ? record.transcript : [],
            statuses: record.statuses.filter { $0.sequence <= event.sequence },
            endpoint: endpoint
        )
    }
}

extension CallStatus {
    /// Whether an INVITE can have left: not before the attempt is committed, which is the way into `dialing`.
    fileprivate var canHaveDialed: Bool {
        switch self {
        case .scheduled, .queued, .dispatching: false
        default: true
        }
    }
}
