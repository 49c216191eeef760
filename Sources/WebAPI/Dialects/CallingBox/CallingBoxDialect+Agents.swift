import Calls
import Engine
import Hummingbird

extension CallingBoxDialect {
    func addAgentRoutes(to door: DoorRoutes) {
        door.group("v1/agents", needing: .agentsManage)
            .get(use: listAgents)
            .post(use: createAgent)
            .get(":id", use: showAgent)
            .patch(":id", use: changeAgent)
            .delete(":id", use: archiveAgent)
            .post(":id/numbers", use: attachNumber)
            .delete(":id/numbers/:number_id", use: detachNumber)
            .put(":id/primary-number", use: choosePrimaryNumber)
    }

    @Sendable
    private func listAgents(
        _ request: Request,
        _ context: ProjectContext
    ) async throws -> DataList<CallingBoxAgent> {
        let owned = try await numbers.numbers(project: context.project)
        let agents = try await agents.agents(project: context.project)
        return DataList(data: agents.map { CallingBoxAgent($0, project: context.project, owned: owned) })
    }

    @Sendable
    private func createAgent(
        _ request: Request,
        _ context: ProjectContext
    ) async throws -> EditedResponse<CallingBoxAgent> {
        let body = try await request.jsonObject(accepting: nil)
        let name = try body.required("name")
        guard let type: Agent.Direction = try body.word("type") else { throw RequestProblem.missingField("type") }
        let change = try CallingBoxAgentChange(body)
        var agent = agents.blank(name: name)
        agent.direction = type
        change.apply(to: &agent, voices: agents.voice)
        if let attached = try await attached(in: body, to: agent, context.project) { agent.numbers = attached }
        let added = try await agents.add(agent, project: context.project)
        return EditedResponse(status: .created, response: try await document(added, context.project))
    }

    @Sendable
    private func showAgent(_ request: Request, _ context: ProjectContext) async throws -> CallingBoxAgent {
        let agent = try await find("agent", try context.pathText("id")) { (id: Agent.ID) in
            try await agents.agent(id.description, project: context.project)
        }
        return try await document(agent, context.project)
    }

    /// What is left out stays as it is; `null` takes a thing away. Calls placed from now on go by the new state.
    @Sendable
    private func changeAgent(_ request: Request, _ context: ProjectContext) async throws -> CallingBoxAgent {
        let body = try await request.jsonObject(accepting: nil)
        let change = try CallingBoxAgentChange(body)
        let type: Agent.Direction? = try body.word("type")
        let agent = try await find("agent", try context.pathText("id")) { (id: Agent.ID) in
            let current = try await agents.agent(id.description, project: context.project)
            guard type == nil || type == current.direction else {
                throw RequestProblem.invalidField("type", message: "is fixed for the agent's life")
            }
            let attached = try await attached(in: body, to: current, context.project)
            return try await agents.update(id.description, project: context.project) { agent in
                change.apply(to: &agent, voices: agents.voice)
                agent.numbers = attached ?? agent.numbers
            }
        }
        return try await document(agent, context.project)
    }

    /// The agent leaves the list and places no more calls; its calls stay.
    @Sendable
    private func archiveAgent(_ request: Request, _ context: ProjectContext) async throws -> CallingBoxAgent {
        let agent = try await find("agent", try context.pathText("id")) { (id: Agent.ID) in
            try await agents.archive(id.description, project: context.project)
        }
        return try await document(agent, context.project)
    }

    @Sendable
    private func attachNumber(_ request: Request, _ context: ProjectContext) async throws -> CallingBoxAgent {
        try await changeNumber(try await numberID(in: request), context) { number, agent in
            try await numbers.attach(number, to: agent, project: context.project)
        }
    }

    /// The number from which calls go that name none; attached if it is not yet.
    @Sendable
    private func choosePrimaryNumber(_ request: Request, _ context: ProjectContext) async throws -> CallingBoxAgent {
        try await changeNumber(try await numberID(in: request), context) { number, agent in
            try await numbers.attach(number, to: agent, first: true, project: context.project)
        }
    }

    @Sendable
    private func detachNumber(_ request: Request, _ context: ProjectContext) async throws -> CallingBoxAgent {
        try await changeNumber(try context.pathText("number_id"), context) { number, agent in
            try await numbers.detach(number, from: agent, project: context.project)
        }
    }

    private func changeNumber(
        _ number: String,
        _ context: ProjectContext,
        _ change: (OwnedNumber.ID, String) async throws -> Agent
    ) async throws -> CallingBoxAgent {
        let agent = try await find("agent", try context.pathText("id")) { (id: Agent.ID) in
            _ = try await agents.agent(id.description, project: context.project)
            return try await find("number", number) { try await change($0, id.description) }
        }
        return try await document(agent, context.project)
    }

    /// The vendor's pages do not name the member.
    private func numberID(in request: Request) async throws -> String {
        let body = try await request.jsonObject(accepting: nil)
        let names = ["number_id", "phone_number_id", "primary_number_id"]
        for name in names { if let text = try body.string(name) { return text } }
        throw RequestProblem.missingField(names[0])
    }

    /// The numbers that `agent` is to have by `number_ids` and `primary_number_id`, the primary one first. Nil if neither was given.
    private func attached(
        in body: JSONObjectBody,
        to agent: Agent,
        _ project: Project.ID
    ) async throws -> [PhoneNumber]? {
        let listed = try body.strings("number_ids")
        let primary = try body.string("primary_number_id")
        guard listed != nil || primary != nil else { return nil }
        func number(_ text: String, _ field: String) async throws -> PhoneNumber {
            guard let id = OwnedNumber.ID(spelled: text) else { throw unknown(text, field) }
            do {
                return try await numbers.number(id, for: agent, project: project).number
            } catch Refusal.unknownNumber {
                throw unknown(text, field)
            }
        }
        var found: [PhoneNumber] = listed == nil ? agent.numbers : []
        for text in listed ?? [] {
            let number = try await number(text, "number_ids")
            if !found.contains(number) { found.append(number) }
        }
        if let primary {
            let first = try await number(primary, "primary_number_id")
            found = [first] + found.filter { $0 != first }
        }
        return found
    }

    private func unknown(_ text: String, _ field: String) -> RequestProblem {
        .invalidField(field, message: "there is no number \(text.debugDescription)")
    }

    private func document(_ agent: Agent, _ project: Project.ID) async throws -> CallingBoxAgent {
        CallingBoxAgent(agent, project: project, owned: try await numbers.numbers(project: project))
    }
}
