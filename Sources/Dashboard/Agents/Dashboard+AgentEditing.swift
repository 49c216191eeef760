import Calls
import Engine
import HTTPTypes
import Hummingbird
import WebAPI

// Agents are written in a form, or as the document that the API takes.
extension Dashboard {
    func addAgentEditingRoutes(to pages: PageGroups) {
        pages.group("agents/new", needing: .editor)
            .get(use: newAgent)
            .post(use: makeAgent)
        pages.group("agents/:agent/document", needing: .viewer)
            .get(use: document)
        pages.group("agents/:agent", needing: .editor)
            .get("edit", use: editAgent)
            .post("edit", use: saveAgent)
            .post("document", use: saveDocument)
    }

    /// Somebody saved the agent after the form was opened.
    private struct SavedMeanwhile: Error {}

    private static let savedMeanwhile =
        "Somebody saved this agent while you were at it. What you typed is here still: look at Versions, then save again to put yours in its place."

    @Sendable
    private func newAgent(_ request: Request, _ context: SessionContext) async throws -> Page {
        guard request.query["as"] != "document" else {
            return try documentPage(of: nil, Asset.exampleAgent, basis: nil, context)
        }
        var blank = engine.agents.blank(name: "")
        blank.status = .draft
        return try await formPage(of: nil, AgentForm(blank), context)
    }

    @Sendable
    private func makeAgent(_ request: Request, _ context: SessionContext) async throws -> Response {
        guard context.form["document"] == nil else { return try await makeFromDocument(request, context) }
        var form = AgentForm(context.form)
        var blank = engine.agents.blank(name: form["name"])
        blank.status = .draft
        let wanted = form.applied(to: blank)
        form.note(engine.agents.problems(in: wanted))
        guard form.problems.isEmpty else {
            return try await refused(try await formPage(of: nil, form, context), request, context)
        }
        let agent = try await engine.agents.add(wanted, project: context.project)
        try await note(.savedAgent, on: agent.slug, detail: "new", context)
        return .seeOther(agent.page)
    }

    private func makeFromDocument(_ request: Request, _ context: SessionContext) async throws -> Response {
        let text = context.form.verbatim("document").replacing("\r\n", with: "\n")
        do {
            let agent = try await engine.agents.apply(text, mustBeNew: true, project: context.project).agent
            try await note(.savedAgent, on: agent.slug, detail: "new", context)
            return .seeOther(agent.page)
        } catch let error where PageFailure(error).isOurs == false {
            let page = try documentPage(of: nil, text, basis: nil, context, error)
            return try await refused(page, request, context, PageFailure(error).status)
        }
    }

    @Sendable
    private func editAgent(_ request: Request, _ context: SessionContext) async throws -> Page {
        let agent = try await context.agent(engine)
        return try await formPage(of: agent, AgentForm(agent), context)
    }

    @Sendable
    private func saveAgent(_ request: Request, _ context: SessionContext) async throws -> Response {
        let agent = try await context.agent(engine)
        var form = AgentForm(context.form)
        if agent.flow != nil {
            // The form has no fields for them then.
            form.keep(["persona": agent.persona, "instructions": agent.instructions])
        }
        form.note(engine.agents.problems(in: form.applied(to: agent)))
        guard form.problems.isEmpty else {
            return try await refused(try await formPage(of: agent, form, context), request, context)
        }
        do {
            let filled = form
            let saved = try await engine.agents.update(agent.id.description, project: context.project) { agent in
                guard filled.basis == Timestamp.text(agent.updatedAt) else { throw SavedMeanwhile() }
                var form = filled
                agent = form.applied(to: agent)
            }
            try await note(.savedAgent, on: saved.slug, context)
            return .seeOther(saved.page)
        } catch is SavedMeanwhile {
            form.basis = Timestamp.text(agent.updatedAt)
            form.problems.note(Self.savedMeanwhile, at: "")
            return try await refused(try await formPage(of: agent, form, context), request, context, .conflict)
        }
    }

    @Sendable
    private func document(_ request: Request, _ context: SessionContext) async throws -> Page {
        let agent = try await context.agent(engine)
        return try documentPage(of: agent, agent.text, basis: Timestamp.text(agent.updatedAt), context)
    }

    @Sendable
    private func saveDocument(_ request: Request, _ context: SessionContext) async throws -> Response {
        let agent = try await context.agent(engine)
        let text = context.form.verbatim("document").replacing("\r\n", with: "\n")
        do {
            let (written, basis) = (try engine.agents.check(text), context.form["basis"])
            guard written.slug == agent.slug else {
                throw Refusal.invalid(
                    field: "agent",
                    message: "the document is that of '\(written.slug)': this agent is '\(agent.slug)'"
                )
            }
            let saved = try await engine.agents.update(agent.id.description, project: context.project) { agent in
                guard basis == Timestamp.text(agent.updatedAt) else { throw SavedMeanwhile() }
                let past = agent
                agent = written
                (agent.id, agent.createdAt, agent.updatedAt) = (past.id, past.createdAt, past.updatedAt)
            }
            try await note(.savedAgent, on: saved.slug, context)
            return .seeOther(saved.page)
        } catch is SavedMeanwhile {
            let page = try documentPage(
                of: agent,
                text,
                basis: Timestamp.text(agent.updatedAt),
                context,
                Refusal.invalid(field: "document", message: Self.savedMeanwhile)
            )
            return try await refused(page, request, context, .conflict)
        } catch let error where PageFailure(error).isOurs == false {
            return try await refused(
                try documentPage(of: agent, text, basis: context.form["basis"], context, error),
                request,
                context
            )
        }
    }

    private func refused(
        _ page: Page,
        _ request: Request,
        _ context: SessionContext,
        _ status: HTTPResponse.Status = .unprocessableContent
    ) async throws -> Response {
        var page = page
        page.status = status
        return try page.response(from: request, context: context)
    }

    private func formPage(of agent: Agent?, _ form: AgentForm, _ context: SessionContext) async throws -> Page {
        let view = AgentFormView(
            form: form,
            voices: engine.agents.voices,
            owned: try await engine.numbers.numbers(project: context.project),
            agent: agent,
            context: context
        )
        guard let agent else {
            let other: HTML =
                "<p class=\"hint\">Or write it as <a href=\"/agents/new?as=document\">a document</a>, flow and all.</p>"
            return Page("New agent", .agents, for: context, content: other + view.html)
        }
        let tabs = AgentTabs.edit.html(of: agent, for: context)
        return Page(agent.name, .agents, for: context, actions: agent.badge, content: tabs + view.html)
    }

    private func documentPage(
        of agent: Agent?,
        _ text: String,
        basis: String?,
        _ context: SessionContext,
        _ error: (any Error)? = nil
    ) throws -> Page {
        let view = AgentDocumentView(agent: agent, text: text, basis: basis, error: error, context: context)
        let tabs = agent.map { AgentTabs.document.html(of: $0, for: context) } ?? .nothing
        return Page(
            agent?.name ?? "New agent",
            .agents,
            for: context,
            actions: agent?.badge ?? .nothing,
            content: tabs + view.html
        )
    }
}
