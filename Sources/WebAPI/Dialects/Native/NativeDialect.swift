package import Engine

/// Our own API, below `/v1`: the superset of what the engine can do. `docs/api.md` documents it.
package struct NativeDialect: Dialect {
    package static let name = "native"

    let calls: CallControl
    let agents: AgentControl
    let numbers: NumberControl
    let trunks: TrunkControl
    let keys: KeyControl
    let webhooks: WebhookControl
    let policies: PolicyControl
    let suppressions: SuppressionControl
    let consents: ConsentControl
    let erasures: ErasureControl
    let publicURL: PublicURL
    let wallets: WalletControl
    let batches: BatchControl
    /// How often a live feed says that it is alive, and looks whether its key still is.
    let heartbeat: Duration

    package init(engine: CallEngine, publicURL: PublicURL = PublicURL(), heartbeat: Duration = .seconds(15)) {
        calls = engine.calls
        agents = engine.agents
        numbers = engine.numbers
        trunks = engine.trunks
        keys = engine.keys
        webhooks = engine.webhooks
        policies = engine.policies
        suppressions = engine.suppressions
        consents = engine.consents
        erasures = engine.erasures
        self.publicURL = publicURL
        wallets = engine.wallets
        batches = engine.batches
        self.heartbeat = heartbeat
    }

    package func addRoutes(to door: DoorRoutes) {
        addCallRoutes(to: door)
        addLiveRoutes(to: door)
        addRecordingRoutes(to: door)
        addEventRoutes(to: door)
        addErasureRoutes(to: door)
        addBatchListRoutes(to: door)
        addAgentRoutes(to: door)
        addAgentHistoryRoutes(to: door)
        addRehearsalRoutes(to: door)
        addNumberRoutes(to: door)
        addTrunkRoutes(to: door)
        addKeyRoutes(to: door)
        addWebhookRoutes(to: door)
        addPolicyRoutes(to: door)
        addSuppressionRoutes(to: door)
        addConsentRoutes(to: door)
        addBillingRoutes(to: door)
        addBatchRoutes(to: door)
        addReferenceRoutes(to: door)
    }
}
