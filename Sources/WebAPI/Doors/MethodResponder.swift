import HTTPTypes
import Hummingbird

/// Has requests with a method that no route takes answered like `OPTIONS`, for which every path has an answer: 405 with what it takes, or 404.
/// The router alone would say of any method it does not know that there is nothing at the path.
struct MethodResponder<Router: HTTPResponder>: HTTPResponder where Router.Context == APIContext {
    /// Those that the router knows.
    let methods: Set<HTTPRequest.Method>
    let router: Router

    func respond(to request: Request, context: APIContext) async throws -> Response {
        guard !methods.contains(request.method) else { return try await router.respond(to: request, context: context) }
        var head = request.head
        head.method = .options
        return try await router.respond(to: Request(head: head, body: request.body), context: context)
    }
}
