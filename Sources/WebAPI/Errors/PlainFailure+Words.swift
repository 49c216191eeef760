import Calls
import Engine
import HTTPTypes

extension Failure {
    /// What our own API says. A door that has words of its own for some failures takes these for all others.
    var plain: PlainFailure { PlainFailure.answer(to: self) }
}

extension PlainFailure {
    fileprivate static func answer(to failure: Failure) -> PlainFailure {
        switch failure {
        case .refusal(let refusal): answer(to: refusal)
        case .request(let problem): answer(to: problem)
        case .agentFile(let error): answer(to: error)
        case .fault:
            say(.internalServerError, .server, "internal_error", "Something failed on our side; the log tells what")
        }
    }

    private static func answer(to refusal: Refusal) -> PlainFailure {
        switch refusal {
        case .invalid(let field, let message):
            say(.unprocessableContent, .invalidRequest, "invalid_field", "\(field): \(message)", param: field)
        case .unknownAgent(let reference):
            say(
                .notFound,
                .notFound,
                "agent_not_found",
                "There is no agent \(reference.debugDescription)",
                param: "agent"
            )
        case .agentNotActive(let slug, let status):
            say(
                .unprocessableContent,
                .invalidRequest,
                "agent_not_active",
                "The agent '\(slug)' is \(status.rawValue): make it active to place calls with it",
                param: "agent"
            )
        case .agentNotOutbound(let slug):
            say(
                .unprocessableContent,
                .invalidRequest,
                "agent_not_outbound",
                "The agent '\(slug)' is for inbound calls",
                param: "agent"
            )
        case .agentHasNoNumber(let slug):
            say(
                .unprocessableContent,
                .invalidRequest,
                "agent_has_no_number",
                "The agent '\(slug)' has no number to call from: attach one",
                param: "agent"
            )
        case .numberNotAttached(let from, let slug, let numbers):
            say(
                .unprocessableContent,
                .invalidRequest,
                "number_not_attached",
                "\(from) is not a number of the agent '\(slug)'; it has "
                    + numbers.map(\.description).joined(separator: ", "),
                param: "from"
            )
        case .noTrunk(let mode):
            say(
                .unprocessableContent,
                .invalidRequest,
                "invalid_field",
                "mode: No trunk for \(mode.rawValue) calls is configured: use a test key to reach the phone lab, or configure a trunk",
                param: "mode"
            )
        case .missingVariables(let names):
            say(
                .unprocessableContent,
                .invalidRequest,
                "missing_variables",
                "The agent speaks of \(names.map { "'\($0)'" }.joined(separator: ", ")), which nothing gives a value to",
                param: "variables"
            )
        case .blocked(let check):
            say(.unprocessableContent, .invalidRequest, check.rule.refusalCode, check.reason, param: "to")
        case .unknownSuppression:
            say(.notFound, .notFound, "suppression_not_found", "The number is not on the list")
        case .unknownConsent:
            say(.notFound, .notFound, "consent_not_found", "There is no such record of consent")
        case .insufficientFunds(let balance, let needed):
            say(
                .paymentRequired,
                .payment,
                "insufficient_funds",
                "The call can cost up to \(needed), which has to be reserved for it, and the balance is \(balance)"
            )
        case .spendCapReached(let cap):
            say(.paymentRequired, .payment, "spend_cap_reached", message(for: cap))
        case .idempotencyKeyReused:
            say(
                .conflict,
                .conflict,
                "idempotency_key_reused",
                "This Idempotency-Key came with another request within the last 24 hours: use a new one for each call"
            )
        case .unknownCall:
            say(.notFound, .notFound, "call_not_found", "There is no such call")
        case .unknownNumber:
            say(.notFound, .notFound, "number_not_found", "There is no such number")
        case .numberInUse:
            say(.conflict, .conflict, "number_in_use", "An agent has this number: detach it first")
        case .unknownKey:
            say(.notFound, .notFound, "key_not_found", "There is no such key")
        case .keyNotActive:
            say(.conflict, .conflict, "key_not_active", "The key is revoked or expired")
        case .beyondKey(let words):
            say(.forbidden, .permission, "beyond_key", "A key hands out no more than it has: \(words)")
        case .unknownEndpoint:
            say(.notFound, .notFound, "endpoint_not_found", "There is no such webhook endpoint")
        case .unknownDelivery:
            say(.notFound, .notFound, "delivery_not_found", "There is no such webhook delivery")
        case .agentExists(let slug):
            say(.conflict, .conflict, "agent_exists", "Another agent has the slug \(slug)", param: "slug")
        case .agentInUse:
            say(.conflict, .conflict, "agent_in_use", "The agent has calls that are not over")
        case .callEnded:
            say(.conflict, .conflict, "call_ended", "The call is already over")
        case .callNotLive(let status):
            say(
                .conflict,
                .conflict,
                "call_not_live",
                "Nobody talks on this call now: its status is \(status.rawValue)"
            )
        case .callNotAnswered:
            say(.conflict, .conflict, "call_not_answered", "Nobody picked up on this call")
        case .callsNotOver(let calls):
            say(
                .conflict,
                .conflict,
                "calls_not_over",
                "Cancel or end these first: \(calls.map(\.description).joined(separator: ", "))"
            )
        case .unknownErasure:
            say(.notFound, .notFound, "erasure_not_found", "There is no such erasure")
        case .unknownBatch:
            say(.notFound, .notFound, "batch_not_found", "There is no such batch")
        case .batchStatus(let status):
            say(.conflict, .conflict, "batch_status", "This cannot be done to a batch that is \(status.rawValue)")
        case .callErased:
            say(.gone, .conflict, "call_erased", "The call that this request made was erased, and so was its answer")
        case .noRecording:
            say(.notFound, .notFound, "recording_not_found", "There is no finished recording of this call")
        case .linkForged:
            say(.forbidden, .permission, "invalid_signature", "The signature does not belong to this link")
        case .linkExpired:
            say(.gone, .permission, "link_expired", "The link is not good any more: ask for a new one")
        case .rateLimited(let state):
            say(
                .tooManyRequests,
                .rateLimit,
                "rate_limited",
                "More than \(state.limit.count) requests in \(state.limit.window) s: try again in \(state.resetsIn) s",
                headers: [.retryAfter: "\(state.resetsIn)"]
            )
        case .overloaded:
            say(
                .serviceUnavailable,
                .unavailable,
                "overloaded",
                "Too many requests wait to be stored: try again shortly",
                headers: [.retryAfter: "1"]
            )
        case .draining:
            say(
                .serviceUnavailable,
                .unavailable,
                "draining",
                "The server is stopping and takes no new calls",
                headers: [.retryAfter: "10"]
            )
        }
    }

    private static func answer(to problem: RequestProblem) -> PlainFailure {
        switch problem {
        case .noKey:
            unauthorized("missing_key", "Send your API key: Authorization: Bearer sk_…")
        case .wrongKey:
            unauthorized("invalid_key", "The API key does not exist, was revoked or has expired")
        case .insufficientScope(let scope):
            say(
                .forbidden,
                .permission,
                "insufficient_scope",
                "This needs a key with the scope \(scope.rawValue)",
                headers: [
                    .wwwAuthenticate:
                        #"Bearer realm="trunkline", error="insufficient_scope", scope="\#(scope.rawValue)""#
                ]
            )
        case .noSuchPath:
            say(.notFound, .notFound, "path_not_found", "There is nothing at this path")
        case .wrongMethod(let allowed):
            say(
                .methodNotAllowed,
                .invalidRequest,
                "method_not_allowed",
                "This path takes \(allowed.joined(separator: ", "))",
                headers: [.allow: allowed.joined(separator: ", ")]
            )
        case .malformedJSON(let line, let column, let message):
            say(.badRequest, .invalidRequest, "malformed_json", "Line \(line), column \(column): \(message)")
        case .unknownField(let name, let accepted):
            say(
                .unprocessableContent,
                .invalidRequest,
                "unknown_field",
                "There is no field \(name.debugDescription); the fields are \(accepted.joined(separator: ", "))",
                param: name
            )
        case .missingField(let name):
            say(.unprocessableContent, .invalidRequest, "missing_field", "\(name) is required", param: name)
        case .invalidField(let name, let message):
            say(.unprocessableContent, .invalidRequest, "invalid_field", "\(name): \(message)", param: name)
        case .unknownParameter(let name, let accepted):
            say(
                .badRequest,
                .invalidRequest,
                "unknown_parameter",
                "There is no parameter \(name.debugDescription); the parameters are \(accepted.joined(separator: ", "))",
                param: name
            )
        case .invalidParameter(let name, let message):
            say(.badRequest, .invalidRequest, "invalid_parameter", "\(name): \(message)", param: name)
        case .invalidHeader(let name, let message):
            say(.badRequest, .invalidRequest, "invalid_header", "\(name): \(message)", param: name)
        case .bodyTooLarge(let limit):
            say(.contentTooLarge, .invalidRequest, "body_too_large", "A body may have \(limit) bytes")
        case .unsupportedMediaType(let accepted):
            say(
                .unsupportedMediaType,
                .invalidRequest,
                "unsupported_media_type",
                "The Content-Type has to be \(accepted.joined(separator: " or "))",
                headers: [.accept: accepted.joined(separator: ", ")]
            )
        case .unsatisfiableRange(let size):
            say(
                .rangeNotSatisfiable,
                .invalidRequest,
                "range_not_satisfiable",
                "The recording has \(size) bytes",
                headers: [.contentRange: "bytes */\(size)"]
            )
        }
    }

    private static func answer(to error: AgentFileError) -> PlainFailure {
        let problems = error.problems.map {
            Problem(line: $0.line, column: $0.column, message: $0.message)
        }
        let first = problems.first.map { "Line \($0.line): \($0.message)" } ?? "The definition cannot be accepted"
        let more = problems.count > 1 ? " (and \(problems.count - 1) more)" : ""
        var answer = say(.unprocessableContent, .invalidRequest, "invalid_agent", first + more)
        answer.problems = problems
        return answer
    }

    private static func message(for cap: SpendCap) -> String {
        let owner =
            switch cap.scope {
            case .call: "each call"
            case .key: "a day's calls of this key"
            case .project: "a day's calls"
            }
        let reset = cap.resetsAt.map { "; the next day begins at \(Timestamp.text($0))" } ?? ""
        let spent = cap.scope == .call ? "" : ", of which \(cap.spent) is spent or reserved"
        return "The call can cost up to \(cap.needed), and the cap for \(owner) is \(cap.cap)\(spent)\(reset)"
    }

    private static func unauthorized(_ code: String, _ message: String) -> PlainFailure {
        say(
            .unauthorized,
            .authentication,
            code,
            message,
            headers: [.wwwAuthenticate: #"Bearer realm="trunkline""#]
        )
    }

    private static func say(
        _ status: HTTPResponse.Status,
        _ kind: Kind,
        _ code: String,
        _ message: String,
        param: String? = nil,
        headers: HTTPFields = [:]
    ) -> PlainFailure {
        PlainFailure(status: status, kind: kind, code: code, message: message, field: param, headers: headers)
    }
}

extension GateRule {
    /// What a client is told that placed a call which the rule would never let pass.
    fileprivate var refusalCode: String {
        switch self {
        case .suppression: "do_not_call"
        case .destination: "destination_not_allowed"
        case .consent: "consent_missing"
        case .callingHours: "no_calling_hours"
        case .agent, .callerID, .frequency, .funds, .spend, .concurrency, .pace: "call_blocked"
        }
    }
}

extension HTTPResponse.Status {
    /// RFC 9110 section 15.5.3.
    static let paymentRequired = HTTPResponse.Status(code: 402, reasonPhrase: "Payment Required")
}
