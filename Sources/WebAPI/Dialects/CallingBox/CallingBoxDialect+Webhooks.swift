import Calls
import Engine
import Hummingbird

extension CallingBoxDialect {
    func addWebhookRoutes(to door: DoorRoutes) {
        door.group("v1/webhook_endpoints", needing: .webhooksManage)
            .get(use: listEndpoints)
            .post(use: createEndpoint)
            .get(":id", use: showEndpoint)
            .patch(":id", use: changeEndpoint)
            .delete(":id", use: deleteEndpoint)
            .post(":id/rotate_secret", use: rotateSecret)
        door.group("v1/webhook_deliveries", needing: .webhooksManage)
            .get(use: listDeliveries)
            .get(":id", use: showDelivery)
            .post(":id/redeliver", use: redeliver)
    }

    @Sendable
    private func listEndpoints(
        _ request: Request,
        _ context: ProjectContext
    ) async throws -> DataList<CallingBoxEndpoint> {
        let endpoints = try await webhooks.endpoints(door: Self.name, project: context.project)
        return DataList(data: endpoints.map { CallingBoxEndpoint($0) })
    }

    /// 201 with the signing secret, which is shown here and nowhere else.
    @Sendable
    private func createEndpoint(_ request: Request, _ context: ProjectContext) async throws -> Response {
        let body = try await request.jsonObject(accepting: nil)
        let (endpoint, secret) = try await webhooks.createEndpoint(
            WebhookControl.NewEndpoint(
                door: Self.name,
                url: try body.required("url"),
                description: try body.string("description") ?? "",
                events: try body.strings("enabled_events")
            ),
            project: context.project
        )
        return try context.secret(CallingBoxEndpoint(endpoint, secret: secret), status: .created, for: request)
    }

    @Sendable
    private func showEndpoint(_ request: Request, _ context: ProjectContext) async throws -> CallingBoxEndpoint {
        try await endpoint(in: context) { id in
            try await webhooks.endpoint(id, door: Self.name, project: context.project)
        }
    }

    @Sendable
    private func changeEndpoint(_ request: Request, _ context: ProjectContext) async throws -> CallingBoxEndpoint {
        let body = try await request.jsonObject(accepting: nil)
        let status: CallingBoxEndpoint.Status? = try body.word("status")
        let change = WebhookControl.EndpointChange(
            url: try body.string("url"),
            description: try body.string("description") ?? (body.isNull("description") ? "" : nil),
            events: try body.strings("enabled_events"),
            isEnabled: status.map { $0 == .enabled }
        )
        return try await endpoint(in: context) { id in
            try await webhooks.updateEndpoint(id, change, door: Self.name, project: context.project)
        }
    }

    /// The endpoint as it was: clients read a body from every success.
    @Sendable
    private func deleteEndpoint(_ request: Request, _ context: ProjectContext) async throws -> CallingBoxEndpoint {
        try await endpoint(in: context) { id in
            try await webhooks.deleteEndpoint(id, door: Self.name, project: context.project)
        }
    }

    /// The old secret signs nothing from now on.
    @Sendable
    private func rotateSecret(_ request: Request, _ context: ProjectContext) async throws -> Response {
        let (endpoint, secret) = try await find(Self.endpointKind, try context.pathText("id")) { id in
            try await webhooks.rotateSecret(of: id, door: Self.name, project: context.project)
        }
        return try context.secret(CallingBoxEndpoint(endpoint, secret: secret), status: .ok, for: request)
    }

    private static let endpointKind = "webhook endpoint"

    /// The endpoint that the path names, as `look` finds it.
    private func endpoint(
        in context: ProjectContext,
        _ look: (WebhookEndpoint.ID) async throws -> WebhookEndpoint
    ) async throws -> CallingBoxEndpoint {
        CallingBoxEndpoint(try await find(Self.endpointKind, try context.pathText("id"), look))
    }

    @Sendable
    private func listDeliveries(
        _ request: Request,
        _ context: ProjectContext
    ) async throws -> DataList<CallingBoxDelivery> {
        let query = try Query(request, accepting: ["endpoint_id", "call_id", "status", "limit"])
        let filter = DeliveryFilter(
            endpoint: try identifier("endpoint_id", in: query),
            call: try identifier("call_id", in: query),
            status: try query.word("status"),
            door: Self.name
        )
        let limit = try query.integer("limit", in: 1...200) ?? 50
        let (deliveries, _) = try await webhooks.deliveries(filter, limit: limit, project: context.project)
        return DataList(data: deliveries.map(CallingBoxDelivery.init))
    }

    private func identifier<Subject>(_ name: String, in query: Query) throws -> Identifier<Subject>? {
        guard let text = query[name] else { return nil }
        guard let id = Identifier<Subject>(spelled: text) else {
            throw RequestProblem.invalidParameter(name, message: "expected a UUID, got \(text.debugDescription)")
        }
        return id
    }

    @Sendable
    private func showDelivery(_ request: Request, _ context: ProjectContext) async throws -> CallingBoxDelivery {
        try await delivery(in: context) { id in
            try await webhooks.delivery(id, door: Self.name, project: context.project)
        }
    }

    /// The same message under the same id is sent as if it were new.
    @Sendable
    private func redeliver(_ request: Request, _ context: ProjectContext) async throws -> CallingBoxDelivery {
        try await delivery(in: context) { id in
            try await webhooks.redeliver(id, door: Self.name, project: context.project)
        }
    }

    /// The delivery that the path names, as `look` finds it.
    private func delivery(
        in context: ProjectContext,
        _ look: (WebhookDelivery.ID) async throws -> WebhookDelivery
    ) async throws -> CallingBoxDelivery {
        CallingBoxDelivery(try await find("webhook delivery", try context.pathText("id"), look))
    }
}
