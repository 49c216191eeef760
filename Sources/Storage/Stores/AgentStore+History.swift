package import Calls
package import FoundationEssentials

extension AgentStore {
    /// A state that an agent has, or had.
    package struct State: Sendable, Hashable {
        package typealias ID = AgentVersion.ID

        package let version: ID
        package let agent: Agent
        /// When the agent got it.
        package let since: Date
        /// It has it now.
        package let isCurrent: Bool
    }

    /// Newest first, those before `before`. By time and not by identifier alone, which tells milliseconds apart.
    package func states(
        of agent: Agent.ID,
        before: AgentVersion.ID? = nil,
        limit: Int,
        project: Project.ID
    ) async throws -> [State] {
        try await database.read { db in
            try db.run(
                """
                SELECT agent_versions.id AS version, agent_versions.document AS document,
                       agent_versions.created_at AS created_at, agents.version AS current
                  FROM agent_versions JOIN agents ON agents.id = agent_versions.agent
                 WHERE agent_versions.agent = \(agent) AND agents.project = \(project)
                   AND NOT EXISTS (SELECT 1 FROM agent_versions AS known WHERE known.id = \(before)
                                   AND (agent_versions.created_at, agent_versions.id) >= (known.created_at, known.id))
                 ORDER BY agent_versions.created_at DESC, agent_versions.id DESC LIMIT \(limit)
                """
            ).map(State.init(row:))
        }
    }

    /// Nil if the agent had no such state, or is another project's.
    package func state(
        _ version: AgentVersion.ID,
        of agent: Agent.ID,
        project: Project.ID
    ) async throws -> State? {
        try await database.read { db in
            try db.run(
                """
                SELECT agent_versions.id AS version, agent_versions.document AS document,
                       agent_versions.created_at AS created_at, agents.version AS current
                  FROM agent_versions JOIN agents ON agents.id = agent_versions.agent
                 WHERE agent_versions.agent = \(agent) AND agents.project = \(project)
                   AND agent_versions.id = \(version)
                """
            ).first.map(State.init(row:))
        }
    }
}

extension AgentStore.State {
    fileprivate init(row: SQLRow) throws {
        version = try row["version"]
        agent = try row["document", as: JSONColumn<Agent>.self].value
        since = try row["created_at"]
        isCurrent = try row["current", as: AgentVersion.ID.self] == version
    }
}
