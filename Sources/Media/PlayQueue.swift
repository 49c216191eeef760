import Synchronization

/// What is still to be played: any number of samples, put in by tasks and taken out by the media thread without a lock.
///
/// The next two seconds lie in a ring; what does not fit waits in an array behind a lock that only the tasks and the pump take. All counts are
/// samples ever queued, so a count is also a place in the ring.
///
/// `@unchecked Sendable`: the ring's samples between `read` and `written` belong to the media thread, the others to whoever holds the
/// lock. `consumed` follows `read` and is what frees places; it is moved by the media thread alone once the clock runs.
final class PlayQueue: @unchecked Sendable {
    private struct Backlog {
        var samples: [Int16] = []
        /// How many of them are in the ring already.
        var moved = 0
        var isClockRunning = false
    }

    private let ring: UnsafeMutablePointer<Int16>
    private let queued = Atomic<Int>(0)
    private let written = Atomic<Int>(0)
    private let read = Atomic<Int>(0)
    private let consumed = Atomic<Int>(0)
    private let hasBacklog = Atomic<Bool>(false)
    private let backlog = Mutex(Backlog())

    /// Two seconds: for so long the pump may be kept from running.
    private static let capacity = 16_384

    init() {
        ring = .allocate(capacity: Self.capacity)
        ring.initialize(repeating: 0, count: Self.capacity)
    }

    deinit {
        ring.deallocate()
    }

    func append(_ samples: [Int16]) -> Range<Int> {
        backlog.withLock { backlog in
            let start = queued.load(ordering: .relaxed)
            let end = start + samples.count
            // Counted before any of it can be taken, or a tick in between would say that nothing is left.
            queued.store(end, ordering: .releasing)
            var moved = 0
            if backlog.samples.isEmpty { moved = fill(with: samples[...]) }
            backlog.samples += samples[moved...]
            hasBacklog.store(!backlog.samples.isEmpty, ordering: .relaxed)
            return start..<end
        }
    }

    /// Drops all that was not taken yet. Returns how far the media thread had come.
    func drop() -> Int {
        backlog.withLock { backlog in
            let end = queued.load(ordering: .relaxed)
            backlog.samples = []
            backlog.moved = 0
            hasBacklog.store(false, ordering: .relaxed)
            // A tick that is being copied at this moment loses the race for `read`, and is thrown away.
            let reached = read.exchange(end, ordering: .acquiringAndReleasing)
            written.store(end, ordering: .releasing)
            if !backlog.isClockRunning { consumed.store(end, ordering: .relaxed) }
            return reached
        }
    }

    /// Moves what waits into the ring, as far as it fits. On the pump's thread.
    func refill() {
        guard hasBacklog.load(ordering: .relaxed) else { return }
        backlog.withLock { backlog in
            backlog.moved += fill(with: backlog.samples[backlog.moved...])
            guard backlog.moved == backlog.samples.count else { return }
            backlog.samples = []
            backlog.moved = 0
            hasBacklog.store(false, ordering: .relaxed)
        }
    }

    /// From now on the media thread takes.
    func startClock() {
        backlog.withLock { $0.isClockRunning = true }
    }

    /// The next tick, filled up with silence. On the media thread.
    func take(into tick: UnsafeMutableBufferPointer<Int16>) {
        let start = read.load(ordering: .acquiring)
        var count = max(0, min(tick.count, written.load(ordering: .acquiring) - start))
        for index in 0..<count { tick[index] = ring[(start + index) % Self.capacity] }
        if count > 0 {
            let (won, _) = read.compareExchange(
                expected: start,
                desired: start + count,
                ordering: .acquiringAndReleasing
            )
            if !won { count = 0 }
        }
        consumed.store(read.load(ordering: .acquiring), ordering: .releasing)
        for index in count..<tick.count { tick[index] = 0 }
    }

    /// How far the media thread has come, and whether that was all.
    var progress: (played: Int, isIdle: Bool) {
        let end = queued.load(ordering: .acquiring)
        let played = read.load(ordering: .acquiring)
        return (played, played >= end)
    }

    /// Returns how many samples fitted. Only with the lock held.
    private func fill(with samples: ArraySlice<Int16>) -> Int {
        let start = written.load(ordering: .relaxed)
        let free = Self.capacity - (start - consumed.load(ordering: .acquiring))
        let count = max(0, min(free, samples.count))
        samples.withUnsafeBufferPointer { samples in
            for index in 0..<count { ring[(start + index) % Self.capacity] = samples[index] }
        }
        written.store(start + count, ordering: .releasing)
        return count
    }
}
