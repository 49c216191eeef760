package import Calls
import FoundationEssentials
import Hummingbird
import PhoneNumbers

/// A call as our own API writes it. Every member is always there; what is not known yet, or does not apply, is `null`.
package struct NativeCall: ResponseEncodable, Sendable {
    let id: String
    let mode: CallMode
    let status: CallStatus
    @Nullable var endReason: EndReason?
    @Nullable var faultOwner: EndReason.FaultOwner?
    @Nullable var retryable: Bool?
    /// The gate's rule that ended it.
    @Nullable var blockedBy: GateRule?

    let agent: AgentReference
    /// `null` once it is erased.
    @Nullable var to: String?
    let toAdvice: NativeNumberAdvice
    let from: String
    let variables: [String: JSONValue]
    @Nullable var context: VerbatimJSON?
    @Nullable var metadata: VerbatimJSON?
    /// The door it came through.
    let door: String
    let priority: Int
    /// What the agent was when the call was placed, with what the call changed of it.
    let snapshot: NativeSnapshot
    @Nullable var callbackUrl: String?
    @Nullable var scheduledFor: String?
    @Nullable var expiresAt: String?
    /// Seconds.
    let ringTimeout: Int
    /// Seconds.
    let maxDuration: Int

    let createdAt: String
    @Nullable var answeredAt: String?
    @Nullable var endedAt: String?
    /// When everything about the callee was erased.
    @Nullable var erasedAt: String?
    /// Seconds from answer to hang-up, begun ones counted whole.
    @Nullable var duration: Int?

    let transport: NativeTransport
    let reached: Reached
    /// `null` if nobody answered, or nothing was found out.
    @Nullable var whoAnswered: NativeAnswer?
    /// `null` until the call is over, and unless a language model led it.
    @Nullable var conversation: NativeConversation?
    let goal: Goal
    /// Everything that was found out, and every field that the agent was asked for: `null` if it was not found out.
    let result: [String: JSONValue]
    let resultStatus: CallResult.Status
    @Nullable var resultError: String?
    @Nullable var summary: String?
    let cost: NativeCost
    /// `null` for calls from before there were wallets.
    @Nullable var reservation: NativeReservation?
    /// Whether an INVITE can have left for this call: the state of its last attempt.
    let dialCertainty: Attempt.Certainty
    @Nullable var recordingUrl: String?
    /// What was to go wrong in it on purpose.
    @Nullable var faults: Faults?
    /// What the agent was told while the call was live.
    let notes: [Note]

    struct Note: Encodable, Sendable {
        let at: String
        @Nullable var text: String?
        let variables: [String: JSONValue]
    }

    struct AgentReference: Encodable, Sendable {
        let id: String
        let slug: String
    }

    /// `certainty` is that of the call's last attempt, `not_sent` if it has none.
    package init(_ call: Call, certainty: Attempt.Certainty) {
        id = call.id.description
        mode = call.request.mode
        status = call.lifecycle.status

        agent = AgentReference(id: call.agent.id.description, slug: call.agent.slug)
        to = call.erasedAt == nil ? call.request.destination.description : nil
        erasedAt = call.erasedAt.map(Timestamp.text)
        toAdvice = NativeNumberAdvice(call.request.destination.advice)
        from = call.callerID.description
        variables = call.request.variables
        context = call.request.context.map(VerbatimJSON.init)
        metadata = call.request.metadata.map(VerbatimJSON.init)
        door = call.request.door
        priority = call.request.priority
        snapshot = NativeSnapshot(call)
        callbackUrl = call.request.callbackURL
        scheduledFor = call.request.scheduledFor.map(Timestamp.text)
        expiresAt = call.request.expiresAt.map(Timestamp.text)
        ringTimeout = call.ringTimeout
        maxDuration = call.maxDuration

        createdAt = Timestamp.text(call.createdAt)
        answeredAt = call.lifecycle.answeredAt.map(Timestamp.text)
        let ending = call.lifecycle.ending
        endReason = ending?.reason
        faultOwner = ending?.reason.faultOwner
        retryable = ending?.reason.isRetryable
        blockedBy = call.blockedBy
        endedAt = (ending?.at).map(Timestamp.text)
        duration = call.duration

        transport = NativeTransport(call.transport)
        reached = call.reached
        whoAnswered = NativeAnswer(call)
        conversation = call.lifecycle.status.isFinal ? call.account.map(NativeConversation.init) : nil
        goal = call.goal
        let asked = call.result
        result = call.fields.merging(asked.fields ?? [:]) { $1 }
        resultStatus = asked.status
        resultError = asked.error
        summary = call.summary
        cost = NativeCost(call.costs, billedSeconds: call.billedSeconds)
        reservation = call.reservation.map(NativeReservation.init)
        dialCertainty = certainty
        faults = call.request.faults
        notes = call.notes.map { Note(at: Timestamp.text($0.at), text: $0.text, variables: $0.variables) }
        recordingUrl = call.recorded ? "/v1/calls/\(call.id)/recording" : nil
    }
}

/// What the numbering plans say about a number. A number is never refused for it.
struct NativeNumberAdvice: Encodable, Sendable {
    /// ISO 3166, as in `US`.
    @Nullable var region: String?
    let type: NumberAdvice.Kind
    let possible: Bool
    let valid: Bool

    init(_ advice: NumberAdvice) {
        region = advice.region
        type = advice.kind
        possible = advice.isPossible
        valid = advice.isValid
    }
}

/// What the network said, as received.
struct NativeTransport: Encodable, Sendable {
    @Nullable var sipStatus: Int?
    @Nullable var sipPhrase: String?
    @Nullable var q850Cause: Int?
    @Nullable var hungUpBy: Transport.Party?

    init(_ transport: Transport) {
        sipStatus = transport.sipStatus
        sipPhrase = transport.sipPhrase
        q850Cause = transport.q850Cause
        hungUpBy = transport.hungUpBy
    }

    /// Spelled out, because the automatic spelling of `q850Cause` breaks inside the number.
    private enum CodingKeys: String, CodingKey {
        case sipStatus = "sip_status"
        case sipPhrase = "sip_phrase"
        case q850Cause = "q850_cause"
        case hungUpBy = "hung_up_by"
    }
}

/// What a call cost: lines that add up to `total`. Amounts are decimal strings in whole currency units, and integers in milli-cents.
struct NativeCost: Encodable, Sendable {
    let total: String
    let milliCents: Int64
    let billedSeconds: Int64
    let lines: [Line]

    struct Line: Encodable, Sendable {
        let item: CostLine.Item
        let quantity: Int64
        let unit: String
        let amount: String
        let milliCents: Int64
    }

    init(_ costs: [CostLine], billedSeconds: Int64) {
        self.billedSeconds = billedSeconds
        let sum = costs.reduce(Money.zero) { $0 + $1.amount }
        total = sum.description
        milliCents = sum.milliCents
        lines = costs.map { line in
            Line(
                item: line.item,
                quantity: line.quantity,
                unit: line.unit,
                amount: line.amount.description,
                milliCents: line.amount.milliCents
            )
        }
    }
}
