import Conversation
import Synchronization

/// Gives up on a server that sends nothing useful for too long, however lively its connection is.
final class ChatPatience: Sendable {
    private struct Limit {
        var end: ContinuousClock.Instant
        /// How long was waited when `end` is reached.
        var time: Duration
    }

    private let next: Duration
    private let clock = ContinuousClock()
    private let state: Mutex<Limit>

    /// `first` is how long the first useful thing may take, `next` how long each after it.
    init(first: Duration, next: Duration) {
        self.next = next
        state = Mutex(Limit(end: .now + first, time: first))
    }

    /// Something useful came.
    func renew() {
        state.withLock { $0 = Limit(end: .now + next, time: next) }
    }

    /// Runs `work`. Cancels it and throws `ModelFailure.stalled` when patience runs out, or when all of it takes longer than `whole`.
    func limit<Value: Sendable>(
        _ whole: Duration,
        _ work: @escaping @Sendable () async throws -> Value
    ) async throws -> Value {
        try await withThrowingTaskGroup(of: Value.self) { group in
            group.addTask { try await work() }
            group.addTask { throw try await self.runOut(whole: whole) }
            defer { group.cancelAll() }
            guard let value = try await group.next() else { throw CancellationError() }
            return value
        }
    }

    private func runOut(whole: Duration) async throws -> ModelFailure {
        let end = clock.now + whole
        while true {
            let limit = state.withLock(\.self)
            if clock.now >= end { return .stalled(whole) }
            if clock.now >= limit.end { return .stalled(limit.time) }
            // A word that comes meanwhile may be followed by one that is due before `limit`, but not sooner than this.
            try await clock.sleep(until: min(end, limit.end, clock.now + next))
        }
    }
}
