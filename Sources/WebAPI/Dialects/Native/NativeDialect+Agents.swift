import Calls
import Engine
import FoundationEssentials
import HTTPTypes
import Hummingbird

extension NativeDialect {
    func addAgentRoutes(to door: DoorRoutes) {
        door.group("v1/agents", needing: .agentsManage)
            .post(use: applyAgent)
            .get(use: listAgents)
            .get(":agent", use: showAgent)
            .put(":agent", use: replaceAgent)
            .delete(":agent", use: removeAgent)
    }

    /// 201 for a new agent, 200 for a new state of the one that has the slug.
    @Sendable
    private func applyAgent(_ request: Request, _ context: ProjectContext) async throws -> EditedResponse<NativeAgent> {
        let (agent, isNew) = try await agents.apply(try await definition(in: request), project: context.project)
        return EditedResponse(
            status: isNew ? .created : .ok,
            headers: [.location: "/v1/agents/\(agent.slug)"],
            response: document(agent)
        )
    }

    /// A new state of an agent that exists: the definition's slug has to be that agent's.
    @Sendable
    private func replaceAgent(_ request: Request, _ context: ProjectContext) async throws -> NativeAgent {
        let current = try await agents.agent(try context.pathText("agent"), project: context.project)
        let text = try await definition(in: request)
        let slug = try agents.check(text).slug
        guard slug == current.slug else {
            throw Refusal.invalid(
                field: "slug",
                message: "expected \(current.slug), the agent at this path, got \(slug)"
            )
        }
        return document(try await agents.apply(text, project: context.project).agent)
    }

    @Sendable
    private func listAgents(_ request: Request, _ context: ProjectContext) async throws -> Response {
        try context.list(try await agents.agents(project: context.project).map(document), for: request)
    }

    @Sendable
    private func showAgent(_ request: Request, _ context: ProjectContext) async throws -> NativeAgent {
        document(try await agents.agent(try context.pathText("agent"), project: context.project))
    }

    @Sendable
    private func removeAgent(_ request: Request, _ context: ProjectContext) async throws -> HTTPResponse.Status {
        try await agents.remove(try context.pathText("agent"), project: context.project)
        return .noContent
    }

    private func document(_ agent: Agent) -> NativeAgent {
        NativeAgent(agent, lack: agents.lack(for: agent))
    }

    /// YAML, of which JSON is a part.
    private func definition(in request: Request) async throws -> String {
        let accepted = ["application/json", "application/yaml", "application/x-yaml", "text/yaml", "text/x-yaml"]
        guard let type = request.mediaType, accepted.contains(type) else {
            throw RequestProblem.unsupportedMediaType(accepted: ["application/yaml", "application/json"])
        }
        let bytes = try await request.bytes()
        guard let text = String(validating: bytes, as: UTF8.self) else {
            throw AgentFileError(problems: [.init(line: 1, column: 1, message: "the text is not UTF-8")])
        }
        return text
    }
}
