import Calls
import Engine
import Hummingbird

extension NativeDialect {
    func addWebhookRoutes(to door: DoorRoutes) {
        door.group("v1/webhooks", needing: .webhooksManage)
            .get("secret", use: secret)
            .post(":id/redeliver", use: redeliver)
    }

    /// What receivers check signatures with.
    @Sendable
    private func secret(_ request: Request, _ context: ProjectContext) async throws -> Response {
        guard let secret = try await webhooks.secret(project: context.project) else { throw RequestProblem.noSuchPath }
        var response = try context.responseEncoder.encode(NativeSecret(secret: secret), from: request, context: context)
        response.headers[.cacheControl] = "no-store"
        return response
    }

    /// 202: the same body is sent once more, at once, whatever became of it before.
    @Sendable
    private func redeliver(_ request: Request, _ context: ProjectContext) async throws -> HTTPResponse.Status {
        _ = try await webhooks.redeliver(try context.deliveryID(), project: context.project)
        return .accepted
    }

    private struct NativeSecret: Encodable {
        let secret: String
    }
}

extension ProjectContext {
    /// The delivery the path names. A text that is no identifier names none.
    fileprivate func deliveryID() throws -> WebhookDelivery.ID {
        guard let id = parameters.get("id").flatMap({ WebhookDelivery.ID($0) }) else { throw Refusal.unknownDelivery }
        return id
    }
}
