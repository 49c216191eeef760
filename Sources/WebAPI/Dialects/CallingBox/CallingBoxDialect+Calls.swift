import Calls
import Engine
import FoundationEssentials
import Hummingbird

extension CallingBoxDialect {
    /// The most that the form of the list without pages may have: a bound for memory, documented.
    static let listLimit = 10_000

    func addCallRoutes(to door: DoorRoutes) {
        door.group("v1/calls", needing: .outboundTrigger, countsOnArrival: false)
            .post(use: place)
        door.group("v1/calls", needing: .sessionsRead)
            .get(use: list)
            .get(":id", use: show)
        door.group("v1/calls", needing: .sessionsReadTranscript)
            .get(":id/transcript", use: transcript)
    }

    @Sendable
    private func place(_ request: Request, _ context: ProjectContext) async throws -> Response {
        let body = try await request.jsonObject(accepting: nil)
        let placement = try CallingBoxPlacement.read(body, key: context.key)
        let key = try request.idempotencyKey(.idempotencyKey).map {
            CallControl.IdempotencyKey($0, door: Self.name, received: body.received, from: context.key)
        }
        do {
            return try await calls.answer(placement, under: key, status: .created, for: context) {
                try WireEncoder().data(CallingBoxCall($0))
            }
        } catch Refusal.unknownAgent {
            guard let agent = try body.string("agent_id") else {
                throw CallingBoxError.badRequest(
                    "agent_id is required: there is no agent '\(Agent.defaultSlug)' for calls that name none"
                )
            }
            throw CallingBoxError.notFound("agent", agent)
        }
    }

    @Sendable
    private func list(_ request: Request, _ context: ProjectContext) async throws -> Response {
        let query = try Query(request, accepting: CallingBoxPaging<Call>.parameters)
        let paging = try CallingBoxPaging<Call>(query)
        let page = try await calls.calls(
            at: try await cursor(paging.cursor, query, project: context.project),
            limit: paging.limit ?? Self.listLimit,
            project: context.project
        )
        let documents = try await documents(of: page.calls)
        return paging.limit == nil
            ? try context.responseEncoder.encode(documents, from: request, context: context)
            : try context.responseEncoder.encode(
                CallingBoxPage(data: documents, hasMore: page.hasMore),
                from: request,
                context: context
            )
    }

    private func cursor(
        _ cursor: CallingBoxPaging<Call>.Cursor,
        _ query: Query,
        project: Project.ID
    ) async throws -> CallCursor {
        switch cursor {
        case .newest: .newest
        case .after(let id): .before(try await known(id, "starting_after", query, project: project))
        case .before(let id): .after(try await known(id, "ending_before", query, project: project))
        }
    }

    private func known(
        _ id: Call.ID,
        _ name: String,
        _ query: Query,
        project: Project.ID
    ) async throws -> Call.ID {
        do {
            return try await calls.call(id, project: project).id
        } catch Refusal.unknownCall {
            throw CallingBoxPaging<Call>.unknown(name, query[name] ?? "")
        }
    }

    @Sendable
    private func show(_ request: Request, _ context: ProjectContext) async throws -> CallingBoxCall {
        let call = try await call(in: context)
        return try await documents(of: [call])[0]
    }

    @Sendable
    private func transcript(_ request: Request, _ context: ProjectContext) async throws -> CallingBoxTranscript {
        let call = try await call(in: context)
        return CallingBoxTranscript(try await calls.transcript(call.id, project: context.project), of: call)
    }

    private func call(in context: ProjectContext) async throws -> Call {
        try await find("call", try context.pathText("id")) { id in
            try await calls.call(id, project: context.project)
        }
    }

    /// The calls with what is shown beside each: when it was where, and whether its receiver knows.
    private func documents(of calls: [Call]) async throws -> [CallingBoxCall] {
        let statuses = try await self.calls.statuses(of: calls)
        let standings = try await webhooks.standings(of: calls)
        return calls.map { CallingBoxCall($0, statuses: statuses[$0.id] ?? [], standing: standings[$0.id]) }
    }
}
