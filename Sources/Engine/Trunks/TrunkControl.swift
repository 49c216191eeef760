package import Calls
package import FoundationEssentials
import Synchronization
package import Telephony

/// A SIP carrier of the configuration, or the phone lab.
package struct ConfiguredTrunk: Sendable, Hashable {
    /// Names it in calls, logs and the configuration.
    package let name: String
    /// Where it is reached, as a SIP URI without credentials.
    package let address: String
    /// The calls that go through it. Empty: it is configured and not used.
    package let modes: Set<CallMode>

    package init(name: String, address: String, modes: Set<CallMode>) {
        self.name = name
        self.address = address
        self.modes = modes
    }
}

/// A trunk and what it answered when it was last asked.
package struct TrunkStanding: Sendable, Hashable {
    package let trunk: ConfiguredTrunk
    /// Nil if it was not asked since the server started.
    package var health: TrunkHealth?
    package var askedAt: Date?
}

/// The trunks: which there are, and whether they answer.
package struct TrunkControl: Sendable {
    private final class Board: Sendable {
        let asked = Mutex<[String: (health: TrunkHealth, at: Date)]>([:])
    }

    private let trunks: [ConfiguredTrunk]
    private let telephone: any Telephone
    private let now: @Sendable () -> Date
    private let board = Board()

    init(trunks: [ConfiguredTrunk], telephone: any Telephone, now: @escaping @Sendable () -> Date) {
        self.trunks = trunks
        self.telephone = telephone
        self.now = now
    }

    /// In the order of the configuration.
    package func standings() -> [TrunkStanding] { trunks.map(standing) }

    /// Asks a trunk whether it is there (OPTIONS), which takes at most 4 s. Throws `Refusal.unknownTrunk`.
    package func probe(_ name: String) async throws -> TrunkStanding {
        guard let trunk = trunks.first(where: { $0.name == name }) else { throw Refusal.unknownTrunk }
        let health = await telephone.probe(trunk: name)
        let now = now()
        board.asked.withLock { $0[name] = (health, now) }
        return standing(of: trunk)
    }

    private func standing(of trunk: ConfiguredTrunk) -> TrunkStanding {
        let last = board.asked.withLock { $0[trunk.name] }
        return TrunkStanding(trunk: trunk, health: last?.health, askedAt: last?.at)
    }
}
