import Calls
import Engine
import FoundationEssentials
import Hummingbird

extension TruedyDialect {
    func addAgentRoutes(to door: DoorRoutes) {
        door.group("api/public/v1/agents", needing: .agentsManage, limits: Self.limits)
            .get(use: listAgents)
            .post(use: createAgent)
            .get(":id", use: showAgent)
            .patch(":id", use: changeAgent)
            .put(":id", use: changeAgent)
            .delete(":id", use: removeAgent)
    }

    @Sendable
    private func listAgents(_ request: Request, _ context: ProjectContext) async throws -> Response {
        let query = try Query(request, accepting: ["status", "name"] + TruedyPart.parameters)
        let part = try TruedyPart(query)
        let status: Agent.Status? = try query.word("status")
        let all = try await agents.agents(project: context.project)
            .filter { status == nil || $0.status == status }
            .filter { agent in query["name"].map { agent.name.lowercased().contains($0.lowercased()) } ?? true }
            .sorted { $0.createdAt > $1.createdAt }
        let numbers = try await numbers.numbers(project: context.project)
        let rows = part.of(all).map { TruedyAgent($0, numbers: numbers) }
        return try list(rows, total: all.count, part, for: request, context)
    }

    /// 201. `name` and `system_prompt` are required; a voice of the vendor's is kept and shown, and ours speaks.
    @Sendable
    private func createAgent(_ request: Request, _ context: ProjectContext) async throws -> Response {
        let change = try Change(try await request.jsonObject(accepting: nil))
        guard let name = change.name else { throw RequestProblem.missingField("name") }
        guard change.systemPrompt != nil else { throw RequestProblem.missingField("system_prompt") }
        var agent = agents.blank(name: name)
        // The vendor's defaults for call_settings.max_duration and join_timeout.
        agent.settings.maxDuration = 3600
        agent.settings.ringTimeout = 30
        agent.callerIDChoice = .rotate
        change.apply(to: &agent, voice: agents.voice)
        return try await answer(try await agents.add(agent, project: context.project), .created, request, context)
    }

    @Sendable
    private func showAgent(_ request: Request, _ context: ProjectContext) async throws -> Response {
        let reference = try context.pathText("id")
        let agent = try await agents.agent(reference, project: context.project)
        guard agent.status != .archived else { throw Refusal.unknownAgent(reference) }
        return try await answer(agent, .ok, request, context)
    }

    @Sendable
    private func changeAgent(_ request: Request, _ context: ProjectContext) async throws -> Response {
        let change = try Change(try await request.jsonObject(accepting: nil))
        let voice = agents.voice
        let agent = try await agents.update(try context.pathText("id"), project: context.project) { agent in
            change.apply(to: &agent, voice: voice)
        }
        return try await answer(agent, .ok, request, context)
    }

    @Sendable
    private func removeAgent(_ request: Request, _ context: ProjectContext) async throws -> Response {
        let agent = try await agents.archive(try context.pathText("id"), project: context.project)
        return try answer(Removed(id: agent.id.description, deleted: true), to: request, context)
    }

    private struct Removed: Encodable, Sendable {
        let id: String
        let deleted: Bool
    }

    private func answer(
        _ agent: Agent,
        _ status: HTTPResponse.Status,
        _ request: Request,
        _ context: ProjectContext
    ) async throws -> Response {
        let numbers = try await numbers.numbers(project: context.project)
        return try answer(TruedyAgent(agent, numbers: numbers), status, to: request, context)
    }

    /// The members of an agent that a client may set.
    private struct Change: Sendable {
        let name: String?
        let description: String?
        let systemPrompt: String?
        let voiceID: String?
        let model: String?
        let greeting: String?
        let joinTimeout: Int?
        let maxDuration: Int?
        let status: Agent.Status?

        init(_ body: JSONObjectBody) throws {
            name = try body.string("name")
            if let name, !(1...100).contains(name.unicodeScalars.count) {
                throw RequestProblem.invalidField("name", message: "expected 1 to 100 characters")
            }
            description = try body.string("description")
            // One generation of the vendor's pages calls it so.
            systemPrompt = try body.string("system_prompt") ?? body.string("instructions")
            voiceID = try body.string("voice_id")
            model = try body.string("model")
            greeting = try body.string("greeting")
            joinTimeout = try body.truedySeconds("join_timeout")
            maxDuration = try body.truedySeconds("max_duration")
            status = try body.word("status")
            if status == .archived {
                throw RequestProblem.invalidField("status", message: "expected draft, active or paused")
            }
        }

        func apply(to agent: inout Agent, voice: (String?) -> String) {
            agent.name = name ?? agent.name
            agent.description = description ?? agent.description
            agent.instructions = systemPrompt ?? agent.instructions
            agent.greeting = greeting ?? agent.greeting
            agent.settings.ringTimeout = joinTimeout ?? agent.settings.ringTimeout
            agent.settings.maxDuration = maxDuration ?? agent.settings.maxDuration
            agent.status = status ?? agent.status
            if let model { agent.attributes["model"] = .string(model) }
            guard let voiceID else { return }
            agent.attributes["voice_id"] = .string(voiceID)
            agent.voice = voice(voiceID)
        }
    }
}
