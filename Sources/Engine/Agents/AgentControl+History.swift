package import Calls
package import FoundationEssentials
package import Storage

/// A state that an agent has, or had.
package struct AgentState: Sendable, Hashable {
    package typealias ID = AgentVersion.ID

    package let version: ID
    package let agent: Agent
    /// When the agent got it.
    package let since: Date
    /// It has it now.
    package let isCurrent: Bool

    fileprivate init(_ state: AgentStore.State) {
        version = state.version
        agent = state.agent
        since = state.since
        isCurrent = state.isCurrent
    }
}

// What agents were before.
extension AgentControl {
    /// Newest first, the present state among them. `before` is the last version of the page before.
    package func states(
        of reference: String,
        before: AgentState.ID? = nil,
        limit: Int,
        project: Project.ID
    ) async throws -> (states: [AgentState], hasMore: Bool) {
        let agent = try await agent(reference, project: project)
        let found = try await store.states(of: agent.id, before: before, limit: limit + 1, project: project)
        return (found.prefix(limit).map(AgentState.init), found.count > limit)
    }

    /// Throws `Refusal.unknownAgentVersion`.
    package func state(
        _ version: AgentState.ID,
        of reference: String,
        project: Project.ID
    ) async throws -> AgentState {
        let agent = try await agent(reference, project: project)
        guard let state = try await store.state(version, of: agent.id, project: project) else {
            throw Refusal.unknownAgentVersion
        }
        return AgentState(state)
    }

    /// The state before `version`. Nil if it is the first.
    package func state(
        before version: AgentState.ID,
        of reference: String,
        project: Project.ID
    ) async throws -> AgentState? {
        try await states(of: reference, before: version, limit: 1, project: project).states.first
    }

    /// Gives the agent what it had at `version`, as a new version. Whether it takes calls stays as it is now. Throws `Refusal.invalid` if that
    /// could not be accepted any more, and `Refusal.unknownAgentVersion`.
    package func restore(
        _ version: AgentState.ID,
        of reference: String,
        project: Project.ID
    ) async throws -> Agent {
        let past = try await state(version, of: reference, project: project).agent
        return try await update(reference, project: project) { agent in
            let (status, updatedAt) = (agent.status, agent.updatedAt)
            agent = past
            agent.status = status
            agent.updatedAt = updatedAt
        }
    }

    /// Everything that is wrong with `agent`. A draft need not know yet what it is to do.
    package func problems(in agent: Agent) -> [FlowProblem] {
        var problems = FlowCheck.problems(
            in: agent,
            voices: voices,
            realtimeModels: realtimeModels,
            mayHaveNoTask: agent.status == .draft
        )
        if let url = agent.webhookURL, let problem = addressGuard.problem(with: url) {
            problems.append(FlowProblem(path: "webhook_url", message: problem))
        }
        return problems + [audioProblem(of: agent)].compactMap(\.self)
    }
}
