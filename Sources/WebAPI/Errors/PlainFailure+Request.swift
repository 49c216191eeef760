import Calls
import HTTPTypes

extension PlainFailure {
    init(_ problem: RequestProblem) {
        self =
            switch problem {
            case .noKey: .unauthorized("missing_key", "Send your API key: Authorization: Bearer sk_…")
            case .wrongKey: .unauthorized("invalid_key", "The API key does not exist, was revoked or has expired")
            case .insufficientScope(let scope): .insufficient(scope)
            case .noSuchPath: .notFound("path_not_found", "There is nothing at this path")

            case .malformedJSON(let line, let column, let message):
                .unreadable("malformed_json", "Line \(line), column \(column): \(message)")
            case .unknownParameter(let name, let accepted):
                .unreadable(
                    "unknown_parameter",
                    "There is no parameter \(name.debugDescription); the parameters are \(Self.list(accepted))",
                    param: name
                )
            case .invalidParameter(let name, let message):
                .unreadable("invalid_parameter", "\(name): \(message)", param: name)
            case .invalidHeader(let name, let message):
                .unreadable("invalid_header", "\(name): \(message)", param: name)

            case .unknownField(let name, let accepted):
                .unfit(
                    "unknown_field",
                    "There is no field \(name.debugDescription); the fields are \(Self.list(accepted))",
                    param: name
                )
            case .missingField(let name): .unfit("missing_field", "\(name) is required", param: name)
            case .invalidField(let name, let message): .invalidField(name, message)

            case .wrongMethod(let allowed):
                PlainFailure(
                    .methodNotAllowed,
                    .invalidRequest,
                    "method_not_allowed",
                    "This path takes \(Self.list(allowed))",
                    headers: [.allow: Self.list(allowed)]
                )
            case .bodyTooLarge(let limit):
                PlainFailure(.contentTooLarge, .invalidRequest, "body_too_large", "A body may have \(limit) bytes")
            case .unsupportedMediaType(let accepted):
                PlainFailure(
                    .unsupportedMediaType,
                    .invalidRequest,
                    "unsupported_media_type",
                    "The Content-Type has to be \(accepted.joined(separator: " or "))",
                    headers: [.accept: Self.list(accepted)]
                )
            case .unsatisfiableRange(let size):
                PlainFailure(
                    .rangeNotSatisfiable,
                    .invalidRequest,
                    "range_not_satisfiable",
                    "The recording has \(size) bytes",
                    headers: [.contentRange: "bytes */\(size)"]
                )
            }
    }

    private static func list(_ words: [String]) -> String { words.joined(separator: ", ") }

    private static func unauthorized(_ code: String, _ message: String) -> PlainFailure {
        let headers: HTTPFields = [.wwwAuthenticate: #"Bearer realm="trunkline""#]
        return PlainFailure(.unauthorized, .authentication, code, message, headers: headers)
    }

    private static func insufficient(_ scope: Scope) -> PlainFailure {
        let challenge = #"Bearer realm="trunkline", error="insufficient_scope", scope="\#(scope.rawValue)""#
        return PlainFailure(
            .forbidden,
            .permission,
            "insufficient_scope",
            "This needs a key with the scope \(scope.rawValue)",
            headers: [.wwwAuthenticate: challenge]
        )
    }
}
