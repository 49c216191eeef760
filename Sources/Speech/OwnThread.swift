import Dispatch
import Synchronization

/// A C library's state that one piece of work at a time may use, away from the threads that all tasks share: synthesis and
/// recognition compute for long stretches.
///
/// Each is a serial dispatch queue, which runs on a thread that the cooperative pool does not count on.
final class OwnThread<Resource>: Sendable {
    private let queue: DispatchQueue
    /// Touched on `queue` only.
    nonisolated(unsafe) private let resource: Resource
    private let pending = Mutex(0)

    /// Throws what `make` throws.
    init(label: String, make: () throws -> sending Resource) rethrows {
        queue = DispatchQueue(label: label, qos: .userInitiated)
        resource = try make()
    }

    /// How much work waits or runs.
    var load: Int { pending.withLock(\.self) }

    /// Has `work` called, in order of arrival.
    func enqueue(_ work: @escaping @Sendable (Resource) -> Void) {
        pending.withLock { $0 += 1 }
        queue.async {
            work(self.resource)
            self.pending.withLock { $0 -= 1 }
        }
    }

    /// Runs `work` and returns what it made. Canceled, it throws `CancellationError` at once: work that has begun goes on for nobody, work
    /// that has not is left out.
    func run<Value: Sendable>(_ work: @escaping @Sendable (Resource) throws -> Value) async throws -> Value {
        let order = Order<Value>()
        return try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { continuation in
                guard order.isPlaced(for: continuation) else {
                    return continuation.resume(throwing: CancellationError())
                }
                enqueue { resource in
                    guard order.isWanted else { return }
                    order.settle(Result { try work(resource) })
                }
            }
        } onCancel: {
            order.settle(.failure(CancellationError()))
        }
    }
}

/// Who waits for a piece of work; answered once, by the work or by its cancellation.
private final class Order<Value: Sendable>: Sendable {
    private enum State {
        case new
        case placed(CheckedContinuation<Value, any Error>)
        case settled
    }

    private let state = Mutex(State.new)

    /// False if it was canceled before.
    func isPlaced(for continuation: CheckedContinuation<Value, any Error>) -> Bool {
        state.withLock { state in
            guard case .new = state else { return false }
            state = .placed(continuation)
            return true
        }
    }

    var isWanted: Bool {
        state.withLock { state in
            if case .placed = state { true } else { false }
        }
    }

    func settle(_ result: sending Result<Value, any Error>) {
        let waiting = state.withLock { state -> CheckedContinuation<Value, any Error>? in
            defer { state = .settled }
            guard case .placed(let continuation) = state else { return nil }
            return continuation
        }
        waiting?.resume(with: result)
    }
}
