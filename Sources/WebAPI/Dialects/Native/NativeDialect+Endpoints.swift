import Calls
import Engine
import Hummingbird

extension NativeDialect {
    func addEndpointRoutes(to door: DoorRoutes) {
        door.group("v1/webhooks/endpoints", needing: .webhooksManage)
            .post(use: createEndpoint)
            .get(use: listEndpoints)
            .get(":id", use: showEndpoint)
            .patch(":id", use: updateEndpoint)
            .delete(":id", use: deleteEndpoint)
            .post(":id/rotate", use: rotateSecret)
            .post(":id/test", use: tryEndpoint)
    }

    /// 201 with the secret, which is shown this once. Tells of what happens from now on.
    @Sendable
    private func createEndpoint(_ request: Request, _ context: ProjectContext) async throws -> Response {
        let body = try await request.jsonObject(accepting: ["url", "description", "events", "format"])
        let (endpoint, secret) = try await webhooks.createEndpoint(
            WebhookControl.NewEndpoint(
                door: try body.string("format") ?? Self.name,
                url: try body.required("url"),
                description: try body.string("description") ?? "",
                events: try body.strings("events")
            ),
            project: context.project
        )
        return try context.secret(NativeNewEndpoint(endpoint, secret: secret), status: .created, for: request)
    }

    @Sendable
    private func listEndpoints(_ request: Request, _ context: ProjectContext) async throws -> Response {
        let endpoints = try await webhooks.endpoints(project: context.project)
        return try context.list(endpoints.map(NativeEndpoint.init), for: request)
    }

    @Sendable
    private func showEndpoint(_ request: Request, _ context: ProjectContext) async throws -> NativeEndpoint {
        NativeEndpoint(try await webhooks.endpoint(try context.endpointID(), project: context.project))
    }

    /// What is left out stays as it is. Enabling forgets earlier failures.
    @Sendable
    private func updateEndpoint(_ request: Request, _ context: ProjectContext) async throws -> NativeEndpoint {
        let body = try await request.jsonObject(accepting: ["url", "description", "events", "status"])
        let status: NativeEndpoint.Status? = try body.word("status")
        let change = WebhookControl.EndpointChange(
            url: try body.string("url"),
            description: try body.string("description"),
            events: try body.strings("events"),
            isEnabled: status.map { $0 == .enabled }
        )
        let endpoint = try await webhooks.updateEndpoint(
            try context.endpointID(),
            change,
            project: context.project
        )
        return NativeEndpoint(endpoint)
    }

    /// 204. What was not delivered to it is given up; the log stays.
    @Sendable
    private func deleteEndpoint(_ request: Request, _ context: ProjectContext) async throws -> HTTPResponse.Status {
        try await webhooks.deleteEndpoint(try context.endpointID(), project: context.project)
        return .noContent
    }

    /// Another secret, shown this once; for `grace` seconds the one before signs too.
    @Sendable
    private func rotateSecret(_ request: Request, _ context: ProjectContext) async throws -> Response {
        let body = try await request.jsonObject(accepting: ["grace"], orNothing: true)
        let (endpoint, secret) = try await webhooks.rotateSecret(
            of: try context.endpointID(),
            grace: .seconds(try body.integer("grace", in: WebhookControl.graces) ?? 0),
            project: context.project
        )
        return try context.secret(NativeNewEndpoint(endpoint, secret: secret), status: .ok, for: request)
    }

    /// 202: a message that tells of nothing is on its way.
    @Sendable
    private func tryEndpoint(
        _ request: Request,
        _ context: ProjectContext
    ) async throws -> EditedResponse<NativeDelivery> {
        let delivery = try await webhooks.tryEndpoint(try context.endpointID(), project: context.project)
        return EditedResponse(status: .accepted, response: NativeDelivery(delivery))
    }
}
