import Calls
import Engine
import HTTPTypes

/// `{"error":{"code","message"}}`
struct AitelierError: Encodable, Sendable {
    struct Body: Encodable, Sendable {
        let code: String
        let message: String
    }

    let error: Body
}

extension AitelierDialect {
    package func answer(to failure: Failure) -> WireAnswer {
        let plain = failure.plain
        let (status, code) = Self.words(for: failure) ?? (plain.status, Self.code(for: plain))
        return WireAnswer(
            status,
            headers: plain.headers,
            body: AitelierError(error: AitelierError.Body(code: code, message: plain.message))
        )
    }

    private static func words(for failure: Failure) -> (HTTPResponse.Status, String)? {
        switch failure {
        case .refusal(.unknownAgent): (.notFound, "scenario_not_found")
        case .refusal(.unknownCall): (.notFound, "session_not_found")
        case .refusal(.insufficientFunds), .refusal(.spendCapReached): (.paymentRequired, "insufficient_balance")
        case .refusal(.agentNotOutbound), .refusal(.agentNotActive):
            (.unprocessableContent, "scenario_not_outbound")
        case .refusal(.blocked(let check)) where check.rule == .suppression: (.unprocessableContent, "do_not_call")
        case .refusal(.invalid("scheduled_for", _)), .request(.invalidField("scheduled_for", _)):
            (.unprocessableContent, "invalid_scheduled_for")
        case .request(.invalidField("phone", _)): (.unprocessableContent, "invalid_phone")
        case .request(.missingField): (.unprocessableContent, "missing_field")
        case .request(.noKey), .request(.wrongKey): (.unauthorized, "unauthorized")
        case .request(.insufficientScope): (.forbidden, "insufficient_scope")
        default: nil
        }
    }

    private static func code(for plain: PlainFailure) -> String {
        switch plain.status {
        case .badRequest, .unprocessableContent: "invalid_request"
        case .notFound: "not_found"
        case .internalServerError: "internal_error"
        default: plain.code
        }
    }
}
