import Calls
import Engine
import FoundationEssentials
import HTTPTypes
import Hummingbird
import WebAPI

extension Dashboard {
    func addBatchRoutes(to pages: PageGroups) {
        pages.group("batches", needing: .viewer)
            .get(use: batchList)
            .get(":id", use: batchPage)
            .get(":id/live", use: batchChanges)
            .get(":id/results.csv", use: batchResults)
        pages.group("batches/:id", needing: .editor)
            .post("pause", use: pauseBatch)
            .post("resume", use: resumeBatch)
            .post("cancel", use: cancelBatch)
            .post("redial", use: redialBatch)
    }

    private static var batchesOnPage: Int { 20 }
    private static var contactsOnPage: Int { 50 }
    /// How many columns the chart of a batch has at the most.
    private static var courseColumns: Int { 48 }

    @Sendable
    private func batchList(_ request: Request, _ context: SessionContext) async throws -> Page {
        let (batches, hasMore) = try await engine.batches.batches(
            before: request.query["before"].flatMap { Batch.ID($0) },
            limit: Self.batchesOnPage,
            project: context.project
        )
        var counted: [BatchProgress] = []
        for batch in batches { counted.append(try await engine.batches.progress(of: batch)) }
        let agents = try await engine.agents.agents(project: context.project)
        let list = BatchListPage(
            batches: counted,
            hasMore: hasMore,
            agents: Dictionary(uniqueKeysWithValues: agents.map { ($0.id, $0.slug) }),
            context: context
        )
        let new: HTML = "<a class=\"button\" href=\"/batches/new\">New batch</a>"
        return Page(
            "Batches",
            .batches,
            for: context,
            actions: context.may(.editor) ? new : .nothing,
            content: list.html
        )
    }

    @Sendable
    private func batchPage(_ request: Request, _ context: SessionContext) async throws -> Page {
        let progress = try await engine.batches.progress(try context.batchID(), project: context.project)
        let batch = progress.batch
        let query = request.query
        let state = query["state"].flatMap(Contact.State.init(rawValue:))
        let after = query["after"].flatMap { Int($0) }
        let found = try await engine.batches.contacts(
            of: batch.id,
            states: state.map { [$0] } ?? [],
            after: after,
            limit: Self.contactsOnPage,
            project: context.project
        )
        let wantsForecast = query["forecast"] != nil
        let page = BatchPage(
            view: try await progressView(of: progress, context),
            agent: try? await engine.agents.agent(batch.settings.agent.description, project: context.project),
            contacts: ContactsView(
                batch: batch.id,
                state: state,
                contacts: found.contacts,
                hasMore: found.hasMore,
                isLater: after != nil
            ),
            forecast: wantsForecast
                ? try await engine.batches.forecast(batch.id, assuming: nil, project: context.project) : nil,
            context: context
        )
        return Page(
            batch.name,
            .batches,
            for: context,
            actions: "<a class=\"button second\" href=\"/batches/\(batch.id)/results.csv\">Results as CSV</a>",
            live: batch.status.isFinal ? nil : "/batches/\(batch.id)/live",
            content: page.html
        )
    }

    private func progressView(
        of progress: BatchProgress,
        _ context: SessionContext
    ) async throws -> BatchProgressView {
        BatchProgressView(
            progress: progress,
            course: try await engine.batches.course(
                of: progress.batch.id,
                columns: Self.courseColumns,
                project: context.project
            ),
            now: engine.batches.now
        )
    }

    /// What changes on the page of a batch while it goes on.
    @Sendable
    private func batchChanges(_ request: Request, _ context: SessionContext) async throws -> Response {
        let watched = try await engine.batches.watch(try context.batchID(), project: context.project)
        return stream(request) { send in
            var number = 0
            var status: BatchStatus?
            for await progress in watched {
                number += 1
                guard !progress.batch.status.isFinal else {
                    await send(try Fragments.another.message("\(number)"))
                    return
                }
                let view = try await progressView(of: progress, context)
                var parts = ["progress": view.html, "course": view.chart]
                // Left alone else: whoever is about to press a button keeps it.
                if status != progress.batch.status {
                    parts["controls"] = BatchControlsView(batch: progress.batch, context: context).html
                }
                status = progress.batch.status
                await send(try Fragments(replacing: parts).message("\(number)"))
            }
        }
    }

    @Sendable
    private func batchResults(_ request: Request, _ context: SessionContext) async throws -> Response {
        let batch = try await engine.batches.batch(try context.batchID(), project: context.project)
        let agent = try? await engine.agents.agent(batch.settings.agent.description, project: context.project)
        let base = publicURL.absolute("", for: request)
        return engine.batches.results(of: batch, agent: agent) { base + $0 }
    }

    @Sendable
    private func pauseBatch(_ request: Request, _ context: SessionContext) async throws -> Response {
        let batch = try await engine.batches.pause(try context.batchID(), project: context.project)
        return try await done(.pausedBatch, batch, context)
    }

    @Sendable
    private func resumeBatch(_ request: Request, _ context: SessionContext) async throws -> Response {
        let batch = try await engine.batches.resume(try context.batchID(), project: context.project)
        return try await done(.resumedBatch, batch, context)
    }

    @Sendable
    private func cancelBatch(_ request: Request, _ context: SessionContext) async throws -> Response {
        let batch = try await engine.batches.cancel(try context.batchID(), project: context.project)
        return try await done(.canceledBatch, batch, context)
    }

    @Sendable
    private func redialBatch(_ request: Request, _ context: SessionContext) async throws -> Response {
        let reasons = EndReason.allCases.filter { context.form["reason.\($0.rawValue)"] != nil }
        guard !reasons.isEmpty else {
            throw Refusal.invalid(field: "reasons", message: "choose at least one, or nobody is called again")
        }
        let batch = try await engine.batches.redial(
            try context.batchID(),
            reasons: Set(reasons),
            name: nil,
            key: nil,
            project: context.project
        )
        return try await done(.launchedBatch, batch, context)
    }

    private func done(
        _ action: AuditEntry.Action,
        _ batch: Batch,
        _ context: SessionContext
    ) async throws -> Response {
        try await note(action, on: batch.id.description, detail: batch.name, context)
        return .seeOther("/batches/\(batch.id)")
    }
}

extension SessionContext {
    /// The batch that the path names.
    func batchID() throws(Refusal) -> Batch.ID {
        guard let id = parameters.get("id").flatMap({ Batch.ID($0) }) else { throw .unknownBatch }
        return id
    }
}
