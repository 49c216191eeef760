import Calls
import Engine
import HTTPTypes
import Hummingbird
import Logging

/// Finds the project behind `Authorization: Bearer sk_…` (RFC 6750 section 2.1).
struct KeyMiddleware: RouterMiddleware {
    let keys: KeyControl

    func handle(
        _ request: Request,
        context: APIContext,
        next: @concurrent (Request, APIContext) async throws -> Response
    ) async throws -> Response {
        guard let secret = Self.bearer(in: request.headers[.authorization]) else { throw RequestProblem.noKey }
        guard let key = try await keys.authenticate(secret) else { throw RequestProblem.wrongKey }
        var context = context
        context.key = key
        context.watch = KeyWatch(keys: keys, secret: secret)
        context.logger[metadataKey: "key.id"] = .stringConvertible(key.id)
        return try await next(request, context)
    }

    /// The scheme is case-insensitive (RFC 9110 section 11.1), the secret is not.
    private static func bearer(in header: String?) -> String? {
        let words = (header ?? "").split(separator: " ")
        guard words.count == 2, words[0].lowercased() == "bearer" else { return nil }
        return String(words[1])
    }
}
