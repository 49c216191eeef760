import Calls
import FoundationEssentials
import Storage
import Synchronization

/// Secrets that were found good moments ago, by hash.
final class KeyCache: Sendable {
    /// The state of the cache when a lookup began. What was looked up before a key changed must not be kept after it.
    struct Generation: Sendable, Hashable {
        fileprivate var number = 0
    }

    private struct Entry {
        var match: KeyStore.Match
        var foundAt: Date
    }

    private struct State {
        var entries: [String: Entry] = [:]
        var generation = Generation()
    }

    private static let lifetime: TimeInterval = 2
    private static let capacity = 10_000

    private let state = Mutex(State())

    var generation: Generation { state.withLock(\.generation) }

    func match(hash: String, at now: Date) -> KeyStore.Match? {
        state.withLock { state in
            guard let entry = state.entries[hash], abs(now.timeIntervalSince(entry.foundAt)) < Self.lifetime else {
                return nil
            }
            return entry.match
        }
    }

    /// Keeps nothing if a key changed since `generation`.
    func keep(_ match: KeyStore.Match, hash: String, at now: Date, since generation: Generation) {
        state.withLock { state in
            guard state.generation == generation else { return }
            if state.entries.count >= Self.capacity { state.entries.removeAll() }
            state.entries[hash] = Entry(match: match, foundAt: now)
        }
    }

    /// Forgets every secret of a key that changed, and every lookup under way.
    func forget(_ id: APIKey.ID) {
        state.withLock { state in
            state.generation.number += 1
            state.entries = state.entries.filter { $0.value.match.key.id != id }
        }
    }
}
