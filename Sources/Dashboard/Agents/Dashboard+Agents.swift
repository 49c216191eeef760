import Calls
import Engine
import Hummingbird
import WebAPI

extension Dashboard {
    func addAgentRoutes(to pages: PageGroups) {
        pages.group("agents", needing: .viewer)
            .get(use: agentList)
        pages.group("agents/example", needing: .editor)
            .post(use: addExample)
    }

    @Sendable
    private func agentList(_ request: Request, _ context: SessionContext) async throws -> Page {
        let agents = try await engine.agents.agents(project: context.project)
        let add: HTML = """
            <form method="post" action="/agents/example">\(context.session.token)<button>Add the example agent</button></form>
            """
        let content: HTML =
            agents.isEmpty
            ? .empty(
                "No agents yet",
                "An agent is a voice, a greeting and what to do with each answer. Write one here, or in a file that <code>trunkline agents apply FILE</code> gives to the server; or begin with the example.",
                action: context.may(.editor) ? add : .nothing
            )
            : """
            <table class="list"><caption class="hidden">Agents</caption>
            <thead><tr><th scope="col">Agent</th><th scope="col">Status</th><th scope="col">Led by</th><th scope="col">Voice</th><th scope="col">Calls from</th><th scope="col">Changed</th><th scope="col"><span class="hidden">Call</span></th></tr></thead>
            <tbody>\(agents.map { row($0, context) })</tbody></table>
            """
        let new: HTML = "<a class=\"button\" href=\"/agents/new\">New agent</a>"
        return Page(
            "Agents",
            .agents,
            for: context,
            actions: context.may(.editor) ? new : .nothing,
            content: content
        )
    }

    private func row(_ agent: Agent, _ context: SessionContext) -> HTML {
        let path =
            "/calls/new?" + FormFields.query([("agent", agent.slug), ("to", configuration.labNumbers.first?.number)])
        return """
            <tr><th scope="row"><a href="\(agent.page)">\(HTML.foreign(agent.name))</a><div class="why">\(agent.slug)</div></th>
            <td data-label="Status">\(agent.badge)</td>
            <td data-label="Led by">\(agent.flow == nil ? "language model" : "flow of \(agent.flow?.steps.count ?? 0) steps")</td>
            <td data-label="Voice">\(agent.voice) · \(agent.language)</td>
            <td data-label="Calls from">\(agent.numbers.map(\.description).joined(separator: ", "))</td>
            <td data-label="Changed">\(HTML.time(agent.updatedAt))</td>
            <td>\(if: context.may(.editor) && agent.status == .active && agent.direction == .outbound, "<a class=\"button second\" href=\"\(path)\">Call</a>")</td></tr>
            """
    }

    @Sendable
    private func addExample(_ request: Request, _ context: SessionContext) async throws -> Response {
        let agent: Agent
        do {
            agent = try await engine.agents.apply(Asset.exampleAgent, mustBeNew: true, project: context.project).agent
        } catch Refusal.agentExists {
            return .seeOther("/agents")
        }
        try await note(.savedAgent, on: agent.slug, context)
        return .seeOther(
            "/calls/new?" + FormFields.query([("agent", agent.slug), ("to", configuration.labNumbers.first?.number)])
        )
    }
}
