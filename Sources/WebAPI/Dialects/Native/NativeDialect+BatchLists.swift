import Calls
import Engine
import FoundationEssentials
import Hummingbird

extension NativeDialect {
    func addBatchListRoutes(to door: DoorRoutes) {
        door.group("v1/batches", needing: .batchesManage)
            .post("preview", use: previewBatch)
            .post("import", use: importBatch)
            .post(":id/forecast", use: forecastBatch)
            .get(":id/results.csv", use: batchResults)
    }

    /// What a list would come to as a batch. With `format=csv` every row of it, with its verdict behind.
    @Sendable
    private func previewBatch(_ request: Request, _ context: ProjectContext) async throws -> Response {
        let query = try Query(request, accepting: NativeListOptions.names + ["format"])
        let format: ListFormat = try query.word("format") ?? .json
        let options = try NativeListOptions(query).file
        let upload = try await ListUpload(request)
        let body = try JSONObjectBody(upload.settings, accepting: NativeNewBatch.importFields + ["assumptions"])
        let new = try NativeNewBatch.imported(body, key: context.key, at: batches.now)
        let assumptions = try NativeAssumptions.read(body)
        guard format == .csv else {
            let preview = try await batches.preview(new, file: upload, options: options, project: context.project)
            let forecast = batches.forecast(preview, assuming: assumptions)
            return try context.responseEncoder.encode(
                NativeListPreview(preview, forecast),
                from: request,
                context: context
            )
        }
        return try await batches.annotated(new, file: upload, options: options, project: context.project)
    }

    /// 201 with a batch of everybody on the list, or nothing is made. Repeated under the same `Idempotency-Key`, the request is answered as it was
    /// the first time.
    @Sendable
    private func importBatch(_ request: Request, _ context: ProjectContext) async throws -> Response {
        let query = try Query(request, accepting: NativeListOptions.names + ["leave_out_faulty"])
        let options = try NativeListOptions(query).file
        let leavesOutFaulty = try query.truth("leave_out_faulty") ?? false
        let name = try request.idempotencyKey(.idempotencyKey)
        let upload = try await ListUpload(request)
        let body = try JSONObjectBody(upload.settings, accepting: NativeNewBatch.importFields)
        var key: CallControl.IdempotencyKey?
        if let name {
            key = CallControl.IdempotencyKey(
                "batches/\(name)",
                door: Self.name,
                received: "\(body.received) \(request.uri.query ?? "") \(try await ListDigest.of(upload))",
                from: context.key
            )
        }
        let now = batches.now
        return try await batches.answer(under: key, for: context, below: "/v1/batches") {
            var new = try NativeNewBatch.imported(body, key: context.key, at: now)
            let list = try await batches.contacts(
                in: upload,
                options: options,
                leavesOutFaulty: leavesOutFaulty,
                for: new,
                project: context.project
            )
            new.columns = list.columns
            return (new, list.contacts)
        } word: { progress in
            try WireEncoder().data(NativeBatch(progress, at: batches.now))
        }
    }

    /// How the rest of it will go.
    @Sendable
    private func forecastBatch(_ request: Request, _ context: ProjectContext) async throws -> NativeForecast {
        let body = try await request.jsonObject(accepting: ["assumptions"], orNothing: true)
        let assumptions = try NativeAssumptions.read(body)
        return NativeForecast(
            try await batches.forecast(try context.batchID(), assuming: assumptions, project: context.project)
        )
    }

    /// The list with what became of everybody on it.
    @Sendable
    private func batchResults(_ request: Request, _ context: ProjectContext) async throws -> Response {
        _ = try Query(request, accepting: [])
        let batch = try await batches.batch(try context.batchID(), project: context.project)
        let agent = try? await agents.agent(batch.settings.agent.description, project: context.project)
        let base = publicURL.absolute("", for: request)
        return batches.results(of: batch, agent: agent) { base + $0 }
    }

    private enum ListFormat: String, CaseIterable {
        case json
        case csv
    }
}

extension NativeNewBatch {
    /// The part `settings` of an upload: the members of a new batch but for its contacts.
    static let importFields = fields.filter { $0 != "contacts" }

    static func imported(_ body: JSONObjectBody, key: APIKey, at now: Date) throws -> NewBatch {
        var batch = NewBatch(
            name: try body.required("name"),
            agent: try body.required("agent"),
            mode: key.mode,
            settings: try NativeBatchSettings.read(body, at: now)
        )
        batch.key = key.id
        batch.isPaused = try body.truth("paused") ?? false
        return batch
    }
}
