import Calls
import Engine
import Hummingbird
import WebAPI

extension Dashboard {
    func addDeliveryRoutes(to pages: PageGroups) {
        pages.group("connections/deliveries", needing: .viewer)
            .get(use: deliveries)
            .get(":id", use: delivery)
        pages.group("connections/deliveries/:id", needing: .editor)
            .post("redeliver", use: redeliver)
    }

    @Sendable
    private func deliveries(_ request: Request, _ context: SessionContext) async throws -> Page {
        let status = request.query["status"].flatMap(WebhookDelivery.Status.init(rawValue:))
        let endpoint = request.query["endpoint"].flatMap { WebhookEndpoint.ID($0) }
        let found = try await engine.webhooks.deliveries(
            DeliveryFilter(endpoint: endpoint, status: status),
            before: request.query["before"].flatMap { WebhookDelivery.ID($0) },
            limit: 50,
            project: context.project
        )
        let content = DeliveryLogPage(
            deliveries: found.deliveries,
            hasMore: found.hasMore,
            status: status,
            endpoint: endpoint,
            endpoints: try await engine.webhooks.endpoints(project: context.project),
            context: context
        )
        return Page("Connections", .connections, for: context, content: content.html)
    }

    @Sendable
    private func delivery(_ request: Request, _ context: SessionContext) async throws -> Page {
        let delivery = try await engine.webhooks.delivery(try context.deliveryID(), project: context.project)
        let content = DeliveryPage(
            delivery: delivery,
            attempts: try await engine.webhooks.attempts(of: delivery.id),
            context: context
        )
        return Page("Message", .connections, for: context, content: content.html)
    }

    @Sendable
    private func redeliver(_ request: Request, _ context: SessionContext) async throws -> Response {
        let delivery = try await engine.webhooks.redeliver(try context.deliveryID(), project: context.project)
        try await note(.sentWebhookAgain, on: delivery.id.description, detail: delivery.type, context)
        return .seeOther("\(ConnectionTabs.deliveries.path)/\(delivery.id)")
    }
}

extension SessionContext {
    fileprivate func deliveryID() throws(Refusal) -> WebhookDelivery.ID {
        guard let id = parameters.get("id").flatMap({ WebhookDelivery.ID($0) }) else { throw .unknownDelivery }
        return id
    }
}
