package import Calls
package import Engine
import FoundationEssentials
package import HTTPTypes

/// Aitelier's API, below `/v1`, as far as it is about outbound calls: a call is triggered by naming a scenario, and read as a session.
package struct AitelierDialect: Dialect {
    package static let name = "aitelier"

    /// "60 requests per minute on POST /v1/calls", per API token.
    static let triggers = RateLimit(name: "aitelier triggers", count: 60, window: 60)
    /// "1000 requests per hour total", per API token.
    static let hourly = RateLimit(name: "aitelier requests", count: 1000, window: 3600)

    let calls: CallControl
    let batches: BatchControl
    let agents: AgentControl
    let webhooks: WebhookControl
    let publicURL: PublicURL

    package init(engine: CallEngine, publicURL: PublicURL) {
        calls = engine.calls
        batches = engine.batches
        agents = engine.agents
        webhooks = engine.webhooks
        self.publicURL = publicURL
    }

    /// The bucket of triggers on every response; the reset is a time (`X-RateLimit-Reset: 2026-03-02T15:01:00Z`), the next whole second: whoever
    /// comes back then does not come too early.
    package func rateLimitHeaders(_ states: [RateLimitState]) -> HTTPFields {
        guard let state = states.first(where: { $0.limit == Self.triggers }) ?? states.first else { return [:] }
        return [
            .rateLimitLimit: "\(state.limit.count)", .rateLimitRemaining: "\(state.remaining)",
            .rateLimitReset: (state.resetsAt + 0.999_999).formatted(.iso8601),
        ]
    }

    package func addRoutes(to door: DoorRoutes) {
        addSessionRoutes(to: door)
        addBatchRoutes(to: door)
        addWebhookRoutes(to: door)
    }
}
