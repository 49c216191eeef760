package import FoundationEssentials

/// One outbound call, from request to end.
package struct Call: Sendable, Hashable, Identified {
    package typealias ID = Identifier<Call>
    package static let identifierPrefix = "call"

    package let id: ID
    package let project: Project.ID
    package let request: CallRequest
    /// The agent as it was when the call was placed: later edits do not change what was said.
    package var agent: Agent
    /// The number the callee sees.
    package let callerID: PhoneNumber
    /// What a language model is told, as it was rendered when the call was placed. Empty for agents that go by a flow alone.
    package var prompt: String = ""
    /// What leads the conversation: what would when the call was placed, then what did when it was dialed. Nil for calls from before this was
    /// kept.
    package var conductor: Conductor?
    package let createdAt: Date
    package var lifecycle: CallLifecycle
    package var transport: Transport
    package var reached: Reached
    /// Who or what answered, and on what grounds. Nil if nobody did, nothing was found out, or nobody asked.
    package var answer: AnswerRecord?
    /// Who or what really answered, by somebody who knows.
    package var answerLabel: Reached?
    package var goal: Goal
    /// The callee asked not to be called again.
    package var optedOut: Bool
    /// What the conversation collected. Empty until it ended.
    package var fields: [String: JSONValue]
    /// How often the callee had the turn. 0 until the conversation ended.
    package var calleeTurns: Int = 0
    /// Why there is no result although a conversation was held, in plain words.
    package var resultError: String?
    /// How the conversation went beside its words. Nil until it ended, and unless a language model led it.
    package var account: ConversationAccount?
    /// Markdown. Nil until wrapped up, and for calls without a conversation.
    package var summary: String?
    package var costs: [CostLine]
    /// What is set aside for it. Nil for calls from before there were wallets.
    package var reservation: Reservation?
    /// Whether a recording exists.
    package var recorded: Bool
    /// The rule that ended it, if the gate did.
    package var blockedBy: GateRule?
    /// What the agent was told while the call was live, oldest first.
    package var notes: [ContextNote]
    /// When everything about the callee was erased from it. Nil if it was not.
    package var erasedAt: Date?

    package init(
        id: ID,
        project: Project.ID,
        request: CallRequest,
        agent: Agent,
        callerID: PhoneNumber,
        createdAt: Date,
        lifecycle: CallLifecycle,
        transport: Transport = Transport(),
        reached: Reached = .nobody,
        goal: Goal = .undecided,
        optedOut: Bool = false,
        fields: [String: JSONValue] = [:],
        summary: String? = nil,
        costs: [CostLine] = [],
        reservation: Reservation? = nil,
        recorded: Bool = false,
        notes: [ContextNote] = [],
        erasedAt: Date? = nil
    ) {
        self.id = id
        self.project = project
        self.request = request
        self.agent = agent
        self.callerID = callerID
        self.createdAt = createdAt
        self.lifecycle = lifecycle
        self.transport = transport
        self.reached = reached
        self.goal = goal
        self.optedOut = optedOut
        self.fields = fields
        self.summary = summary
        self.costs = costs
        self.reservation = reservation
        self.recorded = recorded
        self.notes = notes
        self.erasedAt = erasedAt
    }

    package var cost: Money { costs.reduce(.zero) { $0 + $1.amount } }
    package var ringTimeout: Int { request.ringTimeout ?? agent.settings.ringTimeout }
    package var maxDuration: Int { request.maxDuration ?? agent.settings.maxDuration }
    package var isRecorded: Bool { request.record ?? agent.settings.record }
    /// The agent as this call has it speak.
    package var speaker: Agent { request.applied(to: agent) }
    /// Where its webhooks go. Nil: to the project's endpoints alone.
    package var webhookURL: String? { request.callbackURL ?? agent.webhookURL }

    static let factPrefix = "call."
    /// What a request for this call may say of it, beside the call's variables: `call.id`, `call.to`, `call.from`.
    package var facts: [String: JSONValue] {
        [
            Self.factPrefix + "id": .string(id.description),
            Self.factPrefix + "to": .string(request.destination.description),
            Self.factPrefix + "from": .string(callerID.description),
        ]
    }

    /// Seconds from answer to hang-up, rounded up; 0 if nobody answered, nil while it lasts.
    package var duration: Int? {
        guard let ending = lifecycle.ending else { return nil }
        guard let answeredAt = ending.answeredAt else { return 0 }
        return Int((ending.at.timeIntervalSince(answeredAt)).rounded(.up))
    }
}

/// What the network said: kept as received, never merged with what it is taken to mean.
package struct Transport: Sendable, Hashable, Codable {
    package enum Party: String, Sendable, Hashable, Codable {
        case callee
        case agent
        case carrier
        case server
    }

    /// The last SIP status of the INVITE, 100 to 699. Nil if none was ever received.
    package var sipStatus: Int?
    package var sipPhrase: String?
    /// ITU-T Q.850 cause from a `Reason` header (RFC 3326).
    package var q850Cause: Int?
    package var hungUpBy: Party?

    package init(sipStatus: Int? = nil, sipPhrase: String? = nil, q850Cause: Int? = nil, hungUpBy: Party? = nil) {
        self.sipStatus = sipStatus
        self.sipPhrase = sipPhrase
        self.q850Cause = q850Cause
        self.hungUpBy = hungUpBy
    }
}

/// Who or what picked up.
package enum Reached: String, Sendable, Hashable, Codable, CaseIterable {
    case nobody
    case machine
    case screener
    case ivr
    case person
    /// Somebody or something answered; nothing was said from which to tell.
    case unknown
}
