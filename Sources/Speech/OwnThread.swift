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

    /// Runs `work` and returns what it made.
    func run<Value: Sendable>(_ work: @escaping @Sendable (Resource) throws -> Value) async throws -> Value {
        try await withCheckedThrowingContinuation { continuation in
            enqueue { resource in
                continuation.resume(with: Result { try work(resource) })
            }
        }
    }
}
