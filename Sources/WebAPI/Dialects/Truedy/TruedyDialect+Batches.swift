import Calls
import Engine
import FoundationEssentials
import HTTPTypes
import Hummingbird

extension TruedyDialect {
    func addBatchRoutes(to door: DoorRoutes) {
        door.group("api/public/v1/batch-calls", needing: .batchesManage, limits: Self.limits)
            .post(use: makeBatch)
            .get(use: listBatches)
            .get(":id", use: showBatch)
            .post(":id/pause", use: pauseBatch)
            .post(":id/resume", use: resumeBatch)
            .post(":id/cancel", use: cancelBatch)
    }

    /// 201 with the batch. The same key with the same body makes no second one.
    @Sendable
    private func makeBatch(_ request: Request, _ context: ProjectContext) async throws -> Response {
        let body = try await request.jsonObject(accepting: nil, upTo: TruedyNewBatch.bodyLimit)
        let key = try request.idempotencyKey(.prefixedIdempotencyKey, .idempotencyKey).map { name in
            CallControl.IdempotencyKey(
                "batches/\(name)",
                door: Self.name,
                received: body.canonical,
                from: context.key,
                mismatch: .carriedOut
            )
        }
        let now = calls.now
        return try await batches.answer(under: key, for: context) {
            let new = try await read(body, context, at: now)
            return (new.batch, AsyncList(new.contacts))
        } word: { progress in
            try WireEncoder().data(
                TruedyReply(resource: TruedyBatch(progress: progress), requestID: context.requestID, now: now)
            )
        }
    }

    private func read(_ body: JSONObjectBody, _ context: ProjectContext, at now: Date) async throws -> TruedyNewBatch {
        var new = try TruedyNewBatch.read(body, key: context.key, at: now)
        for id in new.numbers {
            let owned = try await numbers.number(id, project: context.project)
            new.batch.settings.callerIDs.numbers.append(owned.number)
        }
        // Without numbers named, it goes through those of its agent.
        if new.numbers.isEmpty {
            let agent = try await agents.agent(new.batch.agent, project: context.project)
            new.batch.settings.callerIDs.numbers = agent.numbers
        }
        return new
    }

    @Sendable
    private func listBatches(_ request: Request, _ context: ProjectContext) async throws -> Response {
        let query = try Query(request, accepting: ["status"] + TruedyPart.parameters)
        let part = try TruedyPart(query)
        var statuses: Set<BatchStatus> = []
        if let word = query["status"] {
            guard let meant = TruedyBatch.Status.statuses(word) else {
                let words = TruedyBatch.Status.allCases.map(\.rawValue).joined(separator: ", ")
                throw RequestProblem.invalidParameter("status", message: "expected one of \(words)")
            }
            statuses = meant
        }
        let (found, total) = try await batches.batches(
            statuses: statuses,
            offset: part.offset,
            limit: part.limit,
            project: context.project
        )
        var documents: [TruedyBatch] = []
        for batch in found { documents.append(TruedyBatch(progress: try await batches.progress(of: batch))) }
        return try list(documents, total: total, part, for: request, context)
    }

    @Sendable
    private func showBatch(_ request: Request, _ context: ProjectContext) async throws -> Response {
        let progress = try await batches.progress(try context.batchID(), project: context.project)
        return try answer(TruedyBatch(progress: progress), to: request, context)
    }

    @Sendable
    private func pauseBatch(_ request: Request, _ context: ProjectContext) async throws -> Response {
        let batch = try await batches.pause(try context.batchID(), project: context.project)
        return try await shown(batch, .ok, request, context)
    }

    @Sendable
    private func resumeBatch(_ request: Request, _ context: ProjectContext) async throws -> Response {
        let batch = try await batches.resume(try context.batchID(), project: context.project)
        return try await shown(batch, .ok, request, context)
    }

    @Sendable
    private func cancelBatch(_ request: Request, _ context: ProjectContext) async throws -> Response {
        let batch = try await batches.cancel(try context.batchID(), project: context.project)
        return try await shown(batch, .ok, request, context)
    }

    private func shown(
        _ batch: Batch,
        _ status: HTTPResponse.Status,
        _ request: Request,
        _ context: ProjectContext
    ) async throws -> Response {
        try answer(TruedyBatch(progress: try await batches.progress(of: batch)), status, to: request, context)
    }
}
