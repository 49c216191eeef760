import Calls
import FoundationEssentials
import Synchronization

/// Tells whoever follows a call that something new about it is stored. It carries no news itself: the store has them, in order.
final class EventFeed: Sendable {
    private typealias Followers = [UUID: AsyncStream<Void>.Continuation]

    private let followers = Mutex<[Call.ID: Followers]>([:])

    /// One element, at least, after each commit that concerns `call`. Two unread ones are one.
    func wakes(for call: Call.ID) -> AsyncStream<Void> {
        let (stream, continuation) = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingNewest(1))
        let follower = UUID()
        followers.withLock { $0[call, default: [:]][follower] = continuation }
        continuation.onTermination = { [weak self] _ in
            self?.followers.withLock { followers in
                followers[call]?[follower] = nil
                if followers[call]?.isEmpty == true { followers[call] = nil }
            }
        }
        return stream
    }

    func signal(_ call: Call.ID) {
        // Outside the lock: a continuation may run its end-of-stream code at once, which takes the lock again.
        let waiting = followers.withLock { Array(($0[call] ?? [:]).values) }
        for continuation in waiting { continuation.yield() }
    }
}
