import Calls
import Engine
import Hummingbird

extension NativeDialect {
    func addKeyRoutes(to door: DoorRoutes) {
        door.group("v1/keys", needing: .keysManage)
            .post(use: createKey)
            .get(use: listKeys)
            .get(":id", use: showKey)
            .post(":id/rotate", use: rotateKey)
            .delete(":id", use: revokeKey)
    }

    /// 201 with the secret, which is shown this once. A key gives what it has itself, or less.
    @Sendable
    private func createKey(_ request: Request, _ context: ProjectContext) async throws -> Response {
        let body = try await request.jsonObject(accepting: ["name", "mode", "scopes", "prefix", "expires_at"])
        let (key, secret) = try await keys.create(
            name: try body.string("name") ?? "",
            mode: try body.word("mode") ?? context.key.mode,
            scopes: try body.words("scopes").map(Set.init),
            prefix: try prefix(in: body),
            expiresAt: try body.date("expires_at"),
            project: context.project,
            by: context.key
        )
        return try context.secret(NativeNewKey(key, secret: secret), status: .created, for: request)
    }

    private func prefix(in body: JSONObjectBody) throws -> KeyPrefix {
        guard let text = try body.string("prefix") else { return .standard }
        guard let prefix = KeyPrefix(text) else {
            throw RequestProblem.invalidField(
                "prefix",
                message: "expected 2 to 16 lowercase letters and digits, a letter first; got \(text.debugDescription)"
            )
        }
        return prefix
    }

    @Sendable
    private func listKeys(_ request: Request, _ context: ProjectContext) async throws -> Response {
        try context.list(try await keys.keys(project: context.project).map(NativeKey.init), for: request)
    }

    @Sendable
    private func showKey(_ request: Request, _ context: ProjectContext) async throws -> NativeKey {
        NativeKey(try await keys.key(try context.identifier(or: .unknownKey), project: context.project))
    }

    /// Another secret for the key, shown this once; the one before is taken for `grace` seconds more.
    @Sendable
    private func rotateKey(_ request: Request, _ context: ProjectContext) async throws -> Response {
        let body = try await request.jsonObject(accepting: ["grace"], orNothing: true)
        let (key, secret) = try await keys.rotate(
            try context.identifier(or: .unknownKey),
            grace: try body.integer("grace", in: KeyControl.graces) ?? 0,
            project: context.project,
            by: context.key
        )
        return try context.secret(NativeNewKey(key, secret: secret), status: .ok, for: request)
    }

    /// Revokes; the key stays in the list with its date.
    @Sendable
    private func revokeKey(_ request: Request, _ context: ProjectContext) async throws -> NativeKey {
        NativeKey(
            try await keys.revoke(try context.identifier(or: .unknownKey), project: context.project, by: context.key)
        )
    }
}
