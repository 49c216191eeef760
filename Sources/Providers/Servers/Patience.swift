import Synchronization

/// How long a request may take.
struct Patience: Sendable, Hashable {
    /// Until the first useful part of the answer, the wait for a free place and the connection included.
    var first: Duration
    /// From one useful part to the next.
    var next: Duration
    /// Altogether.
    var total: Duration

    /// The answer is useful only whole.
    static func whole(_ limit: Duration) -> Patience { Patience(first: limit, next: limit, total: limit) }
}

/// Told by a request how it goes on.
final class Progress: Sendable {
    private struct State {
        /// Nil: nothing is due.
        var deadline: Duration?
        var firstPart: Duration?
        /// The request itself is still being written: how much of an answer is due nobody knows.
        var isOpen = false
    }

    private let patience: Patience
    private let clock: ProviderClock
    private let start: Duration
    private let state: Mutex<State>

    fileprivate init(_ patience: Patience, _ clock: ProviderClock) {
        self.patience = patience
        self.clock = clock
        start = clock.now()
        state = Mutex(State(deadline: start + patience.first))
    }

    /// Something useful came: `use` makes use of it, and its time is not the server's.
    func made(_ use: () async throws -> Void = {}) async rethrows {
        let now = clock.now()
        state.withLock { state in
            if state.firstPart == nil { state.firstPart = now - start }
            state.deadline = nil
        }
        defer {
            let next = min(clock.now() + patience.next, start + patience.total)
            state.withLock { $0.deadline = $0.isOpen ? nil : next }
        }
        try await use()
    }

    /// The request is going to be written bit by bit. Nothing is due before the first of them.
    func open() {
        state.withLock { state in
            state.isOpen = true
            state.deadline = nil
        }
    }

    /// A bit of the request was written: something has to come of the first one in time.
    func wrote() {
        let due = clock.now() + patience.first
        state.withLock { state in
            if state.isOpen, state.firstPart == nil, state.deadline == nil { state.deadline = due }
        }
    }

    /// The request is whole: from here on the rest of the answer is due.
    func close() {
        let due = clock.now() + patience.next
        state.withLock { state in
            state.isOpen = false
            state.deadline = state.deadline ?? due
        }
    }

    /// From the start to the first useful part.
    var firstPart: Duration? { state.withLock(\.firstPart) }

    /// When to look again. Nil: the time is up.
    fileprivate func nextLook() -> Duration? {
        let now = clock.now()
        guard let deadline = state.withLock(\.deadline) else { return now + .milliseconds(20) }
        // What comes meanwhile may be followed by something due before `deadline`, but not sooner than this.
        return deadline > now ? min(deadline, now + patience.next) : nil
    }
}

/// Runs `work`, which tells its progress; throws `ServerFault.stalled` and cancels it if there is none in time.
func withPatience<Value: Sendable>(
    _ patience: Patience,
    clock: ProviderClock,
    _ work: @escaping @Sendable (Progress) async throws -> Value
) async throws -> Value {
    let progress = Progress(patience, clock)
    return try await withThrowingTaskGroup(of: Value.self) { group in
        group.addTask { try await work(progress) }
        group.addTask {
            while let look = progress.nextLook() { try await clock.sleep(look) }
            throw ServerFault.stalled
        }
        defer { group.cancelAll() }
        guard let value = try await group.next() else { throw ServerFault.stalled }
        return value
    }
}
