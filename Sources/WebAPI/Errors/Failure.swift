package import Engine

/// Everything a request can end in other than an answer. A dialect words each.
package enum Failure: Sendable {
    case refusal(Refusal)
    case request(RequestProblem)
    case agentFile(AgentFileError)
    /// Ours: logged with all there is, shown as nothing but the fact.
    case fault
}
