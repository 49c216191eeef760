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

/// One line of a batch's history: in its feed, and in webhooks.
struct NativeBatchEvent: Encodable, Sendable {
    let id: String
    let type: BatchEvent.Kind
    let sequence: Int64
    let batchId: String
    let createdAt: String
    let data: Payload

    struct Payload: Encodable, Sendable {
        let batch: NativeBatch
    }

    init(_ event: BatchEvent, data: Payload) {
        id = event.id.description
        type = event.kind
        sequence = event.sequence
        batchId = event.batch.description
        createdAt = Timestamp.text(event.at)
        self.data = data
    }
}
