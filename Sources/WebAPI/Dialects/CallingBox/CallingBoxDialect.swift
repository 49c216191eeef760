import Calls
package import Engine
import Hummingbird

/// The outbound-calls API of CallingBox, <https://docs.callingbox.io>. `docs/doors/callingbox.md` says what differs and why.
package struct CallingBoxDialect: Dialect {
    package static let name = "callingbox"

    let calls: CallControl
    let agents: AgentControl
    let numbers: NumberControl
    let webhooks: WebhookControl

    package init(engine: CallEngine) {
        calls = engine.calls
        agents = engine.agents
        numbers = engine.numbers
        webhooks = engine.webhooks
    }

    package func addRoutes(to door: DoorRoutes) {
        addCallRoutes(to: door)
        addAgentRoutes(to: door)
        addNumberRoutes(to: door)
        addWebhookRoutes(to: door)
    }
}

extension CallingBoxDialect {
    /// What `look` finds by an identifier that a client wrote. If there is nothing, the answer repeats what the client wrote.
    func find<Subject, Found>(
        _ kind: String,
        _ text: String,
        _ look: (Identifier<Subject>) async throws -> Found
    ) async throws -> Found {
        guard let id = Identifier<Subject>(spelled: text) else { throw CallingBoxError.notFound(kind, text) }
        do {
            return try await look(id)
        } catch let refusal as Refusal where refusal.isOfTheUnknown {
            throw CallingBoxError.notFound(kind, text)
        }
    }
}
