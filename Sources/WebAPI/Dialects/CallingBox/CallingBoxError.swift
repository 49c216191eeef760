import Calls
import Engine
import HTTPTypes

/// CallingBox's one shape of error: `{"error": "<sentence>"}`.
struct CallingBoxError: Encodable, Sendable {
    let error: String

    /// `call 0d9b… not found`
    static func notFound(_ kind: String, _ reference: String) -> WireAnswer {
        WireAnswer(.notFound, body: CallingBoxError(error: "\(kind) \(reference) not found"))
    }

    static func badRequest(_ sentence: String) -> WireAnswer {
        WireAnswer(.badRequest, body: CallingBoxError(error: sentence))
    }
}

extension CallingBoxDialect {
    package func answer(to failure: Failure) -> WireAnswer {
        let plain = failure.plain
        let (status, sentence) = Self.words(for: failure) ?? (Self.status(plain.status), plain.message)
        return WireAnswer(status, headers: plain.headers, body: CallingBoxError(error: sentence))
    }

    /// Failures in which our own API's words would name what this door's clients do not know.
    private static func words(for failure: Failure) -> (HTTPResponse.Status, String)? {
        guard case .refusal(let refusal) = failure else { return nil }
        return switch refusal {
        case .invalid(let field, let message): (.badRequest, "\(word(for: field)): \(message)")
        case .unknownAgent(let reference): (.notFound, "agent \(reference) not found")
        case .agentNotActive(_, let status): (.badRequest, "agent_id: the agent is \(status.rawValue)")
        case .agentNotOutbound: (.badRequest, "agent_id: the agent's type is inbound, and calls need an outbound one")
        case .agentHasNoNumber: (.badRequest, "agent_id: the agent has no number to call from; attach one")
        case .numberNotAttached(let from, _, _): (.badRequest, "from_number: \(from) is not attached to the agent")
        case .noTrunk(let mode):
            (.badGateway, "the call could not be placed: there is no telephony provider for \(mode.rawValue) calls")
        case .insufficientFunds(let balance, let needed):
            (
                .paymentRequired,
                "Calls paused. Your balance is $\(balance) but each call requires a $\(needed) hold. Add $\(needed - balance) to resume calling."
            )
        default: nil
        }
    }

    /// The vendor's pages know 400 for everything that is wrong with a request.
    private static func status(_ status: HTTPResponse.Status) -> HTTPResponse.Status {
        status == .unprocessableContent ? .badRequest : status
    }

    /// The client's word for what the engine complains about.
    private static func word(for field: String) -> String {
        switch field {
        case "callback_url", "webhookURL": "webhook_url"
        case "events": "enabled_events"
        case "number": "phone_number"
        default: field
        }
    }
}

extension Refusal {
    /// Nothing of the project has the name that was asked for.
    var isOfTheUnknown: Bool {
        switch self {
        case .unknownAgent, .unknownCall, .unknownNumber, .unknownEndpoint, .unknownDelivery: true
        default: false
        }
    }
}
