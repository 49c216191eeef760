import Calls
import Engine
import HTTPTypes
import Hummingbird
import WebAPI

// An agent tried without a telephone: what it would say, and a talk in writing.
extension Dashboard {
    func addRehearsalRoutes(to pages: PageGroups) {
        pages.group("agents/:agent/preview", needing: .viewer)
            .get(use: preview)
        pages.group("agents/:agent/talk", needing: .editor)
            .get(use: talk)
            .post(use: talk)
    }

    @Sendable
    private func preview(_ request: Request, _ context: SessionContext) async throws -> Page {
        let agent = try await context.agent(engine)
        let values = request.query.members("variable.")
        let content = AgentPreviewPage(
            agent: agent,
            preview: engine.agents.preview(agent, variables: values.mapValues(JSONValue.string)),
            values: values,
            context: context
        )
        return Page(agent.name, .agents, for: context, actions: agent.badge, content: content.html)
    }

    /// Nothing is kept here between two lines: the form brings what was said so far.
    @Sendable
    private func talk(_ request: Request, _ context: SessionContext) async throws -> Response {
        let agent = try await context.agent(engine)
        let form = request.method == .post ? RehearsalForm(context.form) : RehearsalForm(request.query)
        var content = AgentTalkPage(agent: agent, form: form, context: context)
        var status = HTTPResponse.Status.ok
        do {
            content.rehearsal = try await engine.agents.rehearse(
                agent,
                variables: form.values.mapValues(JSONValue.string),
                after: form.turns,
                saying: form.words
            )
        } catch Refusal.missingVariables(let names) {
            content.missing = names
        } catch let refusal as Refusal {
            content.problem = PageFailure(refusal).message
            status = request.method == .post ? PageFailure(refusal).status : .ok
        }
        return try Page(agent.name, .agents, for: context, status: status, actions: agent.badge, content: content.html)
            .response(from: request, context: context)
    }
}

/// A talk as a form brings it: values, what was said so far, and what is said now.
struct RehearsalForm {
    let values: [String: String]
    let turns: [RehearsedTurn]
    /// Nil if nothing is said: the talk begins, or begins anew.
    let words: String?

    init(_ fields: FormFields) {
        values = fields.members("variable.")
        guard fields["do"] == "say" else {
            (turns, words) = ([], nil)
            return
        }
        let said = fields.members("said.")
        let answered = fields.members("answered.")
        let count = fields["turns"].flatMap { Int($0) } ?? 0
        turns = (0..<min(max(count, 0), AgentControl.longestRehearsal)).map { index in
            RehearsedTurn(said: said["\(index)"] ?? "", answered: [answered["\(index)"]].compactMap(\.self))
        }
        words = fields["words"] ?? ""
    }
}
