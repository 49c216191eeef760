import Synchronization

/// What came in beside the audio since a conversation's loop last looked.
final class Inbox<Item: Sendable>: Sendable {
    private struct State {
        var items: [Item] = []
        var wake: (@Sendable () -> Void)?
    }

    private let state = Mutex(State())

    /// From now on `wake` is called when something comes in, unless the loop has not looked yet since it was called last.
    func onArrival(_ wake: @escaping @Sendable () -> Void) {
        state.withLock { $0.wake = wake }
    }

    func put(_ item: Item) {
        let wake = state.withLock { state in
            state.items.append(item)
            return state.items.count == 1 ? state.wake : nil
        }
        wake?()
    }

    func takeAll() -> [Item] {
        state.withLock { state in
            defer { state.items = [] }
            return state.items
        }
    }
}
