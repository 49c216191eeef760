import CoreMetrics
import HTTPTypes
import Hummingbird

/// Counts requests and times them, by method, route and status. Routes are the patterns, never the paths asked for.
struct RequestMetricsMiddleware: RouterMiddleware {
    let factory: any MetricsFactory

    func handle(
        _ request: Request,
        context: APIContext,
        next: @concurrent (Request, APIContext) async throws -> Response
    ) async throws -> Response {
        let start = ContinuousClock.now
        let response = try await next(request, context)
        let elapsed = (ContinuousClock.now - start).components
        let route = [("method", Self.word(request.method)), ("route", Self.route(context.endpointPath))]
        Counter(
            label: "http_requests_total",
            dimensions: route + [("status", "\(response.status.code)")],
            factory: factory
        ).increment()
        Timer(label: "http_request_duration_seconds", dimensions: route, factory: factory)
            .recordNanoseconds(elapsed.seconds * 1_000_000_000 + elapsed.attoseconds / 1_000_000_000)
        return response
    }

    private static func route(_ endpoint: String?) -> String {
        guard let endpoint, endpoint != "NotFound" else { return "none" }
        return endpoint
    }

    /// Anybody may invent a method.
    private static func word(_ method: HTTPRequest.Method) -> String {
        switch method {
        case .get, .head, .post, .put, .patch, .delete, .options: method.rawValue
        default: "other"
        }
    }
}
