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

    /// Newest first, those before `before`.
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
                   AND agent_versions.id < \(before?.description ?? "~")
                 ORDER BY agent_versions.id DESC LIMIT \(limit)
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
