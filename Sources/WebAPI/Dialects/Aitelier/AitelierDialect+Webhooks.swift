import Calls
import Engine
import Hummingbird

extension AitelierDialect {
    func addWebhookRoutes(to door: DoorRoutes) {
        door.group("v1/webhooks", needing: .webhooksManage, limits: [Self.hourly], shown: Self.triggers)
            .post(use: subscribe)
            .get(use: listSubscriptions)
            .get(":id", use: showSubscription)
            .patch(":id", use: changeSubscription)
            .delete(":id", use: removeSubscription)
    }

    /// 201, with the secret that signatures are checked with: it is shown this once.
    @Sendable
    private func subscribe(_ request: Request, _ context: ProjectContext) async throws -> Response {
        let body = try await request.jsonObject(accepting: nil)
        let new = WebhookControl.NewEndpoint(
            door: Self.name,
            url: try body.required("url"),
            events: try body.strings("events")
        )
        let (endpoint, secret) = try await webhooks.createEndpoint(new, project: context.project)
        var subscription = Subscription(endpoint)
        subscription.secret = secret
        return try context.secret(subscription, status: .created, for: request)
    }

    @Sendable
    private func listSubscriptions(_ request: Request, _ context: ProjectContext) async throws -> Response {
        let endpoints = try await webhooks.endpoints(door: Self.name, project: context.project)
        return try context.list(endpoints.map(Subscription.init), for: request)
    }

    @Sendable
    private func showSubscription(_ request: Request, _ context: ProjectContext) async throws -> Subscription {
        Subscription(
            try await webhooks.endpoint(try context.endpointID(), door: Self.name, project: context.project)
        )
    }

    @Sendable
    private func changeSubscription(_ request: Request, _ context: ProjectContext) async throws -> Subscription {
        let body = try await request.jsonObject(accepting: nil)
        let change = WebhookControl.EndpointChange(
            url: try body.string("url"),
            events: try body.strings("events"),
            isEnabled: try body.truth("enabled")
        )
        return Subscription(
            try await webhooks.updateEndpoint(
                try context.endpointID(),
                change,
                door: Self.name,
                project: context.project
            )
        )
    }

    @Sendable
    private func removeSubscription(_ request: Request, _ context: ProjectContext) async throws -> Subscription {
        Subscription(
            try await webhooks.deleteEndpoint(try context.endpointID(), door: Self.name, project: context.project)
        )
    }

    private struct Subscription: ResponseEncodable, Sendable {
        let id: String
        let url: String
        let events: [String]
        let enabled: Bool
        let createdAt: String
        /// In the answer to its creation alone.
        var secret: String?

        init(_ endpoint: WebhookEndpoint) {
            id = endpoint.id.description
            url = endpoint.url
            events = endpoint.events
            enabled = endpoint.disabled == nil
            createdAt = Timestamp.text(endpoint.createdAt)
        }
    }
}
