import Calls
import FoundationEssentials

/// One line of a call's history: in the live feed, and around the documents that webhooks carry.
struct NativeEvent<Payload: Encodable & Sendable>: Encodable, Sendable {
    let id: String
    let type: CallEvent.Kind
    let sequence: Int64
    let callId: String
    let createdAt: String
    let data: Payload

    init(_ event: CallEvent, data: Payload) {
        id = event.id.description
        type = event.kind
        sequence = event.sequence
        callId = event.call.description
        createdAt = Timestamp.text(event.at)
        self.data = data
    }
}

/// One line of a batch's history: in feeds, and in webhooks.
struct NativeBatchEvent<Payload: Encodable & Sendable>: Encodable, Sendable {
    let id: String
    let type: BatchEvent.Kind
    let sequence: Int64
    let batchId: String
    let createdAt: String
    let data: Payload

    init(_ event: BatchEvent, data: Payload) {
        id = event.id.description
        type = event.kind
        sequence = event.sequence
        batchId = event.batch.description
        createdAt = Timestamp.text(event.at)
        self.data = data
    }
}

/// What a batch's own feed and its webhooks say with an event: the batch as it is.
struct NativeBatchState: Encodable, Sendable {
    let batch: NativeBatch
}

/// One line of a project's history.
enum NativeProjectEvent: Encodable, Sendable {
    case call(NativeEvent<JSONValue>)
    case batch(NativeBatchEvent<JSONValue>)

    init(_ event: ProjectEvent) {
        self =
            switch event {
            case .call(let event): .call(NativeEvent(event, data: event.data))
            case .batch(let event): .batch(NativeBatchEvent(event, data: event.data))
            }
    }

    func encode(to encoder: any Encoder) throws {
        switch self {
        case .call(let event): try event.encode(to: encoder)
        case .batch(let event): try event.encode(to: encoder)
        }
    }
}
