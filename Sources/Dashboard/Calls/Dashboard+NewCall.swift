import Calls
import Engine
import Hummingbird
import WebAPI

extension Dashboard {
    func addNewCallRoutes(to pages: PageGroups) {
        pages.group("calls/new", needing: .editor)
            .get(use: newCall)
            .post(use: send)
        pages.group("calls/check", needing: .editor)
            .post(use: checkCall)
    }

    @Sendable
    private func newCall(_ request: Request, _ context: SessionContext) async throws -> Page {
        try await page(NewCallForm(request.query), context, isChecked: request.query["to"] != nil)
    }

    /// Places the call, or only says what would become of it: which of the two buttons was pressed tells. Works without a script.
    @Sendable
    private func send(_ request: Request, _ context: SessionContext) async throws -> Response {
        let form = NewCallForm(context.form)
        guard context.form["do"] == "place", let placement = form.placement else {
            return try await page(form, context, isChecked: true).response(from: request, context: context)
        }
        do {
            return try await place(placement, of: form, context)
        } catch let refusal as Refusal {
            var page = try await page(form, context, isChecked: true)
            page.status = PageFailure(refusal).status
            return try page.response(from: request, context: context)
        }
    }

    /// Places the call of `form`, once however often it is sent, and goes to its page. Throws `Refusal`.
    func place(
        _ placement: CallControl.Placement,
        of form: NewCallForm,
        _ context: SessionContext
    ) async throws -> Response {
        let reply = try await engine.calls.place(placement, under: form.idempotencyKey, project: context.project) {
            (303, $0.id.description)
        }
        if !reply.isRepeated {
            try await note(.placedCall, on: reply.call.description, detail: form.mode.rawValue, context)
        }
        return .seeOther("/calls/\(reply.call)")
    }

    /// What changes on the page while it is filled in.
    @Sendable
    private func checkCall(_ request: Request, _ context: SessionContext) async throws -> Fragments {
        let form = NewCallForm(context.form)
        let content = try await newCallPage(form, context, isChecked: true)
        var parts = ["number-advice": content.numberAdvice, "verdict": content.verdict]
        if context.form["shown_agent"] != form.agent { parts["variables"] = content.variables }
        return Fragments(replacing: parts)
    }

    private func page(_ form: NewCallForm, _ context: SessionContext, isChecked: Bool) async throws -> Page {
        let content = try await newCallPage(form, context, isChecked: isChecked)
        return Page("New outbound call", .newCall, for: context, content: content.html)
    }

    private func newCallPage(
        _ form: NewCallForm,
        _ context: SessionContext,
        isChecked: Bool
    ) async throws -> NewCallPage {
        let agents = try await engine.agents.agentsForCalls(project: context.project)
        var form = form
        if !agents.contains(where: { $0.slug == form.agent }) { form.agent = agents.first?.slug }
        var content = NewCallPage(
            form: form,
            agents: agents,
            hasLiveTrunk: engine.calls.hasTrunk(for: .live),
            labNumbers: configuration.labNumbers,
            context: context
        )
        if isChecked, let placement = form.placement {
            do {
                content.outcome = .decision(try await engine.calls.decision(on: placement, project: context.project))
            } catch let refusal as Refusal {
                content.outcome = .refusal(PageFailure(refusal).message)
            }
        }
        return content
    }
}
