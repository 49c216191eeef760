import Calls
import FoundationEssentials
import Synchronization

/// Tells whoever follows a call, a project, or all of them, that something new is stored. It carries no news itself: the store has them, in order.
final class EventFeed: Sendable {
    private enum Topic: Hashable {
        case call(Call.ID)
        case project(Project.ID)
        case all
        case batches
    }

    private typealias Followers = [UUID: AsyncStream<Void>.Continuation]

    private let followers = Mutex<[Topic: Followers]>([:])

    /// One element, at least, after each commit that concerns `call`. Two unread ones are one.
    func wakes(for call: Call.ID) -> AsyncStream<Void> { wakes(for: .call(call)) }

    /// The same for each commit that concerns any call of `project`.
    func wakes(for project: Project.ID) -> AsyncStream<Void> { wakes(for: .project(project)) }

    /// The same for each commit that concerns any call.
    func wakes() -> AsyncStream<Void> { wakes(for: .all) }

    /// One element, at least, whenever a batch may have something to do.
    func batchWakes() -> AsyncStream<Void> { wakes(for: .batches) }

    func signal(_ call: Call.ID, of project: Project.ID) {
        signal([.call(call), .project(project), .all])
    }

    /// Something about a batch of `project` is stored.
    func signalBatch(of project: Project.ID) {
        signal([.project(project), .all, .batches])
    }

    /// A batch may have something to do.
    func wakeBatches() {
        signal([.batches])
    }

    private func signal(_ topics: [Topic]) {
        // Outside the lock: a continuation may run its end-of-stream code at once, which takes the lock again.
        let waiting = followers.withLock { followers in
            topics.flatMap { Array((followers[$0] ?? [:]).values) }
        }
        for continuation in waiting { continuation.yield() }
    }

    private func wakes(for topic: Topic) -> AsyncStream<Void> {
        let (stream, continuation) = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingNewest(1))
        let follower = UUID()
        followers.withLock { $0[topic, default: [:]][follower] = continuation }
        continuation.onTermination = { [weak self] _ in
            self?.followers.withLock { followers in
                followers[topic]?[follower] = nil
                if followers[topic]?.isEmpty == true { followers[topic] = nil }
            }
        }
        return stream
    }
}
