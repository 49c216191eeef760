package import Engine

/// Telzino's API for outbound calls: `docs/doors/telzino.md`.
///
/// Its page is docs.telzino.com, “Outbound Calls” and the reference around it.
package struct TelzinoDialect: Dialect {
    package static let name = "telzino"

    let calls: CallControl
    let agents: AgentControl
    let numbers: NumberControl
    let webhooks: WebhookControl
    let tokens: TokenControl
    let publicURL: PublicURL

    package init(engine: CallEngine, publicURL: PublicURL = PublicURL()) {
        calls = engine.calls
        agents = engine.agents
        numbers = engine.numbers
        webhooks = engine.webhooks
        tokens = engine.tokens
        self.publicURL = publicURL
    }

    package func addRoutes(to door: DoorRoutes) {
        addTokenRoute(to: door)
        addCallRoutes(to: door)
        addCallLogRoutes(to: door)
        addAgentRoutes(to: door)
    }
}
