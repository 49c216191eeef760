package import Engine

/// Aitelier's API, below `/v1`, as far as it is about outbound calls: a call is triggered by naming a scenario, and read as a session.
package struct AitelierDialect: Dialect {
    package static let name = "aitelier"

    let calls: CallControl
    let agents: AgentControl

    package init(engine: CallEngine) {
        calls = engine.calls
        agents = engine.agents
    }

    package func addRoutes(to door: DoorRoutes) {
        addSessionRoutes(to: door)
    }
}
