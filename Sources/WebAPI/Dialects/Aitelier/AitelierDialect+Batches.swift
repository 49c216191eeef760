import CSV
import Calls
import Engine
import Hummingbird

extension AitelierDialect {
    func addBatchRoutes(to door: DoorRoutes) {
        door.group("v1/batches", needing: .outboundTrigger, limits: [Self.hourly], shown: Self.triggers)
            .post(use: upload)
        door.group("v1/batches", needing: .sessionsRead, limits: [Self.hourly], shown: Self.triggers)
            .get(":id", use: showBatch)
            .get(":id/results.csv", use: batchResults)
    }

    /// 201 with the batch: every row of the file is stored, or none is. The same `Idempotency-Key` gets the same answer, whatever is sent with it.
    @Sendable
    private func upload(_ request: Request, _ context: ProjectContext) async throws -> Response {
        let name = try request.idempotencyKey(.idempotencyKey)
        let upload = try await ListUpload(request)
        let settings = try JSONObjectBody(upload.settings, accepting: nil)
        var key: CallControl.IdempotencyKey?
        if let name {
            key = CallControl.IdempotencyKey(
                "batches/\(name)",
                door: Self.name,
                received: "\(settings.received) \(try await ListDigest.of(upload))",
                from: context.key,
                mismatch: .answeredAsBefore
            )
        }
        return try await batches.answer(under: key, for: context) {
            var new = try AitelierNewBatch.read(settings, key: context.key)
            let list = try await batches.contacts(
                in: upload,
                options: ContactFile.Options(isAllVariables: true),
                leavesOutFaulty: false,
                for: new,
                project: context.project
            )
            new.columns = list.columns
            return (new, list.contacts.map(AitelierNewBatch.contact))
        } word: { progress in
            try WireEncoder().data(AitelierBatch(progress))
        }
    }

    @Sendable
    private func showBatch(_ request: Request, _ context: ProjectContext) async throws -> AitelierBatch {
        AitelierBatch(try await batches.progress(try context.batchID(), project: context.project))
    }

    /// The file with what became of every row behind it.
    @Sendable
    private func batchResults(_ request: Request, _ context: ProjectContext) async throws -> Response {
        let batch = try await batches.batch(try context.batchID(), project: context.project)
        let columns = ListColumns(batch.columns)
        return batches.table(
            of: batch,
            header: CSVLine.text(columns.names + AitelierBatch.resultColumns),
            line: { CSVLine.text(columns.cells(of: $0) + AitelierBatch.results(of: $0, $1)) }
        )
    }
}

extension AitelierBatch: ResponseEncodable {}
