import Calls
import Engine
import Hummingbird

extension NativeDialect {
    func addWebhookRoutes(to door: DoorRoutes) {
        addEndpointRoutes(to: door)
        door.group("v1/webhooks", needing: .webhooksManage)
            .get("secret", use: secret)
            .get("deliveries", use: listDeliveries)
            .get("deliveries/:id", use: showDelivery)
            .post("deliveries/:id/redeliver", use: redeliver)
            .post(":id/redeliver", use: redeliver)
    }

    /// What receivers check messages to the URLs of calls and agents with.
    @Sendable
    private func secret(_ request: Request, _ context: ProjectContext) async throws -> Response {
        guard let secret = try await webhooks.secret(project: context.project) else { throw RequestProblem.noSuchPath }
        return try context.secret(NativeSecret(secret: secret), status: .ok, for: request)
    }

    /// Newest first.
    @Sendable
    private func listDeliveries(_ request: Request, _ context: ProjectContext) async throws -> Response {
        let query = try Query(request, accepting: ["limit", "before", "endpoint", "call", "status"])
        let filter = DeliveryFilter(
            endpoint: try query.identifier("endpoint"),
            call: try query.identifier("call"),
            status: try query.word("status")
        )
        let (found, hasMore) = try await webhooks.deliveries(
            filter,
            before: try query.identifier("before"),
            limit: try query.integer("limit", in: 1...200) ?? 50,
            project: context.project
        )
        let page = NativeDeliveryPage(
            data: found.map(NativeDelivery.init),
            hasMore: hasMore,
            nextBefore: hasMore ? found.last?.id.description : nil
        )
        return try context.responseEncoder.encode(page, from: request, context: context)
    }

    /// With every try: what was sent and what came back.
    @Sendable
    private func showDelivery(_ request: Request, _ context: ProjectContext) async throws -> NativeDeliveryLog {
        let delivery = try await webhooks.delivery(
            try context.identifier(or: .unknownDelivery),
            project: context.project
        )
        let attempts = try await webhooks.attempts(of: delivery.id)
        return NativeDeliveryLog(delivery, attempts: attempts, showingBody: true)
    }

    /// 202: the same bytes are sent once more, under the same id, as if they were new.
    @Sendable
    private func redeliver(
        _ request: Request,
        _ context: ProjectContext
    ) async throws -> EditedResponse<NativeDelivery> {
        let delivery = try await webhooks.redeliver(
            try context.identifier(or: .unknownDelivery),
            project: context.project
        )
        return EditedResponse(status: .accepted, response: NativeDelivery(delivery))
    }

    private struct NativeSecret: Encodable {
        let secret: String
    }
}
