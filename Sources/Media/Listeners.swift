import Synchronization
import Telephony

/// Who listens to a stream beside the conversation. Shared by tasks and the pump; the media thread knows nothing of it.
final class Listeners: Sendable {
    private struct State {
        var listening: [AsyncStream<LegSound>.Continuation] = []
        var isOver = false
    }

    private let state = Mutex(State())

    var isEmpty: Bool { state.withLock { $0.listening.isEmpty } }

    /// A listener who comes after the end is told so at once.
    func add(_ listener: AsyncStream<LegSound>.Continuation) {
        let isOver = state.withLock { state in
            if !state.isOver { state.listening.append(listener) }
            return state.isOver
        }
        if isOver { listener.finish() }
    }

    /// Never waits: what a listener has no room for replaces what it has not read yet. Forgets those who have left.
    func hear(_ sound: LegSound) {
        state.withLock { state in
            state.listening.removeAll { listener in
                if case .terminated = listener.yield(sound) { true } else { false }
            }
        }
    }

    func finish() {
        let listening = state.withLock { state in
            state.isOver = true
            defer { state.listening = [] }
            return state.listening
        }
        for listener in listening { listener.finish() }
    }
}
