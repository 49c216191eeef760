package import Calls
import Logging
import Storage

/// Reads one batch's events as they are committed. An actor because the stream it feeds may be asked from anywhere.
actor BatchFollower {
    private let batch: Batch
    private let store: BatchStore
    private let wakes: AsyncStream<Void>
    private let logger: Logger
    private var sequence: Int64
    private var unread: ArraySlice<BatchEvent> = []
    private var isOver = false

    init(batch: Batch, after sequence: Int64, store: BatchStore, wakes: AsyncStream<Void>, logger: Logger) {
        self.batch = batch
        self.sequence = sequence
        self.store = store
        self.wakes = wakes
        self.logger = logger
    }

    /// The next event, waited for if it has not happened yet. Nil once the batch is over and all of it was read.
    func next() async -> BatchEvent? {
        while !isOver, !Task.isCancelled {
            if let event = unread.popFirst() {
                sequence = event.sequence
                isOver = event.kind == .ended
                return event
            }
            do {
                let isFinal = try await store.batch(batch.id, project: batch.project)?.status.isFinal != false
                unread = try await store.events(of: batch.id, after: sequence)[...]
                if unread.isEmpty, isFinal { return nil }
            } catch {
                logger.error("Could not read events", metadata: ["batch.id": "\(batch.id)", "error": "\(error)"])
                return nil
            }
            if unread.isEmpty { for await _ in wakes { break } }
        }
        return nil
    }
}

extension BatchControl {
    /// What happened to a batch since `after` (0: from the beginning), then what happens, until it is over.
    package func events(_ id: Batch.ID, after: Int64, project: Project.ID) async throws -> AsyncStream<BatchEvent> {
        let follower = BatchFollower(
            batch: try await batch(id, project: project),
            after: after,
            store: store,
            wakes: floor.feed.wakes(for: project),
            logger: floor.logger
        )
        return AsyncStream { await follower.next() }
    }
}
