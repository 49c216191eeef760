import Synchronization

/// Wakes whoever waits for something to become true, whenever it may have.
final class Changes: Sendable {
    private struct State {
        var next = 0
        var waiting: [Int: AsyncStream<Void>.Continuation] = [:]
    }

    private let state = Mutex(State())

    func signal() {
        for continuation in state.withLock({ Array($0.waiting.values) }) { continuation.yield() }
    }

    /// Until `check` is true, looked at now and after each signal. Ends early when the test is canceled.
    func until(_ check: @Sendable () async throws -> Bool) async rethrows {
        let (wakes, continuation) = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingNewest(1))
        let id = state.withLock { state in
            state.next += 1
            state.waiting[state.next] = continuation
            return state.next
        }
        defer { state.withLock { $0.waiting[id] = nil } }
        if try await check() { return }
        for await _ in wakes where try await check() { return }
    }
}
