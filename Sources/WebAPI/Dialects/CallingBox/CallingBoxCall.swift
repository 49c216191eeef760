import Calls
import Engine
import FoundationEssentials
import Hummingbird

/// A call as CallingBox writes it. Every member is always there; what is not known yet, or does not apply, is `null`.
struct CallingBoxCall: ResponseEncodable, Sendable {
    let id: String
    /// `null` for a call that named no agent.
    @Nullable var agentId: String?
    let toNumber: String
    let fromNumber: String
    let status: CallingBoxEnding.Status
    let direction: String
    @Nullable var answeredBy: String?
    @Nullable var persona: String?
    let instructions: String
    let prompt: String
    let context: VerbatimJSON
    @Nullable var returns: [String: JSONValue]?
    @Nullable var result: [String: JSONValue]?
    let resultStatus: CallResult.Status
    @Nullable var resultError: String?
    let language: String
    @Nullable var tools: JSONValue?
    @Nullable var webhookUrl: String?
    let webhookStatus: WebhookStatus
    @Nullable var webhookError: String?
    let createdAt: String
    /// When it began to ring.
    @Nullable var startedAt: String?
    @Nullable var answeredAt: String?
    @Nullable var endedAt: String?
    /// From the first ring to the end, in seconds.
    @Nullable var durationSeconds: Int?
    /// From the answer to the end, in seconds, as it was billed.
    @Nullable var billedDurationSeconds: Int64?
    @Nullable var billingAmountMilliCents: Int64?
    let reservationStatus: String
    @Nullable var errorCode: String?
    @Nullable var errorMessage: String?
    @Nullable var hangupCause: String?
    let metadata: VerbatimJSON
    let updatedAt: String

    enum WebhookStatus: String, Encodable, Sendable {
        case none
        case pending
        case delivered
        case failed
    }

    /// `statuses` are the changes of its status so far, oldest first; `standing` is how far its end has been told, nil for one that is new
    /// or being told.
    init(_ call: Call, statuses: [CallEvent] = [], standing: WebhookStanding? = nil) {
        let speaker = call.speaker
        let ending = call.lifecycle.status.isFinal ? call.lifecycle.ending : nil
        id = call.id.uuidText
        agentId = call.request.attributes[CallingBoxPlacement.agentless] == true ? nil : call.agent.id.uuidText
        toNumber = call.request.destination.description
        fromNumber = call.callerID.description
        status = CallingBoxEnding.Status(call)
        direction = "outbound"
        answeredBy = Self.answeredBy(call)
        persona = speaker.persona.isEmpty ? nil : speaker.persona
        instructions = speaker.instructions
        prompt = call.prompt
        context = VerbatimJSON(text: call.request.context ?? "{}")
        returns = speaker.returns
        language = speaker.language
        tools = call.request.attributes["tools"] ?? CallingBoxAgent.tools(of: call.agent)
        metadata = VerbatimJSON(text: call.request.metadata ?? "{}")

        result = call.result.fields
        resultStatus = call.result.status
        resultError = call.result.error

        webhookUrl = call.webhookURL
        switch standing ?? (call.webhookURL == nil ? .none : .pending) {
        case .none: webhookStatus = .none
        case .pending: webhookStatus = .pending
        case .delivered: webhookStatus = .delivered
        case .failed(let reason): (webhookStatus, webhookError) = (.failed, reason)
        }

        createdAt = Timestamp.text(call.createdAt)
        let ringingAt = statuses.first { $0.status == .ringing }?.at
        startedAt = ringingAt.map(Timestamp.text)
        answeredAt = call.lifecycle.answeredAt.map(Timestamp.text)
        endedAt = (ending?.at).map(Timestamp.text)
        updatedAt = Timestamp.text(statuses.last?.at ?? call.createdAt)

        durationSeconds = ending.map { ending in
            let start = ringingAt ?? ending.answeredAt ?? ending.at
            return Int(ending.at.timeIntervalSince(start).rounded(.up))
        }
        billedDurationSeconds = ending == nil ? nil : call.costs.first { $0.item == .trunk }?.quantity ?? 0
        billingAmountMilliCents = ending == nil ? nil : call.cost.milliCents
        // Calls from before there were wallets have no reservation of their own.
        reservationStatus =
            call.reservation?.status.rawValue
            ?? (ending == nil ? "reserved" : call.costs.isEmpty ? "released" : "settled")

        let wording = ending.map { CallingBoxEnding($0.reason.told(of: call.reached)) }
        errorMessage = wording?.message
        errorCode = wording?.message == nil ? nil : call.transport.callingBoxCode ?? ending?.reason.rawValue
        hangupCause = ending == nil ? nil : call.transport.callingBoxCause
    }

    /// Nil for a call that nobody answered, and where nobody can say who did.
    private static func answeredBy(_ call: Call) -> String? {
        switch call.reached {
        case .person: "human"
        case .machine, .screener, .ivr: "machine"
        case .nobody, .unknown: nil
        }
    }
}
