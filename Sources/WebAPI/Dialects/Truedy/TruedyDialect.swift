import Calls
package import Engine
import Hummingbird

/// Truedy's public API, below `/api/public/v1`, as far as it is about outbound calls.
package struct TruedyDialect: Dialect {
    package static let name = "truedy"

    /// "100 requests per minute per organization", says the guide on rate limits.
    static let limits = [RateLimit(name: "truedy", count: 100, window: 60, subject: .project)]

    let calls: CallControl
    let agents: AgentControl
    let numbers: NumberControl
    let batches: BatchControl
    let publicURL: PublicURL

    package init(engine: CallEngine, publicURL: PublicURL) {
        self.publicURL = publicURL
        calls = engine.calls
        agents = engine.agents
        numbers = engine.numbers
        batches = engine.batches
    }

    package func addRoutes(to door: DoorRoutes) {
        addCallRoutes(to: door)
        addAgentRoutes(to: door)
        addNumberRoutes(to: door)
        addBatchRoutes(to: door)
    }
}
