import Engine
import HTTPTypes
import Hummingbird
import Logging

/// Turns everything thrown into the answer of the dialect whose path was asked for: the one place where errors become responses.
struct FailureMiddleware: RouterMiddleware {
    let doors: Doors

    func handle(
        _ request: Request,
        context: APIContext,
        next: @concurrent (Request, APIContext) async throws -> Response
    ) async throws -> Response {
        do {
            return try await next(request, context)
        } catch let error as CancellationError {
            throw error
        } catch let answer as WireAnswer {
            return try response(answer, to: request, context)
        } catch {
            let failure = Failure(error)
            if case .fault = failure {
                context.logger.error(
                    "Request failed",
                    metadata: ["error": "\(error)", "http.path": "\(request.uri.path)"]
                )
            }
            let answer = doors.dialect(for: request.uri.path).answer(to: failure, requestID: context.requestID)
            return try response(answer, to: request, context)
        }
    }

    private func response(_ answer: WireAnswer, to request: Request, _ context: APIContext) throws -> Response {
        var response = try context.responseEncoder.encode(answer.body, from: request, context: context)
        response.status = answer.status
        for header in answer.headers { response.headers[header.name] = header.value }
        return response
    }
}
