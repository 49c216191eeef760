import Calls
import Engine
import FoundationEssentials
import Hummingbird

extension TelzinoDialect {
    func addAgentRoutes(to door: DoorRoutes) {
        door.group("v1/agents", needing: .agentsManage)
            .get(use: listAgents)
            .post(use: createAgent)
            .get(":agent", use: showAgent)
        door.group("v1/organizations/:organization/agents", needing: .agentsManage)
            .post(use: createMinimalAgent)
    }

    /// Newest first, as all lists of the vendor.
    @Sendable
    private func listAgents(_ request: Request, _ context: ProjectContext) async throws -> Response {
        let query = try Query(request, accepting: nil)
        let page = try TelzinoPageNumber(query)
        let all = try await agents.agents(project: context.project)
            .sorted { $0.createdAt > $1.createdAt }
            .map { TelzinoAgent($0, project: context.project) }
            .filter { agent in query["organization_id"].map { $0.lowercased() == agent.organizationId } ?? true }
        let rows = Array(all.dropFirst(page.offset).prefix(page.limit))
        return try context.responseEncoder.encode(
            TelzinoPage(data: rows, page, total: all.count),
            from: request,
            context: context
        )
    }

    @Sendable
    private func showAgent(_ request: Request, _ context: ProjectContext) async throws -> Response {
        let agent = try await agents.agent(try context.telzinoAgent().description, project: context.project)
        return try context.responseEncoder.encode(
            TelzinoWrapped(data: TelzinoAgent(agent, project: context.project)),
            from: request,
            context: context
        )
    }

    /// 201 with the agent, wrapped like one that is asked for.
    @Sendable
    private func createAgent(_ request: Request, _ context: ProjectContext) async throws -> Response {
        let new = try TelzinoNewAgent(try await request.jsonObject(accepting: nil))
        let agent = try await create(new, context.project)
        var response = try context.responseEncoder.encode(
            TelzinoWrapped(data: TelzinoAgent(agent, project: context.project)),
            from: request,
            context: context
        )
        response.status = .created
        return response
    }

    private struct Created: ResponseEncodable {
        let id: String
    }

    @Sendable
    private func createMinimalAgent(
        _ request: Request,
        _ context: ProjectContext
    ) async throws -> EditedResponse<Created> {
        let new = try TelzinoNewAgent(
            titled: try await request.jsonObject(accepting: nil),
            organization: try context.pathText("organization")
        )
        let agent = try await create(new, context.project)
        return EditedResponse(status: .created, response: Created(id: agent.id.uuidText))
    }

    private func create(_ new: TelzinoNewAgent, _ project: Project.ID) async throws -> Agent {
        var agent = agents.blank(name: new.name)
        agent.voice = agents.voice(new.voice)
        new.fill(&agent)
        return try await numbers.equip(try await agents.add(agent, project: project), project: project)
    }
}
