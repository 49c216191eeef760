import Calls
import Engine
import FoundationEssentials
import Hummingbird

extension TelzinoDialect {
    func addCallRoutes(to door: DoorRoutes) {
        door.group("v1/agents/:agent/outbound-calls", needing: .outboundTrigger, countsOnArrival: false)
            .post(use: place)
        door.group("v1/agents/:agent/outbound-calls", needing: .sessionsRead)
            .get(use: list)
            .get(":call", use: show)
    }

    /// 202 with the call's id: it is stored, and not dialed yet.
    @Sendable
    private func place(_ request: Request, _ context: ProjectContext) async throws -> Response {
        let agent = try context.telzinoAgent()
        let body = try await request.jsonObject(accepting: nil)
        let placement = try TelzinoPlacement.read(body, agent: agent, key: context.key)
        // The vendor names no such header. Clients that send one mean it.
        let key = try request.idempotencyKey(.idempotencyKey, .prefixedIdempotencyKey).map {
            CallControl.IdempotencyKey($0, door: Self.name, received: "\(agent) \(body.received)", from: context.key)
        }
        return try await calls.answer(placement, under: key, status: .accepted, for: context) {
            try WireEncoder().data(TelzinoPlaced($0))
        }
    }

    @Sendable
    private func show(_ request: Request, _ context: ProjectContext) async throws -> TelzinoCall {
        let agent = try context.telzinoAgent()
        let call = try await calls.call(try context.telzinoCall(), project: context.project)
        guard call.agent.id == agent else { throw Refusal.unknownCall }
        let delivered = try await callbackDelivered(to: [call])
        return TelzinoCall(call, callbackDelivered: delivered[call.id])
    }

    /// Newest first.
    @Sendable
    private func list(_ request: Request, _ context: ProjectContext) async throws -> Response {
        let agent = try await agents.agent(try context.telzinoAgent().description, project: context.project)
        let query = try Query(request, accepting: nil)
        let page = try TelzinoPageNumber(query)
        let status: TelzinoStatus? = try query.word("status")
        var filter = CallFilter(agent: agent.id)
        var (found, total): ([Call], Int) = ([], 0)
        if let status { filter.statuses = status.statuses }
        if status == nil || !filter.statuses.isEmpty {
            let part = try await calls.calls(
                filter,
                offset: page.offset,
                limit: page.limit,
                project: context.project
            )
            (found, total) = (part.page.calls, part.total)
        }
        let delivered = try await callbackDelivered(to: found)
        let rows = found.map { TelzinoCall($0, callbackDelivered: delivered[$0.id]) }
        return try context.responseEncoder.encode(
            TelzinoPage(data: rows, page, total: total),
            from: request,
            context: context
        )
    }
}
