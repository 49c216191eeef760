package import Calls
import Logging
import Storage

/// Counts a batch again and again while it goes on. An actor because the stream it feeds may be asked from anywhere.
private actor BatchWatcher {
    /// Between two counts, at the least.
    private static let rest = Duration.seconds(1)
    /// Counting takes no more than this part of the time, however long the list is.
    private static let share = 50

    private let batch: Batch.ID
    private let project: Project.ID
    private let batches: BatchControl
    private let wakes: AsyncStream<Void>
    private var last: BatchProgress?
    private var pause = rest

    init(_ batch: Batch.ID, project: Project.ID, batches: BatchControl) {
        self.batch = batch
        self.project = project
        self.batches = batches
        wakes = batches.floor.feed.wakes(for: project)
    }

    /// Nil once the last one showed it over, or nobody reads any more.
    func next() async -> BatchProgress? {
        while !Task.isCancelled, last?.batch.status.isFinal != true {
            if last != nil {
                guard (try? await batches.floor.timing.sleep(for: pause)) != nil else { return nil }
                for await _ in wakes { break }
            }
            do {
                let progress = try await count(on: batches.floor.timing.clock)
                guard progress.batch != last?.batch || progress.counts != last?.counts else { continue }
                last = progress
                return progress
            } catch {
                batches.floor.logger.error(
                    "Could not count a batch",
                    metadata: ["batch.id": "\(batch)", "error": "\(error)"]
                )
                return nil
            }
        }
        return nil
    }

    private func count<C: Clock<Duration>>(on clock: C) async throws -> BatchProgress {
        let start = clock.now
        let progress = try await batches.progress(batch, project: project)
        pause = max(Self.rest, start.duration(to: clock.now) * Self.share)
        return progress
    }
}

extension BatchControl {
    /// How far a batch is: now, then whenever that has changed, at most once a second, until it is over.
    package func watch(_ id: Batch.ID, project: Project.ID) async throws -> AsyncStream<BatchProgress> {
        _ = try await batch(id, project: project)
        let watcher = BatchWatcher(id, project: project, batches: self)
        return AsyncStream { await watcher.next() }
    }

    /// How its calls ended over its time, in at most `columns` stretches of it.
    package func course(of id: Batch.ID, columns: Int, project: Project.ID) async throws -> BatchCourse {
        try await store.course(of: try await batch(id, project: project).id, columns: columns)
    }
}
