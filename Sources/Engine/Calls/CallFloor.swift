import Calls
import Conversation
import Logging
import Storage
import Telephony

/// What every part that moves calls works with.
struct CallFloor: Sendable {
    let store: CallStore
    let telephone: any Telephone
    let conversations: any ConversationFactory
    let requests: RequestSender
    let configuration: EngineConfiguration
    let closing: CallClosing
    let feed: EventFeed
    let timing: Timing
    let logger: Logger

    /// Says that `change` is stored.
    func announce(_ change: CallChange) {
        feed.signal(change.call.id, of: change.call.project)
        guard change.call.lifecycle.status.isFinal, change.events.contains(where: { $0.kind == .ended }) else { return }
        EngineMetrics.ended(change.call)
        if change.call.request.batch != nil { feed.wakeBatches() }
        logger.info(
            "Call ended",
            metadata: [
                "call.id": "\(change.call.id)",
                "call.status": "\(change.call.lifecycle.status.rawValue)",
                "call.endReason": "\(change.call.lifecycle.ending?.reason.rawValue ?? "")",
            ]
        )
    }
}
