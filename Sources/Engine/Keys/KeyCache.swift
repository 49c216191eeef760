import Calls
import FoundationEssentials
import Synchronization

/// Keys that were found good moments ago.
final class KeyCache: Sendable {
    private struct Entry {
        var key: APIKey
        var foundAt: Date
    }

    private struct State {
        var entries: [String: Entry] = [:]
        /// Revoked here. A lookup that began before the revocation must not bring the key back.
        var revoked: Set<APIKey.ID> = []
    }

    private static let lifetime: TimeInterval = 2
    private static let capacity = 10_000

    private let state = Mutex(State())

    func key(hash: String, at now: Date) -> APIKey? {
        state.withLock { state in
            guard let entry = state.entries[hash], abs(now.timeIntervalSince(entry.foundAt)) < Self.lifetime else {
                return nil
            }
            return entry.key
        }
    }

    func keep(_ key: APIKey, hash: String, at now: Date) {
        state.withLock { state in
            guard !state.revoked.contains(key.id) else { return }
            if state.entries.count >= Self.capacity { state.entries.removeAll() }
            state.entries[hash] = Entry(key: key, foundAt: now)
        }
    }

    func forget(_ id: APIKey.ID) {
        state.withLock { state in
            state.revoked.insert(id)
            state.entries = state.entries.filter { $0.value.key.id != id }
        }
    }
}
