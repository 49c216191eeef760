import Calls
import Engine
import HTTPTypes

extension PlainFailure {
    init(_ refusal: Refusal) {
        self =
            switch refusal {
            case .invalid(let field, let message): .invalidField(field, message)
            case .unknownAgent(let reference):
                .notFound("agent_not_found", "There is no agent \(reference.debugDescription)", param: "agent")
            case .unknownCall: .notFound("call_not_found", "There is no such call")
            case .unknownNumber: .notFound("number_not_found", "There is no such number")
            case .unknownKey: .notFound("key_not_found", "There is no such key")
            case .unknownEndpoint: .notFound("endpoint_not_found", "There is no such webhook endpoint")
            case .unknownDelivery: .notFound("delivery_not_found", "There is no such webhook delivery")
            case .unknownSuppression: .notFound("suppression_not_found", "The number is not on the list")
            case .unknownConsent: .notFound("consent_not_found", "There is no such record of consent")
            case .unknownErasure: .notFound("erasure_not_found", "There is no such erasure")
            case .unknownBatch: .notFound("batch_not_found", "There is no such batch")
            case .unknownAgentVersion:
                .notFound("agent_version_not_found", "The agent has had no such version")
            case .unknownTrunk: .notFound("trunk_not_found", "There is no such trunk")
            case .noLanguageModel:
                .unfit(
                    "no_language_model",
                    "The agent goes by instructions, and no language model is configured: name one under 'models'",
                    param: "agent"
                )
            case .noRecording: .notFound("recording_not_found", "There is no finished recording of this call")

            case .agentNotActive(let slug, let status):
                .unfit(
                    "agent_not_active",
                    "The agent '\(slug)' is \(status.rawValue): make it active to place calls with it",
                    param: "agent"
                )
            case .agentNotOutbound(let slug):
                .unfit("agent_not_outbound", "The agent '\(slug)' is for inbound calls", param: "agent")
            case .agentHasNoNumber(let slug):
                .unfit(
                    "agent_has_no_number",
                    "The agent '\(slug)' has no number to call from: attach one",
                    param: "agent"
                )
            case .numberNotAttached(let from, let slug, let numbers):
                .unfit(
                    "number_not_attached",
                    "\(from) is not a number of the agent '\(slug)'; it has \(Self.list(numbers))",
                    param: "from"
                )
            case .noTrunk(let mode):
                .invalidField(
                    "mode",
                    "No trunk for \(mode.rawValue) calls is configured: use a test key to reach the phone lab, or configure a trunk"
                )
            case .missingVariables(let names):
                .unfit(
                    "missing_variables",
                    "The agent speaks of \(Self.list(names.map { "'\($0)'" })), which nothing gives a value to",
                    param: "variables"
                )
            case .blocked(let check): .unfit(check.rule.refusalCode, check.reason, param: "to")

            case .insufficientFunds(let balance, let needed):
                .payment(
                    "insufficient_funds",
                    "The call can cost up to \(needed), which has to be reserved for it, and the balance is \(balance)"
                )
            case .spendCapReached(let cap): .payment("spend_cap_reached", Self.words(for: cap))

            case .idempotencyKeyReused:
                .conflict(
                    "idempotency_key_reused",
                    "This Idempotency-Key came with another request within the last 24 hours: use a new one for each call"
                )
            case .numberInUse: .conflict("number_in_use", "An agent has this number: detach it first")
            case .keyNotActive: .conflict("key_not_active", "The key is revoked or expired")
            case .agentExists(let slug):
                .conflict("agent_exists", "Another agent has the slug \(slug)", param: "slug")
            case .agentInUse: .conflict("agent_in_use", "The agent has calls that are not over")
            case .callEnded: .conflict("call_ended", "The call is already over")
            case .batchStatus(let status):
                .conflict("batch_status", "This cannot be done to a batch that is \(status.rawValue)")
            case .callNotLive(let status):
                .conflict("call_not_live", "Nobody talks on this call now: its status is \(status.rawValue)")
            case .callNotAnswered: .conflict("call_not_answered", "Nobody picked up on this call")
            case .callsNotOver(let calls):
                .conflict("calls_not_over", "Cancel or end these first: \(Self.list(calls))")

            case .beyondKey(let words):
                PlainFailure(.forbidden, .permission, "beyond_key", "A key hands out no more than it has: \(words)")
            case .linkForged:
                PlainFailure(
                    .forbidden,
                    .permission,
                    "invalid_signature",
                    "The signature does not belong to this link"
                )
            case .linkExpired:
                PlainFailure(
                    .gone,
                    .permission,
                    "link_expired",
                    "The link is not good any more: ask for a new one"
                )
            case .callErased:
                PlainFailure(
                    .gone,
                    .conflict,
                    "call_erased",
                    "The call that this request made was erased, and so was its answer"
                )
            case .rateLimited(let state):
                PlainFailure(
                    .tooManyRequests,
                    .rateLimit,
                    "rate_limited",
                    "More than \(state.limit.count) requests in \(state.limit.window) s: try again in \(state.resetsIn) s",
                    headers: [.retryAfter: "\(state.resetsIn)"]
                )
            case .overloaded:
                .unavailable("overloaded", "Too many requests wait to be stored: try again shortly", retryAfter: 1)
            case .draining:
                .unavailable("draining", "The server is stopping and takes no new calls", retryAfter: 10)
            }
    }

    private static func payment(_ code: String, _ message: String) -> PlainFailure {
        PlainFailure(.paymentRequired, .payment, code, message)
    }

    private static func list(_ things: [some CustomStringConvertible]) -> String {
        things.map(\.description).joined(separator: ", ")
    }

    private static func words(for cap: SpendCap) -> String {
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
