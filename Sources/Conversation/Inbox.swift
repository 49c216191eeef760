import Synchronization

/// What came in beside the audio since a conversation's loop last looked.
final class Inbox<Item: Sendable>: Sendable {
    private let items = Mutex<[Item]>([])

    func put(_ item: Item) {
        items.withLock { $0.append(item) }
    }

    func takeAll() -> [Item] {
        items.withLock { items in
            defer { items = [] }
            return items
        }
    }
}
