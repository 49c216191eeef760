import Calls
import Hummingbird

/// Refuses a key that may not do what the routes behind it do.
struct ScopeMiddleware: RouterMiddleware {
    let scope: Scope

    func handle(
        _ request: Request,
        context: ProjectContext,
        next: @concurrent (Request, ProjectContext) async throws -> Response
    ) async throws -> Response {
        guard context.key.scopes.contains(scope) else { throw RequestProblem.insufficientScope(scope) }
        return try await next(request, context)
    }
}
