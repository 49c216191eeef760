package import Engine

/// Our own API, below `/v1`: the superset of what the engine can do. `docs/api.md` documents it.
package struct NativeDialect: Dialect {
    package static let name = "native"

    let calls: CallControl
    let agents: AgentControl
    let numbers: NumberControl
    let keys: KeyControl
    let webhooks: WebhookControl
    /// How often a live feed says that it is alive.
    let heartbeat: Duration

    package init(engine: CallEngine, heartbeat: Duration = .seconds(15)) {
        calls = engine.calls
        agents = engine.agents
        numbers = engine.numbers
        keys = engine.keys
        webhooks = engine.webhooks
        self.heartbeat = heartbeat
    }

    package func addRoutes(to door: DoorRoutes) {
        addCallRoutes(to: door)
        addEventRoutes(to: door)
        addAgentRoutes(to: door)
        addNumberRoutes(to: door)
        addKeyRoutes(to: door)
        addWebhookRoutes(to: door)
    }
}
