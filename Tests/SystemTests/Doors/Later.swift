import Synchronization

/// Something that comes once, later: any number of tasks may wait for it, and whoever asks afterwards gets it at once.
final class Later<Value: Sendable>: Sendable {
    private enum State {
        case awaited([AsyncStream<Void>.Continuation])
        case arrived(Result<Value, any Error>)
    }

    private let state = Mutex(State.awaited([]))

    /// The first one counts.
    func arrive(_ result: Result<Value, any Error>) {
        let waiting = state.withLock { state in
            guard case .awaited(let waiting) = state else { return [AsyncStream<Void>.Continuation]() }
            state = .arrived(result)
            return waiting
        }
        for continuation in waiting { continuation.finish() }
    }

    var value: Value {
        get async throws {
            let (arrival, continuation) = AsyncStream.makeStream(of: Void.self)
            let isHere = state.withLock { state in
                guard case .awaited(let waiting) = state else { return true }
                state = .awaited(waiting + [continuation])
                return false
            }
            if !isHere { for await _ in arrival {} }
            let result = state.withLock { state -> Result<Value, any Error>? in
                guard case .arrived(let result) = state else { return nil }
                return result
            }
            // Nothing came: the waiting task was canceled.
            guard let result else { throw CancellationError() }
            return try result.get()
        }
    }
}
