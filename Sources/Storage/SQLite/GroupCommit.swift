import GRDB
import Synchronization

/// The one writer. Whatever arrived during the last COMMIT is the next batch, so one fsync carries many transactions and nobody
/// waits for a timer.
///
/// Every write of a batch stands behind a savepoint of its own: one that fails takes no other with it. Nobody is told of success
/// before the batch is durable.
final class GroupCommit: Sendable {
    /// How many writes share a COMMIT at most: bounds what a failed COMMIT takes with it.
    private static let batchLimit = 256

    private struct PendingWrite: Sendable {
        /// Does the work; the closure it returns tells its caller, once the batch is durable.
        let run: @Sendable (Database) throws -> @Sendable () -> Void
        let fail: @Sendable (any Error) -> Void
    }

    private struct State {
        var pending: [PendingWrite] = []
        var isDraining = false
    }

    private let writer: any DatabaseWriter
    private let pendingLimit: Int
    private let state = Mutex(State())

    init(writer: any DatabaseWriter, pendingLimit: Int) {
        self.writer = writer
        self.pendingLimit = pendingLimit
    }

    var pendingCount: Int { state.withLock(\.pending.count) }

    func write<Result: Sendable>(
        _ urgency: WriteUrgency,
        _ body: @escaping @Sendable (Database) throws -> Result
    ) async throws -> Result {
        try await withCheckedThrowingContinuation { continuation in
            let write = PendingWrite { db in
                let result = try body(db)
                return { continuation.resume(returning: result) }
            } fail: { error in
                continuation.resume(throwing: error)
            }
            guard let isDrainNeeded = submit(write, urgency) else {
                return continuation.resume(throwing: DatabaseOverloaded())
            }
            if isDrainNeeded { writer.asyncWriteWithoutTransaction(drain) }
        }
    }

    /// Nil if the write was refused; else whether nobody is draining yet.
    private func submit(_ write: PendingWrite, _ urgency: WriteUrgency) -> Bool? {
        state.withLock { state in
            if urgency == .refusable, state.pending.count >= pendingLimit { return nil }
            state.pending.append(write)
            defer { state.isDraining = true }
            return !state.isDraining
        }
    }

    private func nextBatch() -> [PendingWrite]? {
        state.withLock { state in
            guard !state.pending.isEmpty else {
                state.isDraining = false
                return nil
            }
            let batch = Array(state.pending.prefix(Self.batchLimit))
            state.pending.removeFirst(batch.count)
            return batch
        }
    }

    private func drain(_ db: Database) {
        while let batch = nextBatch() { commit(batch, db) }
    }

    private func commit(_ batch: [PendingWrite], _ db: Database) {
        var done: [(succeed: @Sendable () -> Void, fail: @Sendable (any Error) -> Void)] = []
        var next = batch.startIndex
        do {
            try db.beginTransaction(.immediate)
            while next < batch.endIndex {
                let write = batch[next]
                var succeed: (@Sendable () -> Void)?
                do {
                    try db.inSavepoint {
                        succeed = try write.run(db)
                        return .commit
                    }
                } catch {
                    // A full disk or a failed read rolls the whole transaction back; nothing of the batch is left to commit.
                    guard db.isInsideTransaction else { throw error }
                    succeed = nil
                    write.fail(error)
                }
                if let succeed { done.append((succeed, write.fail)) }
                next += 1
            }
            try db.commit()
        } catch {
            if db.isInsideTransaction { try? db.rollback() }
            for write in done { write.fail(error) }
            for write in batch[next...] { write.fail(error) }
            return
        }
        for write in done { write.succeed() }
    }
}
