import Calls
import Engine
import HTTPTypes
import Hummingbird
import WebAPI

// One agent: what it is, whether it takes calls, and a call to try it.
extension Dashboard {
    func addAgentPageRoutes(to pages: PageGroups) {
        pages.group("agents/:agent", needing: .viewer)
            .get(use: agent)
        pages.group("agents/:agent", needing: .editor)
            .post("status", use: setStatus)
            .post("call", use: tryCall)
            .post("remove", use: removeAgent)
        addAgentEditingRoutes(to: pages)
        addAgentVersionRoutes(to: pages)
        addRehearsalRoutes(to: pages)
    }

    @Sendable
    private func agent(_ request: Request, _ context: SessionContext) async throws -> Page {
        try await page(of: try await context.agent(engine), context)
    }

    /// An agent that cannot work is not let at people: what is wrong with it is said instead.
    @Sendable
    private func setStatus(_ request: Request, _ context: SessionContext) async throws -> Response {
        let agent = try await context.agent(engine)
        guard let status = context.form["status"].flatMap(Agent.Status.init(rawValue:)), status != .archived else {
            throw Refusal.invalid(field: "status", message: "expected draft, active or paused")
        }
        var wanted = agent
        wanted.status = status
        let problems = status == .active ? engine.agents.problems(in: wanted) : []
        guard problems.isEmpty else {
            var page = try await page(of: agent, context, problems: problems)
            page.status = .unprocessableContent
            return try page.response(from: request, context: context)
        }
        let changed = try await engine.agents.update(agent.id.description, project: context.project) {
            $0.status = status
        }
        try await note(.savedAgent, on: changed.slug, detail: status.rawValue, context)
        return .seeOther(changed.page)
    }

    /// Calls a number of the phone lab. Where something is missing for that, the page for a new call says what.
    @Sendable
    private func tryCall(_ request: Request, _ context: SessionContext) async throws -> Response {
        let agent = try await context.agent(engine)
        var form = NewCallForm(context.form)
        (form.agent, form.mode) = (agent.slug, .test)
        guard configuration.labNumbers.contains(where: { $0.number == form.number }), let placement = form.placement
        else {
            throw Refusal.invalid(field: "to", message: "expected a number of the phone lab")
        }
        do {
            return try await place(placement, of: form, context)
        } catch is Refusal {
            return .seeOther("/calls/new?" + FormFields.query([("agent", agent.slug), ("to", form.number)]))
        }
    }

    @Sendable
    private func removeAgent(_ request: Request, _ context: SessionContext) async throws -> Response {
        let agent = try await context.agent(engine)
        try await engine.agents.remove(agent.id.description, project: context.project)
        try await note(.removedAgent, on: agent.slug, context)
        return .seeOther("/agents")
    }

    private func page(
        of agent: Agent,
        _ context: SessionContext,
        problems: [FlowProblem] = []
    ) async throws -> Page {
        let content = AgentPage(
            agent: agent,
            lack: engine.agents.lack(for: agent),
            problems: problems,
            labNumbers: configuration.labNumbers,
            context: context
        )
        return Page(agent.name, .agents, for: context, actions: content.actions, content: content.html)
    }
}

extension SessionContext {
    /// The agent that the path names, by slug or id. Archived ones are kept for the sake of their calls alone.
    func agent(_ engine: CallEngine) async throws -> Agent {
        let reference = parameters.get("agent") ?? ""
        let agent = try await engine.agents.agent(reference, project: project)
        guard agent.status != .archived else { throw Refusal.unknownAgent(reference) }
        return agent
    }
}
