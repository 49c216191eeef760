import Calls
import Engine
import Hummingbird
import WebAPI

extension Dashboard {
    func addKeyRoutes(to pages: PageGroups) {
        pages.group("connections", needing: .viewer)
            .get { _, _ in Response.seeOther(ConnectionTabs.keys.path) }
            .get("keys", use: keys)
        pages.group("connections/keys", needing: .owner)
            .post(use: makeKey)
            .post(":id/rotate", use: rotateKey)
            .post(":id/revoke", use: revokeKey)
    }

    @Sendable
    private func keys(_ request: Request, _ context: SessionContext) async throws -> Page {
        try await page(NewKeyForm(), context, request)
    }

    /// The secret stands on the page that answers, and nowhere else.
    @Sendable
    private func makeKey(_ request: Request, _ context: SessionContext) async throws -> Page {
        var form = NewKeyForm(context.form)
        guard form.problems.isEmpty else {
            return try await page(form, context, request, status: .unprocessableContent)
        }
        do {
            let made = try await engine.keys.create(
                name: form.name,
                mode: form.mode,
                scopes: form.scopes,
                limits: form.limits,
                expiresAt: form.expiresAt,
                project: context.project
            )
            try await note(.madeKey, on: made.key.id.description, detail: form.name, context)
            return try await page(NewKeyForm(), context, request, shown: made)
        } catch let refusal as Refusal {
            form.refuse(refusal)
            return try await page(form, context, request, status: PageFailure(refusal).status)
        }
    }

    @Sendable
    private func rotateKey(_ request: Request, _ context: SessionContext) async throws -> Page {
        let grace = context.form["grace"].flatMap { Int($0) } ?? 0
        let rotated = try await engine.keys.rotate(try context.keyID(), grace: grace, project: context.project)
        try await note(.rotatedKey, on: rotated.key.id.description, detail: rotated.key.name, context)
        return try await page(NewKeyForm(), context, request, shown: rotated)
    }

    @Sendable
    private func revokeKey(_ request: Request, _ context: SessionContext) async throws -> Response {
        let key = try await engine.keys.revoke(try context.keyID(), project: context.project)
        try await note(.revokedKey, on: key.id.description, detail: key.name, context)
        return .seeOther(ConnectionTabs.keys.path)
    }

    private func page(
        _ form: NewKeyForm,
        _ context: SessionContext,
        _ request: Request,
        shown: (key: APIKey, secret: String)? = nil,
        status: HTTPResponse.Status = .ok
    ) async throws -> Page {
        let content = KeysPage(
            keys: try await engine.keys.keys(project: context.project),
            form: form,
            shown: shown,
            address: publicURL.absolute("/v1/calls", for: request),
            hasLiveTrunk: engine.calls.hasTrunk(for: .live),
            context: context
        )
        return Page("Connections", .connections, for: context, status: status, content: content.html)
    }
}

extension SessionContext {
    fileprivate func keyID() throws(Refusal) -> APIKey.ID {
        guard let id = parameters.get("id").flatMap({ APIKey.ID($0) }) else { throw .unknownKey }
        return id
    }
}
