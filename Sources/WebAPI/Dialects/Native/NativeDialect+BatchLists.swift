import CSV
import Calls
import Engine
import FoundationEssentials
import HTTPTypes
import Hummingbird
import NIOCore

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
        return try await ListUpload.with(request) { upload -> Response in
            let body = try JSONObjectBody(upload.settings, accepting: NativeNewBatch.importFields + ["assumptions"])
            let new = try NativeNewBatch.imported(body, key: context.key, at: batches.now)
            let assumptions = try NativeAssumptions.read(body)
            var table = ByteBuffer()
            let preview = try await batches.preview(new, file: upload, options: options, project: context.project) {
                columns,
                rows in
                guard format == .csv else { return }
                let list = AnnotatedList(columns)
                if table.writerIndex == 0 { table.writeString(list.header) }
                for row in rows { table.writeString(list.line(row)) }
            }
            switch format {
            case .json:
                let forecast = batches.forecast(preview, assuming: assumptions)
                return try context.responseEncoder.encode(
                    NativeListPreview(preview, forecast),
                    from: request,
                    context: context
                )
            case .csv:
                return Response(
                    status: .ok,
                    headers: [
                        .contentType: CSVLine.mediaType,
                        .contentDisposition: #"attachment; filename="preview.csv""#,
                    ],
                    body: ResponseBody(byteBuffer: table)
                )
            }
        }
    }

    /// 201 with a batch of everybody on the list, or nothing is made. Repeated under the same `Idempotency-Key`, the request is answered as it was
    /// the first time.
    @Sendable
    private func importBatch(_ request: Request, _ context: ProjectContext) async throws -> Response {
        let query = try Query(request, accepting: NativeListOptions.names + ["leave_out_faulty"])
        let options = try NativeListOptions(query).file
        let leavesOutFaulty = try query.truth("leave_out_faulty") ?? false
        let name = try request.idempotencyKey(.idempotencyKey)
        return try await ListUpload.with(request) { upload -> Response in
            let body = try JSONObjectBody(upload.settings, accepting: NativeNewBatch.importFields)
            let now = batches.now
            var new = try NativeNewBatch.imported(body, key: context.key, at: now)
            let list = try await batches.contacts(
                in: upload,
                options: options,
                leavesOutFaulty: leavesOutFaulty,
                for: new,
                project: context.project
            )
            new.columns = list.columns
            guard let name else {
                let batch = try await batches.make(new, contacts: list.contacts, project: context.project)
                let document = NativeBatch(try await batches.progress(of: batch), at: batches.now)
                var response = try context.responseEncoder.encode(document, from: request, context: context)
                response.status = .created
                response.headers[.location] = "/v1/batches/\(batch.id)"
                return response
            }
            let digest = try await ListDigest.of(upload)
            let key = CallControl.IdempotencyKey(
                "batches/\(name)",
                door: Self.name,
                received: "\(body.received) \(request.uri.query ?? "") \(digest)",
                from: context.key
            )
            let answer = try await batches.make(new, contacts: list.contacts, under: key, project: context.project) {
                progress in
                let document = try WireEncoder().data(NativeBatch(progress, at: now))
                return (HTTPResponse.Status.created.code, String(decoding: document, as: UTF8.self))
            }
            return answered(answer)
        }
    }

    private func answered(_ answer: BatchAnswer) -> Response {
        var response = Response(status: .init(code: answer.status))
        response.body = ResponseBody(byteBuffer: ByteBuffer(string: answer.body))
        response.headers[.contentType] = "application/json; charset=utf-8"
        response.headers[.location] = "/v1/batches/\(answer.batch)"
        if answer.isRepeated { response.headers[.idempotentReplayed] = "true" }
        return response
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

    /// The list with what became of everybody on it, written page by page.
    @Sendable
    private func batchResults(_ request: Request, _ context: ProjectContext) async throws -> Response {
        _ = try Query(request, accepting: [])
        let (batches, project) = (batches, context.project)
        let batch = try await batches.batch(try context.batchID(), project: project)
        let agent = try? await agents.agent(batch.settings.agent.description, project: project)
        let publicURL = publicURL
        let base = publicURL.absolute("", for: request)
        let results = BatchResults(columns: batch.columns, fields: BatchResults.fields(of: agent)) { base + $0 }
        return Response(
            status: .ok,
            headers: [
                .contentType: CSVLine.mediaType,
                .contentDisposition: "attachment; filename=\"\(batch.id)-results.csv\"",
            ],
            body: ResponseBody { writer in
                try await writer.write(ByteBuffer(string: results.header))
                var after: Int?
                while true {
                    let page = try await batches.contacts(of: batch.id, after: after, limit: 500, project: project)
                    let lines = page.contacts.map { results.line($0.contact, $0.calls) }
                    try await writer.write(ByteBuffer(string: lines.joined()))
                    guard page.hasMore, let last = page.contacts.last else { break }
                    after = last.contact.line
                }
                try await writer.finish(nil)
            }
        )
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
