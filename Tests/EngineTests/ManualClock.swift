import Calls
import FoundationEssentials
import Synchronization

/// Time that moves when a test says so, for waits and for the time of day.
final class ManualClock: Clock, Sendable {
    struct Instant: InstantProtocol {
        var offset: Duration

        func advanced(by duration: Duration) -> Instant { Instant(offset: offset + duration) }
        func duration(to other: Instant) -> Duration { other.offset - offset }
        static func < (left: Instant, right: Instant) -> Bool { left.offset < right.offset }
    }

    private struct Sleeper {
        var deadline: Instant
        var continuation: CheckedContinuation<Void, any Error>
    }

    private struct State {
        var now = Instant(offset: .zero)
        var next = 0
        var sleepers: [Int: Sleeper] = [:]
        var canceled: Set<Int> = []
    }

    static let noon = Date(timeIntervalSince1970: 1_781_179_200)
    private let state = Mutex(State())
    /// Somebody began to wait.
    private let changes = Changes()

    var now: Instant { state.withLock(\.now) }
    var minimumResolution: Duration { .zero }

    /// The time of day.
    var date: Date { Date(microseconds: (Self.noon + Double(now.offset / .microseconds(1)) / 1e6).microseconds) }

    func sleep(until deadline: Instant, tolerance: Duration?) async throws {
        let id = state.withLock { state in
            defer { state.next += 1 }
            return state.next
        }
        try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { continuation in
                let result: Result<Void, any Error>? = state.withLock { state in
                    if state.canceled.remove(id) != nil { return .failure(CancellationError()) }
                    if deadline <= state.now { return .success(()) }
                    state.sleepers[id] = Sleeper(deadline: deadline, continuation: continuation)
                    return nil
                }
                changes.signal()
                if let result { continuation.resume(with: result) }
            }
        } onCancel: {
            let sleeper = state.withLock { state in
                let sleeper = state.sleepers.removeValue(forKey: id)
                if sleeper == nil { state.canceled.insert(id) }
                return sleeper
            }
            sleeper?.continuation.resume(throwing: CancellationError())
        }
    }

    /// Moves time and wakes whoever waited for it.
    func advance(by duration: Duration) {
        let due = state.withLock { state in
            state.now = state.now.advanced(by: duration)
            let due = state.sleepers.filter { $0.value.deadline <= state.now }
            for id in due.keys { state.sleepers[id] = nil }
            return due.values.sorted { $0.deadline < $1.deadline }
        }
        for sleeper in due { sleeper.continuation.resume() }
    }

    /// Until `count` wait for a moment that lies `duration` or less ahead, but more than `least`.
    func sleepers(_ count: Int = 1, within duration: Duration, longerThan least: Duration = .zero) async {
        await changes.until { self.sleeping(within: duration, longerThan: least) >= count }
    }

    private func sleeping(within duration: Duration, longerThan least: Duration) -> Int {
        state.withLock { state in
            state.sleepers.values.count { sleeper in
                let wait = state.now.duration(to: sleeper.deadline)
                return wait > least && wait <= duration
            }
        }
    }
}
