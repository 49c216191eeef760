import Calls
import Engine
import HTTPTypes
import Hummingbird
import WebAPI

extension Dashboard {
    func addNewBatchRoutes(to pages: PageGroups) {
        pages.group("batches", needing: .editor, takingFiles: true)
            .get("new", use: newBatch)
            .post("new", use: launch)
            .post("check", use: checkList)
            .post("annotated", use: annotate)
        pages.group("batches/example.csv", needing: .viewer)
            .get(use: exampleList)
    }

    @Sendable
    private func newBatch(_ request: Request, _ context: SessionContext) async throws -> Page {
        let content = try await newBatchPage(NewBatchForm(request.query), context, isChecked: false)
        return Page("New batch", .batches, for: context, content: content.html)
    }

    /// Launches the batch, or only says what would become of it: which of the two buttons was pressed tells. Works without a script.
    @Sendable
    private func launch(_ request: Request, _ context: SessionContext) async throws -> Response {
        let form = NewBatchForm(context.form)
        guard context.form["do"] == "launch" else {
            return try await show(form, context).response(from: request, context: context)
        }
        do {
            return .seeOther("/batches/\(try await make(form, context))")
        } catch let refusal as Refusal {
            return try await show(form, context, refusal).response(from: request, context: context)
        }
    }

    private func make(_ form: NewBatchForm, _ context: SessionContext) async throws -> Batch.ID {
        guard let list = context.list else { throw Self.noList }
        var new = try form.batch(at: engine.batches.now)
        let found = try await engine.batches.contacts(
            in: list,
            options: form.options,
            leavesOutFaulty: form.leavesOutFaulty,
            for: new,
            project: context.project
        )
        new.columns = found.columns
        let answer = try await engine.batches.make(
            new,
            contacts: found.contacts,
            under: try await form.idempotencyKey(for: list),
            project: context.project
        ) { (303, $0.batch.id.description) }
        if !answer.isRepeated {
            try await note(.launchedBatch, on: answer.batch.description, detail: new.name, context)
        }
        return answer.batch
    }

    /// The page again, with what the list would come to. A refusal that the verdicts do not explain takes their place.
    private func show(
        _ form: NewBatchForm,
        _ context: SessionContext,
        _ refusal: Refusal? = nil
    ) async throws -> Page {
        var content = try await newBatchPage(form, context, isChecked: true)
        content.wasSent = context.list != nil
        if let refusal, !content.explainsRefusal { content.outcome = .refusal(PageFailure(refusal).message) }
        var page = Page("New batch", .batches, for: context, content: content.html)
        if let refusal { page.status = PageFailure(refusal).status }
        return page
    }

    /// What changes on the page when a list was chosen, or a setting changed.
    @Sendable
    private func checkList(_ request: Request, _ context: SessionContext) async throws -> Fragments {
        let content = try await newBatchPage(NewBatchForm(context.form), context, isChecked: true)
        return Fragments(replacing: ["preview": content.preview])
    }

    /// The list with the verdict of each row, as a file.
    @Sendable
    private func annotate(_ request: Request, _ context: SessionContext) async throws -> Response {
        let form = NewBatchForm(context.form)
        guard let list = context.list else { throw Self.noList }
        return try await engine.batches.annotated(
            try form.batch(at: engine.batches.now, named: "Preview"),
            file: list,
            options: form.options,
            project: context.project
        )
    }

    private static var noList: Refusal { .invalid(field: "List of contacts", message: "choose a file") }

    private func newBatchPage(
        _ form: NewBatchForm,
        _ context: SessionContext,
        isChecked: Bool
    ) async throws -> NewBatchPage {
        let agents = try await engine.agents.agentsForCalls(project: context.project)
        var form = form
        if !agents.contains(where: { $0.slug == form.agent }) { form.agent = agents.first?.slug }
        var content = NewBatchPage(
            form: form,
            agents: agents,
            hasLiveTrunk: engine.calls.hasTrunk(for: .live),
            context: context
        )
        guard isChecked, form.agent != nil else { return content }
        do {
            guard let list = context.list else { throw Self.noList }
            let preview = try await engine.batches.preview(
                try form.batch(at: engine.batches.now, named: "Preview"),
                file: list,
                options: form.options,
                project: context.project
            )
            content.outcome = .preview(preview, engine.batches.forecast(preview, assuming: nil))
        } catch let refusal as Refusal {
            content.outcome = .refusal(PageFailure(refusal).message)
        }
        return content
    }

    /// Numbers of the phone lab, as a list.
    @Sendable
    private func exampleList(_ request: Request, _ context: SessionContext) async throws -> Response {
        let rows = configuration.labNumbers.map { "\($0.number),Sam\r\n" }
        return Response(
            status: .ok,
            headers: [
                .contentType: "text/csv; charset=utf-8; header=present",
                .contentDisposition: #"attachment; filename="example.csv""#,
            ],
            body: ResponseBody(byteBuffer: ByteBuffer(string: "phone,name\r\n" + rows.joined()))
        )
    }
}
