package import Engine
package import Hummingbird

/// Our own API, below `/v1`: the superset of what the engine can do. `docs/api.md` documents it.
package struct NativeDialect: Dialect {
    package static let name = "native"

    let calls: CallControl
    let agents: AgentControl
    let keys: KeyControl
    /// How often a live feed says that it is alive.
    let heartbeat: Duration

    package init(calls: CallControl, agents: AgentControl, keys: KeyControl, heartbeat: Duration = .seconds(15)) {
        self.calls = calls
        self.agents = agents
        self.keys = keys
        self.heartbeat = heartbeat
    }

    package func addRoutes(to router: RouterGroup<ProjectContext>) {
        addCallRoutes(to: router.group("v1/calls"))
        addAgentRoutes(to: router.group("v1/agents"))
        addKeyRoutes(to: router.group("v1/keys"))
    }
}
