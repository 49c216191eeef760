package import Calls

/// The engine's "no", typed. Each dialect maps every case to its own status and words.
package enum Refusal: Error, Sendable, Hashable {
    /// A field of the request cannot be accepted; `message` says what is.
    case invalid(field: String, message: String)
    case unknownAgent(String)
    /// The agent is a draft, paused or archived.
    case agentNotActive(slug: String, status: Agent.Status)
    /// The agent takes calls and places none.
    case agentNotOutbound(slug: String)
    case agentHasNoNumber(slug: String)
    /// The caller ID asked for is none of the agent's numbers.
    case numberNotAttached(PhoneNumber, to: String, has: [PhoneNumber])
    /// No trunk is configured that calls of this mode could go through.
    case noTrunk(CallMode)
    /// Placeholders of the agent that nothing gives a value to, sorted.
    case missingVariables([String])
    /// The gate would never let the call be dialed; the check says which rule, and why.
    case blocked(GateCheck)
    case unknownSuppression
    case unknownConsent
    /// The balance does not cover what has to be reserved for the call.
    case insufficientFunds(balance: Money, needed: Money)
    /// A spend cap leaves no room for the call.
    case spendCapReached(SpendCap)
    /// The same idempotency key came with another request within a day.
    case idempotencyKeyReused
    case unknownCall
    case unknownNumber
    /// An agent has the number.
    case numberInUse
    case unknownKey
    /// The key is revoked or expired.
    case keyNotActive
    /// A key would get at more than it has itself, by making or changing another one. In words.
    case beyondKey(String)
    case unknownDelivery
    case unknownEndpoint
    /// The slug is taken by another agent of the project.
    case agentExists(slug: String)
    /// The agent has calls that are not over.
    case agentInUse
    /// The call is already over.
    case callEnded
    /// What was asked for needs a call on which somebody talks; this one has another status.
    case callNotLive(CallStatus)
    /// Nobody picked up, or the call does not exist any more.
    case callNotAnswered
    case noRecording
    /// What is to be erased is not over: the first of the calls that wait or go on.
    case callsNotOver([Call.ID])
    case unknownErasure
    /// The request was answered before, and the answer was erased with its call since.
    case callErased
    /// The signature of a link to a recording is not ours.
    case linkForged
    case linkExpired
    case unknownBatch
    /// The agent never had such a state.
    case unknownAgentVersion
    case unknownTrunk
    /// The agent goes by instructions, and no language model is configured.
    case noLanguageModel
    /// What was asked for cannot be done to a batch that has this status.
    case batchStatus(BatchStatus)
    /// The queue of pending writes is full: try again shortly.
    case overloaded
    /// Too many requests came in too short a time.
    case rateLimited(RateLimitState)
    case draining
}

extension Refusal {
    init(_ shortfall: Shortfall) {
        self =
            switch shortfall {
            case .insufficientFunds(let balance, let needed): .insufficientFunds(balance: balance, needed: needed)
            case .capReached(let cap): .spendCapReached(cap)
            }
    }
}
