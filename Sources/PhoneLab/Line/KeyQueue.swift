import Synchronization

/// Keys that the caller pressed, on their way from the line's events to its audio.
final class KeyQueue: Sendable {
    private let keys = Mutex<[Character]>([])

    func press(_ key: Character) {
        keys.withLock { $0.append(key) }
    }

    func drain() -> [Character] {
        keys.withLock { keys in
            defer { keys = [] }
            return keys
        }
    }
}
