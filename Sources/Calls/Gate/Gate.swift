package import FoundationEssentials

/// What every dial has to pass. A pure value: the same call, policy, facts and moment always get the same decision.
package struct Gate: Sendable {
    let call: Call
    let policy: DialPolicy
    let destination: Destination
    let facts: GateFacts
    /// The moment of the dial.
    let now: Date

    /// `dialAt` is the moment of the dial that is asked about.
    package init(call: Call, policy: DialPolicy, destination: Destination, facts: GateFacts, dialAt: Date) {
        self.call = call
        self.policy = policy
        self.destination = destination
        self.facts = facts
        now = dialAt
    }

    /// Asks every rule, also after one has said no: whoever reads the decision wants to know all that stands in the way.
    package func decision(_ stage: GateDecision.Stage, at decidedAt: Date) -> GateDecision {
        let checks =
            [agent, callerID, suppression, country, consent, callingHours, frequency] + money(stage)
            + [concurrency, pace]
        return GateDecision(stage: stage, decidedAt: decidedAt, dialAt: now, checks: checks.compactMap(\.self))
    }
}

// Who calls.
extension Gate {
    /// How long a paused agent's calls rest before they are looked at again: a day, because its return brings them back at once.
    private static let pauseRecheck: TimeInterval = 86_400

    private var agent: GateCheck? {
        guard let agent = facts.agent else {
            return GateCheck(.agent, .blocked, "The agent is gone", values: ["agent": .string(call.agent.slug)])
        }
        let values: [String: JSONValue] = [
            "agent": .string(agent.slug), "status": .string(agent.status.rawValue),
            "direction": .string(agent.direction.rawValue),
        ]
        guard agent.direction == .outbound else {
            return GateCheck(.agent, .blocked, "The agent places no calls", values: values)
        }
        switch agent.status {
        case .active: return GateCheck(.agent, .passed, "The agent is active", values: values)
        case .paused:
            let until = now + Self.pauseRecheck
            return GateCheck(.agent, .waits, "The agent is paused", values: values, until: until)
        case .draft, .archived:
            return GateCheck(.agent, .blocked, "The agent is \(agent.status.rawValue)", values: values)
        }
    }

    private var callerID: GateCheck? {
        guard let agent = facts.agent else { return nil }
        let values: [String: JSONValue] = ["caller_id": .string(call.callerID.description)]
        return agent.numbers.contains(call.callerID)
            ? GateCheck(.callerID, .passed, "\(call.callerID) is one of the agent's numbers", values: values)
            : GateCheck(.callerID, .blocked, "\(call.callerID) is no longer one of the agent's numbers", values: values)
    }
}
