import Calls
package import Conversation
import Digests
package import FoundationEssentials
package import Logging
import PhoneNumbers
package import ServiceLifecycle
package import Storage
package import Telephony

/// The whole of the engine, put together: what doors ask, and what runs behind them.
package struct CallEngine: Sendable {
    package let calls: CallControl
    package let agents: AgentControl
    package let numbers: NumberControl
    package let trunks: TrunkControl
    package let keys: KeyControl
    package let tokens: TokenControl
    package let webhooks: WebhookControl
    package let policies: PolicyControl
    package let suppressions: SuppressionControl
    package let consents: ConsentControl
    package let erasures: ErasureControl
    package let wallets: WalletControl
    package let rateLimits: RateLimitControl
    package let batches: BatchControl
    package let users: UserControl

    private let dispatcher: Dispatcher
    private let sweeper: LeaseSweeper
    private let batchRunner: BatchRunner
    let eraser: Eraser
    private let requests: RequestSender
    private let sender: WebhookSender
    private let keyUses: KeyUses
    private let fanOut: WebhookFanOut
    private let projects: ProjectStore
    private let store: CallStore
    private let recordingsDirectory: String?
    private let links: RecordingLinks
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
        let requests = RequestSender(configuration: configuration.requests, timing: timing)
        self.requests = requests
        let floor = CallFloor(
            store: store,
            telephone: telephone,
            conversations: conversations,
            requests: requests,
            configuration: configuration,
            closing: CallClosing(rates: configuration.rates),
            feed: feed,
            timing: timing,
            logger: logger
        )
        let dispatcher = Dispatcher(floor: floor)
        let agentStore = AgentStore(database)
        self.store = store
        self.projects = projects
        self.sender = sender
        let links = RecordingLinks(secrets: SecretStore(database))
        self.links = links
        fanOut = WebhookFanOut(
            outbox: WebhookOutbox(database),
            formats: webhookFormats,
            links: links,
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
        let erasureStore = ErasureStore(database)
        eraser = Eraser(
            store: erasureStore,
            files: { call in floor.recordingPaths(of: call) },
            timing: timing,
            logger: logger
        )
        erasures = ErasureControl(store: erasureStore, eraser: eraser, timing: timing)
        calls = CallControl(
            floor: floor,
            events: EventStore(database),
            agents: agentStore,
            dispatcher: dispatcher,
            addressGuard: guardian,
            links: links
        )
        let batchStore = BatchStore(database)
        let winding = BatchWinding(store: batchStore, calls: calls)
        batches = BatchControl(store: batchStore, calls: calls, agents: agentStore, winding: winding)
        batchRunner = BatchRunner(
            store: batchStore,
            calls: calls,
            winding: winding,
            isAlone: database.isExclusive
        )
        agents = AgentControl(
            store: agentStore,
            policies: DialPolicyStore(database),
            voices: configuration.voices,
            realtimeModels: configuration.realtimeModels,
            sounds: configuration.sounds,
            lack: configuration.lack,
            languageModel: configuration.languageModel,
            requests: requests,
            addressGuard: guardian,
            now: now
        )
        numbers = NumberControl(
            store: NumberStore(database),
            agents: agents,
            pool: configuration.numberPool,
            now: now
        )
        trunks = TrunkControl(trunks: configuration.trunks, telephone: telephone, now: now)
        keyUses = KeyUses(store: KeyStore(database), timing: timing, logger: logger)
        keys = KeyControl(store: KeyStore(database), uses: keyUses, now: now)
        tokens = TokenControl(keys: keys)
        policies = PolicyControl(store: DialPolicyStore(database), now: now)
        suppressions = SuppressionControl(store: SuppressionStore(database), now: now)
        consents = ConsentControl(store: ConsentStore(database), now: now)
        rateLimits = RateLimitControl(store: RateLimitStore(database), now: now)
        wallets = WalletControl(store: WalletStore(database), now: now)
        users = UserControl(database: database, cost: configuration.passwordCost, now: now)
        webhooks = WebhookControl(
            deliveries: deliveries,
            endpoints: endpoints,
            projects: projects,
            formats: webhookFormats,
            problem: { await sender.problem(with: $0) },
            endpointLimit: configuration.webhooks.endpointLimit,
            wakeSender: { sender.wake() },
            now: now
        )
    }

    /// Makes what has to exist before the first call: the first project with its webhook secret, the directory of recordings, and the secret
    /// that their links are signed with. The database must be migrated. Harmless when repeated.
    package func prepare() async throws {
        if let recordingsDirectory {
            try FileManager.default.createDirectory(atPath: recordingsDirectory, withIntermediateDirectories: true)
        }
        // The numbering plans are loaded on first use: not between the queue and an INVITE.
        _ = PhoneNumber("+12025550123")?.destination(withZones: false)
        try await Self.prepare(projects, now: now())
        try await numbers.store.adoptAttached(at: now())
        try await links.prepare()
        try await wallets.prepare()
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
    package var services: [any Service] {
        [keyUses, eraser, requests, sender, fanOut, sweeper, dispatcher, batchRunner]
    }

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
