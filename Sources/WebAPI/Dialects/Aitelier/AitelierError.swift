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
        let message = Self.message(for: failure) ?? plain.message
        return WireAnswer(
            status,
            headers: plain.headers,
            body: AitelierError(error: AitelierError.Body(code: code, message: message))
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

    /// Where the caller has other words than our own API.
    private static func message(for failure: Failure) -> String? {
        switch failure {
        case .refusal(.unknownAgent(let name)): "There is no scenario \(name.debugDescription)"
        case .refusal(.agentNotOutbound(let slug)): "The scenario '\(slug)' is for inbound calls"
        case .refusal(.agentNotActive(let slug, let status)): "The scenario '\(slug)' is \(status.rawValue)"
        case .refusal(.agentHasNoNumber(let slug)): "The scenario '\(slug)' has no number to call from"
        case .refusal(.unknownCall): "There is no such session"
        case .refusal(.unknownEndpoint): "There is no such webhook subscription"
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
