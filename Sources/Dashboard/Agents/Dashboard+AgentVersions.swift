import Calls
import Engine
import Hummingbird
import WebAPI

// What an agent was before, and going back to it.
extension Dashboard {
    func addAgentVersionRoutes(to pages: PageGroups) {
        pages.group("agents/:agent/versions", needing: .viewer)
            .get(use: versions)
            .get(":version", use: version)
        pages.group("agents/:agent/versions/:version", needing: .editor)
            .post("restore", use: restore)
    }

    @Sendable
    private func versions(_ request: Request, _ context: SessionContext) async throws -> Page {
        let agent = try await context.agent(engine)
        let found = try await engine.agents.states(
            of: agent.id.description,
            before: request.query["before"].flatMap { .init($0) },
            limit: 50,
            project: context.project
        )
        let content = AgentVersionsPage(agent: agent, states: found.states, hasMore: found.hasMore, context: context)
        return Page(agent.name, .agents, for: context, actions: agent.badge, content: content.html)
    }

    @Sendable
    private func version(_ request: Request, _ context: SessionContext) async throws -> Page {
        let agent = try await context.agent(engine)
        let reference = agent.id.description
        let state = try await engine.agents.state(try context.versionID(), of: reference, project: context.project)
        let before = try await engine.agents.state(before: state.version, of: reference, project: context.project)
        let content = AgentVersionPage(agent: agent, state: state, before: before?.agent, context: context)
        return Page(agent.name, .agents, for: context, actions: agent.badge, content: content.html)
    }

    @Sendable
    private func restore(_ request: Request, _ context: SessionContext) async throws -> Response {
        let agent = try await context.agent(engine)
        let version = try context.versionID()
        let restored = try await engine.agents.restore(version, of: agent.id.description, project: context.project)
        try await note(.savedAgent, on: restored.slug, detail: "back to \(version)", context)
        return .seeOther("\(restored.page)/versions")
    }
}

extension SessionContext {
    fileprivate func versionID() throws(Refusal) -> AgentState.ID {
        guard let id = parameters.get("version").flatMap({ AgentState.ID($0) }) else {
            throw .unknownAgentVersion
        }
        return id
    }
}
