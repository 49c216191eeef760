import Calls
import FoundationEssentials
import Logging
import ServiceLifecycle
import Storage
import Synchronization

/// Remembers when keys were used last, and stores it once a minute: no request waits for it.
final class KeyUses: Service {
    private static let interval = Duration.seconds(60)

    private let store: KeyStore
    private let timing: Timing
    private let logger: Logger
    private let unstored = Mutex<[APIKey.ID: Date]>([:])

    init(store: KeyStore, timing: Timing, logger: Logger) {
        self.store = store
        self.timing = timing
        self.logger = logger
    }

    func note(_ id: APIKey.ID, at now: Date) {
        unstored.withLock { $0[id] = now }
    }

    /// The last use of a key that is not stored yet.
    func unstoredUse(of id: APIKey.ID) -> Date? {
        unstored.withLock { $0[id] }
    }

    /// Runs until shutdown, and stores what is left then.
    func run() async throws {
        await cancelWhenGracefulShutdown {
            while (try? await self.timing.sleep(for: Self.interval)) != nil { await self.storeAll() }
        }
        await storeAll()
    }

    /// What cannot be stored now is tried again the next time.
    private func storeAll() async {
        let uses = unstored.withLock { uses in
            defer { uses = [:] }
            return uses
        }
        guard !uses.isEmpty else { return }
        do {
            try await store.used(uses)
        } catch {
            logger.warning("Last uses of keys could not be stored", metadata: ["error": "\(error)"])
            unstored.withLock { $0.merge(uses) { max($0, $1) } }
        }
    }
}
