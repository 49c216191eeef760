import Calls
import FoundationEssentials
import Logging
import Storage

/// Carries out that a batch stands still or is being stopped. Whatever dies when, doing it again does the rest.
struct BatchWinding: Sendable {
    let store: BatchStore
    let calls: CallControl

    /// Withdraws what waits in the queue, and gives up contacts of a batch that is being stopped: all of them if it is to be done `whole`, else the
    /// first of a long list.
    func carryOut(_ batch: Batch, whole: Bool = false) async throws -> Batch {
        switch batch.status {
        case .paused:
            try await withdraw(batch)
        case .stopping:
            try await withdraw(batch)
            while try await giveUpSome(of: batch) {
                guard whole else { return batch }
            }
            return try await end(batch) ?? batch
        case .importing, .scheduled, .running, .completed, .canceled: break
        }
        return batch
    }

    /// Nil if something of it is left.
    func end(_ batch: Batch) async throws -> Batch? {
        guard let ended = try await store.end(batch.id, at: calls.now) else { return nil }
        calls.floor.feed.signalBatch(of: ended.project)
        calls.floor.logger.info(
            "Batch ended",
            metadata: ["batch.id": "\(ended.id)", "batch.status": "\(ended.status.rawValue)"]
        )
        return ended
    }

    /// Returns whether there may be more.
    private func giveUpSome(of batch: Batch) async throws -> Bool {
        let isCanceled = batch.reason?.kind == .byRequest
        return try await store.giveUpSome(
            of: batch.id,
            as: isCanceled ? .canceled : .skipped,
            note: batch.reason?.words ?? ""
        )
    }

    /// What was dialed in this moment stays: it ends by itself.
    private func withdraw(_ batch: Batch) async throws {
        for call in try await store.waitingCalls(of: batch.id) { _ = try await calls.cancelWaiting(call) }
    }
}
