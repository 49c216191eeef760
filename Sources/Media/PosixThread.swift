import CMediaSocket
import Glibc
import Synchronization

/// A thread of our own, for loops that must not share the cooperative pool.
final class PosixThread: Sendable {
    private final class Start {
        let name: String
        let body: @Sendable () -> Void

        init(name: String, body: @escaping @Sendable () -> Void) {
            self.name = name
            self.body = body
        }
    }

    /// Nil once joined.
    private let thread: Mutex<pthread_t?>

    /// `name` is what tools like `top -H` show, at most 15 bytes of it.
    init(name: String, body: @escaping @Sendable () -> Void) throws(MediaError) {
        // Released by the new thread, first thing.
        let start = Unmanaged.passRetained(Start(name: name, body: body))
        var thread = pthread_t()
        let failure = pthread_create(
            &thread,
            nil,
            { argument in
                guard let argument else { return nil }
                let start = Unmanaged<Start>.fromOpaque(argument).takeRetainedValue()
                media_thread_name(start.name)
                start.body()
                return nil
            },
            start.toOpaque()
        )
        guard failure == 0 else {
            start.release()
            throw MediaError.system(call: "pthread_create", errno: failure)
        }
        self.thread = Mutex(thread)
    }

    /// Waits for its end. Again: no effect.
    func join() {
        let joined = thread.withLock { thread in
            defer { thread = nil }
            return thread
        }
        if let joined { pthread_join(joined, nil) }
    }
}

/// Wakes one thread from others.
final class WakeUp: Sendable {
    let descriptor: Int32

    init() throws(MediaError) {
        descriptor = try MediaError.check(media_wake_open(), "eventfd")
    }

    deinit {
        close(descriptor)
    }

    func signal() {
        media_wake_signal(descriptor)
    }

    func clear() {
        media_wake_clear(descriptor)
    }

    func wait() {
        media_wake_wait(descriptor)
    }
}

extension MediaError {
    /// The value of a `CMediaSocket` function, or what it failed with.
    static func check(_ value: Int32, _ call: String) throws(MediaError) -> Int32 {
        guard value >= 0 else { throw .system(call: call, errno: -value) }
        return value
    }
}
