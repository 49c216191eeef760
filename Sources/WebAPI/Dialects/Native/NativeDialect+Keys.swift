import Calls
import Engine
import Hummingbird

extension NativeDialect {
    func addKeyRoutes(to door: DoorRoutes) {
        door.group("v1/keys", needing: .keysManage)
            .post(use: createKey)
            .get(use: listKeys)
            .delete(":id", use: revokeKey)
    }

    /// 201 with the secret, which is shown this once. A test key can only make test keys.
    @Sendable
    private func createKey(_ request: Request, _ context: ProjectContext) async throws -> Response {
        let body = try await request.jsonObject(accepting: ["name", "mode"])
        let text = try body.string("mode") ?? context.key.mode.rawValue
        guard let mode = CallMode(rawValue: text) else {
            throw RequestProblem.invalidField("mode", message: "expected live or test, got \(text.debugDescription)")
        }
        guard mode == .test || context.key.mode == .live else {
            throw RequestProblem.invalidField("mode", message: "a test key can only make test keys")
        }
        let (key, secret) = try await keys.create(
            name: try body.string("name") ?? "",
            mode: mode,
            project: context.project
        )
        let document = NativeNewKey(key, secret: secret)
        var response = try context.responseEncoder.encode(document, from: request, context: context)
        response.status = .created
        response.headers[.cacheControl] = "no-store"
        return response
    }

    @Sendable
    private func listKeys(_ request: Request, _ context: ProjectContext) async throws -> Response {
        try context.list(try await keys.keys(project: context.project).map(NativeKey.init), for: request)
    }

    /// Revokes; the key stays in the list with its date.
    @Sendable
    private func revokeKey(_ request: Request, _ context: ProjectContext) async throws -> NativeKey {
        guard let id = context.parameters.get("id").flatMap({ APIKey.ID($0) }) else { throw Refusal.unknownKey }
        return NativeKey(try await keys.revoke(id, project: context.project))
    }
}
