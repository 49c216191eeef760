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
    case noRecording
    /// The queue of pending writes is full: try again shortly.
    case overloaded
    case draining
}
