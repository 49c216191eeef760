import Calls
import Engine
import FoundationEssentials
import HTTPTypes
import Hummingbird

extension NativeDialect {
    func addBatchRoutes(to door: DoorRoutes) {
        door.group("v1/batches", needing: .batchesManage)
            .post(use: makeBatch)
            .get(use: listBatches)
            .get(":id", use: showBatch)
            .get(":id/events", use: batchEvents)
            .get(":id/contacts", use: listContacts)
            .post(":id/contacts", use: addContacts)
            .post(":id/pause", use: pauseBatch)
            .post(":id/resume", use: resumeBatch)
            .post(":id/cancel", use: cancelBatch)
            .post(":id/redial", use: redialBatch)
    }

    /// 201 with the batch: all of its contacts are stored, and it is on its way. Repeated under the same `Idempotency-Key`, the request is
    /// answered as it was the first time, and no second batch is made.
    @Sendable
    private func makeBatch(_ request: Request, _ context: ProjectContext) async throws -> Response {
        let body = try await request.jsonObject(
            accepting: NativeNewBatch.fields,
            upTo: NativeNewBatch.bodyLimit
        )
        let key = try request.idempotencyKey(.idempotencyKey).map { name in
            CallControl.IdempotencyKey(
                "batches/\(name)",
                door: Self.name,
                received: body.received,
                from: context.key
            )
        }
        return try await batches.answer(under: key, for: context, below: "/v1/batches") {
            let new = try NativeNewBatch.read(body, key: context.key, at: batches.now)
            return (new.batch, AsyncList(new.contacts))
        } word: { progress in
            try WireEncoder().data(NativeBatch(progress, at: batches.now))
        }
    }

    @Sendable
    private func listBatches(_ request: Request, _ context: ProjectContext) async throws -> Response {
        let query = try Query(request, accepting: ["limit", "before", "status"])
        let (found, hasMore) = try await batches.batches(
            statuses: try query.words("status"),
            before: try query.identifier("before"),
            limit: try query.integer("limit", in: 1...100) ?? 20,
            project: context.project
        )
        var data: [NativeBatch] = []
        for batch in found { data.append(NativeBatch(try await batches.progress(of: batch), at: batches.now)) }
        let page = NativeBatchPage(data: data, hasMore: hasMore, nextBefore: hasMore ? data.last?.id : nil)
        return try context.responseEncoder.encode(page, from: request, context: context)
    }

    @Sendable
    private func showBatch(_ request: Request, _ context: ProjectContext) async throws -> NativeBatch {
        NativeBatch(try await batches.progress(try context.batchID(), project: context.project), at: batches.now)
    }

    /// The batch's history from where the client left off, then live, until it is over; each event with the batch as it is when it is sent.
    @Sendable
    private func batchEvents(_ request: Request, _ context: ProjectContext) async throws -> Response {
        let query = try Query(request, accepting: ["after"])
        let id = try context.batchID()
        let (batches, project) = (batches, context.project)
        let events = try await batches.events(
            id,
            after: try query.sequence("after") ?? request.lastEventID ?? 0,
            project: project
        )
        return ServerSentEvents(heartbeat: heartbeat, while: { await context.watch.isStillGood() }).response(
            to: request
        ) { send in
            for await event in events {
                let batch = NativeBatch(try await batches.progress(id, project: project), at: batches.now)
                let document = try WireEncoder().data(NativeBatchEvent(event, data: NativeBatchState(batch: batch)))
                await send(
                    ServerSentEvents.Message(
                        id: "\(event.sequence)",
                        event: event.kind.rawValue,
                        data: String(decoding: document, as: UTF8.self)
                    )
                )
            }
        }
    }

    /// Each with its calls and what became of them.
    @Sendable
    private func listContacts(_ request: Request, _ context: ProjectContext) async throws -> Response {
        let query = try Query(request, accepting: ["limit", "after", "state"])
        let (found, hasMore) = try await batches.contacts(
            of: try context.batchID(),
            states: try query.words("state"),
            after: try query.integer("after", in: 0...Int.max),
            limit: try query.integer("limit", in: 1...1000) ?? 100,
            project: context.project
        )
        let page = NativeContactPage(
            data: found.map { NativeContact($0.contact, calls: $0.calls) },
            hasMore: hasMore,
            nextAfter: hasMore ? found.last?.contact.line : nil
        )
        return try context.responseEncoder.encode(page, from: request, context: context)
    }

    /// 200 with the batch as it then is. All of the contacts are added, or none.
    @Sendable
    private func addContacts(_ request: Request, _ context: ProjectContext) async throws -> NativeBatch {
        let body = try await request.jsonObject(accepting: ["contacts"], upTo: NativeNewBatch.bodyLimit)
        let contacts = try NativeNewBatch.contacts(in: body)
        let progress = try await batches.add(contacts, to: try context.batchID(), project: context.project)
        return NativeBatch(progress, at: batches.now)
    }

    @Sendable
    private func pauseBatch(_ request: Request, _ context: ProjectContext) async throws -> Response {
        try await shown(try await batches.pause(try context.batchID(), project: context.project), request, context)
    }

    @Sendable
    private func resumeBatch(_ request: Request, _ context: ProjectContext) async throws -> Response {
        try await shown(try await batches.resume(try context.batchID(), project: context.project), request, context)
    }

    /// 202: nothing of it is in the queue any more; calls under way end by themselves.
    @Sendable
    private func cancelBatch(_ request: Request, _ context: ProjectContext) async throws -> Response {
        let batch = try await batches.cancel(try context.batchID(), project: context.project)
        var response = try await shown(batch, request, context)
        response.status = .accepted
        return response
    }

    /// 201 with a new batch of the contacts that failed.
    @Sendable
    private func redialBatch(_ request: Request, _ context: ProjectContext) async throws -> Response {
        let body = try await request.jsonObject(accepting: ["name", "reasons"], orNothing: true)
        let batch = try await batches.redial(
            try context.batchID(),
            reasons: Set(try body.words("reasons") ?? []),
            name: try body.string("name"),
            key: context.key.id,
            project: context.project
        )
        var response = try await shown(batch, request, context)
        response.status = .created
        response.headers[.location] = "/v1/batches/\(batch.id)"
        return response
    }

    private func shown(_ batch: Batch, _ request: Request, _ context: ProjectContext) async throws -> Response {
        let document = NativeBatch(try await batches.progress(of: batch), at: batches.now)
        return try context.responseEncoder.encode(document, from: request, context: context)
    }
}

extension ProjectContext {
    /// The batch the path names. A text that is no identifier names no batch.
    func batchID() throws -> Batch.ID {
        guard let id = parameters.get("id").flatMap({ Batch.ID($0) }) else { throw Refusal.unknownBatch }
        return id
    }
}

/// A list that is there already, read like one that comes bit by bit.
struct AsyncList<Element: Sendable>: AsyncSequence, Sendable {
    private let elements: [Element]

    init(_ elements: [Element]) {
        self.elements = elements
    }

    func makeAsyncIterator() -> Iterator { Iterator(rest: elements[...]) }

    struct Iterator: AsyncIteratorProtocol {
        fileprivate var rest: ArraySlice<Element>

        mutating func next() async -> Element? { rest.popFirst() }
    }
}
