import Calls
import Engine
import HTTPTypes
import Hummingbird
import WebAPI

extension Dashboard {
    func addEndpointRoutes(to pages: PageGroups) {
        pages.group("connections/webhooks", needing: .viewer)
            .get(use: endpoints)
            .get(":id", use: endpoint)
        pages.group("connections/webhooks/:id", needing: .editor)
            .post("test", use: tryEndpoint)
        pages.group("connections/webhooks", needing: .owner)
            .post(use: makeEndpoint)
            .post(":id", use: changeEndpoint)
            .post(":id/rotate", use: rotateEndpointSecret)
            .post(":id/remove", use: removeEndpoint)
    }

    @Sendable
    private func endpoints(_ request: Request, _ context: SessionContext) async throws -> Page {
        try await list(EndpointForm(door: NativeDialect.name), context)
    }

    /// The secret stands on the page that answers, and nowhere else.
    @Sendable
    private func makeEndpoint(_ request: Request, _ context: SessionContext) async throws -> Page {
        var form = EndpointForm(context.form)
        do {
            let made = try await engine.webhooks.createEndpoint(
                WebhookControl.NewEndpoint(door: form.door, url: form.url, description: form.description),
                project: context.project
            )
            try await note(.madeEndpoint, on: made.endpoint.id.description, detail: form.url, context)
            return try await page(of: made.endpoint, EndpointForm(made.endpoint), context, secret: made.secret)
        } catch let refusal as Refusal {
            form.refuse(refusal)
            return try await list(form, context, status: PageFailure(refusal).status)
        }
    }

    @Sendable
    private func endpoint(_ request: Request, _ context: SessionContext) async throws -> Page {
        let endpoint = try await engine.webhooks.endpoint(try context.endpointID(), project: context.project)
        return try await page(of: endpoint, EndpointForm(endpoint), context)
    }

    @Sendable
    private func changeEndpoint(_ request: Request, _ context: SessionContext) async throws -> Response {
        let id = try context.endpointID()
        var form = EndpointForm(context.form)
        do {
            let change = WebhookControl.EndpointChange(
                url: form.url,
                description: form.description,
                events: form.events,
                isEnabled: form.isEnabled
            )
            let endpoint = try await engine.webhooks.updateEndpoint(id, change, project: context.project)
            try await note(.changedEndpoint, on: id.description, detail: endpoint.url, context)
            return .seeOther("\(ConnectionTabs.webhooks.path)/\(id)")
        } catch Refusal.invalid(let field, let message) {
            let refusal = Refusal.invalid(field: field, message: message)
            let endpoint = try await engine.webhooks.endpoint(id, project: context.project)
            form.refuse(refusal)
            var page = try await page(of: endpoint, form, context)
            page.status = PageFailure(refusal).status
            return try page.response(from: request, context: context)
        }
    }

    @Sendable
    private func rotateEndpointSecret(_ request: Request, _ context: SessionContext) async throws -> Page {
        let grace = context.form["grace"].flatMap { Int($0) } ?? 0
        guard WebhookControl.graces.contains(grace) else {
            throw Refusal.invalid(
                field: "grace",
                message: "expected at most \(WebhookControl.graces.upperBound) seconds"
            )
        }
        let (endpoint, secret) = try await engine.webhooks.rotateSecret(
            of: try context.endpointID(),
            grace: .seconds(grace),
            project: context.project
        )
        try await note(.rotatedEndpointSecret, on: endpoint.id.description, detail: endpoint.url, context)
        return try await page(of: endpoint, EndpointForm(endpoint), context, secret: secret)
    }

    @Sendable
    private func tryEndpoint(_ request: Request, _ context: SessionContext) async throws -> Response {
        let id = try context.endpointID()
        let delivery = try await engine.webhooks.tryEndpoint(id, project: context.project)
        try await note(.triedEndpoint, on: id.description, detail: delivery.id.description, context)
        return .seeOther("\(ConnectionTabs.deliveries.path)/\(delivery.id)")
    }

    @Sendable
    private func removeEndpoint(_ request: Request, _ context: SessionContext) async throws -> Response {
        let id = try context.endpointID()
        let endpoint = try await engine.webhooks.deleteEndpoint(id, project: context.project)
        try await note(.removedEndpoint, on: id.description, detail: endpoint.url, context)
        return .seeOther(ConnectionTabs.webhooks.path)
    }

    private func list(
        _ form: EndpointForm,
        _ context: SessionContext,
        status: HTTPResponse.Status = .ok
    ) async throws -> Page {
        let content = EndpointsPage(
            endpoints: try await engine.webhooks.endpoints(project: context.project),
            doors: engine.webhooks.doors.map(\.name),
            form: form,
            context: context
        )
        return Page("Connections", .connections, for: context, status: status, content: content.html)
    }

    private func page(
        of endpoint: WebhookEndpoint,
        _ form: EndpointForm,
        _ context: SessionContext,
        secret: String? = nil
    ) async throws -> Page {
        let deliveries = try await engine.webhooks.deliveries(
            DeliveryFilter(endpoint: endpoint.id),
            limit: 20,
            project: context.project
        )
        let content = EndpointPage(
            endpoint: endpoint,
            types: engine.webhooks.doors.first { $0.name == endpoint.door }?.types ?? [],
            form: form,
            secret: secret,
            deliveries: deliveries.deliveries,
            hasMore: deliveries.hasMore,
            context: context
        )
        return Page("Webhook", .connections, for: context, content: content.html)
    }
}

extension SessionContext {
    fileprivate func endpointID() throws(Refusal) -> WebhookEndpoint.ID {
        guard let id = parameters.get("id").flatMap({ WebhookEndpoint.ID($0) }) else { throw .unknownEndpoint }
        return id
    }
}
