import Calls
import Engine
import FoundationEssentials
import HTTPTypes

/// `{"error":{"code","message","details"},"meta":{"request_id","ts"}}`
struct TruedyError: Encodable, Sendable {
    struct Body: Encodable, Sendable {
        let code: String
        let message: String
        /// Left out where there are none.
        var details: [String: JSONValue]?
    }

    let error: Body
    let meta: TruedyMeta
}

extension TruedyDialect {
    package func answer(to failure: Failure) -> WireAnswer { answer(to: failure, requestID: "") }

    package func answer(to failure: Failure, requestID: String) -> WireAnswer {
        let plain = failure.plain
        let (status, code) = Self.words(for: failure) ?? (plain.status, Self.code(for: plain))
        var details: [String: JSONValue]?
        if case .refusal(.rateLimited(let state)) = failure {
            details = [
                "limit": .integer(Int64(state.limit.count)), "reset_at": .string(TruedyTime.text(state.resetsAt)),
            ]
        }
        if let field = plain.field.map({ Self.fields[$0] ?? $0 }), status == .unprocessableContent {
            details = ["field": .string(field), "reason": .string(plain.message)]
        }
        return WireAnswer(
            status,
            headers: plain.headers,
            body: TruedyError(
                error: TruedyError.Body(code: code, message: plain.message, details: details),
                meta: TruedyMeta(requestID: requestID, now: calls.now)
            )
        )
    }

    /// The failures that the vendor's pages name.
    private static func words(for failure: Failure) -> (HTTPResponse.Status, String)? {
        switch failure {
        case .refusal(.unknownAgent): (.notFound, "agent_not_found")
        case .refusal(.agentHasNoNumber), .refusal(.agentNotOutbound):
            (.unprocessableContent, "no_phone_number_configured")
        case .refusal(.agentNotActive): (.unprocessableContent, "agent_not_active")
        case .refusal(.insufficientFunds), .refusal(.spendCapReached): (.paymentRequired, "insufficient_credits")
        case .refusal(.numberNotAttached): (.unprocessableContent, "from_number_not_assigned")
        // The vendor has no rules that stop a call: the word says by which, so that a client does not take the number for misspelled.
        case .refusal(.blocked): (failure.plain.status, failure.plain.code)
        case .request(.noKey), .request(.wrongKey): (.unauthorized, "unauthorized")
        case .request(.insufficientScope): (.forbidden, "forbidden")
        case .request(.invalidField("phone_number", _)), .request(.invalidField("from_number", _)):
            (.unprocessableContent, "invalid_phone_number")
        case .request(.invalidParameter), .request(.unknownParameter): (.unprocessableContent, "validation_error")
        default: nil
        }
    }

    private static func code(for plain: PlainFailure) -> String {
        switch plain.status {
        case .badRequest: "bad_request"
        case .notFound: "not_found"
        case .unprocessableContent: "validation_error"
        case .internalServerError: "internal_error"
        default: plain.code
        }
    }

    /// What the engine's fields are called here.
    private static let fields = [
        "agent": "agent_id", "to": "phone_number", "from": "from_number",
        "ring_timeout": "call_settings.join_timeout", "max_duration": "call_settings.max_duration",
        "settings.ringTimeout": "join_timeout", "settings.maxDuration": "max_duration",
        "concurrency": "max_concurrent_calls", "calls_per_day": "max_calls_per_day", "start_at": "scheduled_at",
        "time_zone": "timezone", "hours_time_zone": "timezone", "hours": "working_days",
        "caller_ids.numbers": "phone_number_ids", "instructions": "system_prompt", "voice": "voice_id",
    ]
}
