import Calls
package import Conversation
import Digests
package import FoundationEssentials
package import Logging
package import ServiceLifecycle
package import Storage
package import Telephony

/// The whole of the engine, put together: what doors ask, and what runs behind them.
package struct CallEngine: Sendable {
    package let calls: CallControl
    package let agents: AgentControl
    package let numbers: NumberControl
    package let keys: KeyControl
    package let tokens: TokenControl
    package let webhooks: WebhookControl

    private let dispatcher: Dispatcher
    private let sweeper: LeaseSweeper
    private let sender: WebhookSender
    private let keyUses: KeyUses
    private let fanOut: WebhookFanOut
    private let projects: ProjectStore
    private let store: CallStore
    private let recordingsDirectory: String?
    private let now: @Sendable () -> Date

    /// `webhookFormats` are the doors' ways of speaking to receivers, by the door's name. `clock` measures waits, `now` tells the time of day;
    /// both are injected so that tests need not wait.
    package init(
        database: any SQLDatabase,
        telephone: any Telephone,
        conversations: any ConversationFactory,
        configuration: EngineConfiguration,
        logger: Logger,
        webhookFormats: [String: any WebhookFormat],
        clock: any Clock<Duration> = ContinuousClock(),
        now: @escaping @Sendable () -> Date = Date.stamp
    ) {
        let store = CallStore(database)
        let deliveries = DeliveryStore(database)
        let endpoints = EndpointStore(database)
        let projects = ProjectStore(database)
        let feed = EventFeed()
        let timing = Timing(clock: clock, now: now)
        let guardian = AddressGuard(allowPrivateAddresses: configuration.webhooks.allowPrivateAddresses)
        let sender = WebhookSender(
            deliveries: deliveries,
            endpoints: endpoints,
            formats: webhookFormats,
            addressGuard: guardian,
            configuration: configuration.webhooks,
            timing: timing,
            logger: logger
        )
        let floor = CallFloor(
            store: store,
            telephone: telephone,
            conversations: conversations,
            configuration: configuration,
            closing: CallClosing(price: configuration.trunkPricePerMinute),
            feed: feed,
            timing: timing,
            logger: logger
        )
        let dispatcher = Dispatcher(floor: floor)
        let agentStore = AgentStore(database)
        self.store = store
        self.projects = projects
        self.sender = sender
        fanOut = WebhookFanOut(
            outbox: WebhookOutbox(database),
            formats: webhookFormats,
            feed: feed,
            wakeSender: { sender.wake() },
            safetyPoll: configuration.safetyPoll,
            timing: timing,
            logger: logger
        )
        self.dispatcher = dispatcher
        self.now = now
        recordingsDirectory = configuration.recordingsDirectory
        sweeper = LeaseSweeper(floor: floor, dispatcher: dispatcher)
        calls = CallControl(
            floor: floor,
            events: EventStore(database),
            agents: agentStore,
            dispatcher: dispatcher,
            addressGuard: guardian
        )
        agents = AgentControl(
            store: agentStore,
            voices: configuration.voices,
            hasLanguageModel: configuration.hasLanguageModel,
            addressGuard: guardian,
            now: now
        )
        numbers = NumberControl(
            store: NumberStore(database),
            agents: agents,
            pool: configuration.numberPool,
            now: now
        )
        keyUses = KeyUses(store: KeyStore(database), timing: timing, logger: logger)
        keys = KeyControl(store: KeyStore(database), uses: keyUses, now: now)
        tokens = TokenControl(keys: keys)
        webhooks = WebhookControl(
            deliveries: deliveries,
            endpoints: endpoints,
            projects: projects,
            formats: webhookFormats,
            addressGuard: guardian,
            endpointLimit: configuration.webhooks.endpointLimit,
            wakeSender: { sender.wake() },
            now: now
        )
    }

    /// Makes what has to exist before the first call: the first project with its webhook secret, and the directory of recordings. The
    /// database must be migrated. Harmless when repeated.
    package func prepare() async throws {
        if let recordingsDirectory {
            try FileManager.default.createDirectory(atPath: recordingsDirectory, withIntermediateDirectories: true)
        }
        try await Self.prepare(projects, now: now())
        try await numbers.store.adoptAttached(at: now())
    }

    /// The same without an engine, for errands beside a running server: an API key can be made before the first start.
    package static func prepare(_ database: any SQLDatabase) async throws {
        try await prepare(ProjectStore(database), now: Date.stamp())
    }

    private static func prepare(_ projects: ProjectStore, now: Date) async throws {
        let secret = WebhookSignature.makeSecret()
        _ = try await projects.ensure(Project.first, name: "First project", secret: secret, now: now)
    }

    /// What must run for calls to be made, lowest dependency first. The telephone has to be among the services before them.
    package var services: [any Service] { [keyUses, sender, fanOut, sweeper, dispatcher] }

    /// What a readiness probe and an operator ask.
    package func status() async -> EngineStatus {
        let queued = try? await store.queued()
        return EngineStatus(
            isDraining: dispatcher.isDraining,
            liveCalls: await dispatcher.liveCalls,
            queuedCalls: queued,
            isDatabaseReachable: queued != nil
        )
    }
}

/// The engine at one moment.
package struct EngineStatus: Sendable, Hashable, Codable {
    /// The server was told to stop: nothing new is dialed.
    package var isDraining: Bool
    package var liveCalls: Int
    /// Calls that are due and wait for a channel. Nil if the database could not be asked.
    package var queuedCalls: Int?
    package var isDatabaseReachable: Bool

    package var isReady: Bool { isDatabaseReachable && !isDraining }
}
