package import Calls
import FoundationEssentials

/// Agents and the numbers they call from.
package struct AgentStore: Sendable {
    private let database: any SQLDatabase
    private let versions = AgentVersions()

    package init(_ database: any SQLDatabase) {
        self.database = database
    }

    /// The agent with this id or, if the reference is no id, with this slug, and the version it is at.
    package func agent(
        _ reference: String,
        project: Project.ID
    ) async throws -> (agent: Agent, version: AgentVersion.ID)? {
        try await database.read { [versions] db in
            let rows =
                if let id = Agent.ID(reference) {
                    try db.run("SELECT version AS agent_version FROM agents WHERE project = \(project) AND id = \(id)")
                } else {
                    try db.run(
                        "SELECT version AS agent_version FROM agents WHERE project = \(project) AND slug = \(reference)"
                    )
                }
            return try rows.first.map { (try versions.agent(of: $0, db), try $0["agent_version"]) }
        }
    }

    /// By slug.
    package func agents(project: Project.ID) async throws -> [Agent] {
        try await database.read { [versions] db in
            try db.run("SELECT version AS agent_version FROM agents WHERE project = \(project) ORDER BY slug")
                .map { try versions.agent(of: $0, db) }
        }
    }

    /// Stores `agent` under its slug. If there is one with the slug, it gets this state and keeps its id and birth; with `mustBeNew`, nothing
    /// is stored then and nil is returned.
    package func put(
        _ agent: Agent,
        mustBeNew: Bool,
        project: Project.ID
    ) async throws -> (agent: Agent, isNew: Bool)? {
        let version = AgentVersion.ID(bornAt: agent.updatedAt)
        return try await database.write(.refusable) { db in
            var agent = agent
            let existing = try db.run(
                "SELECT id, created_at FROM agents WHERE project = \(project) AND slug = \(agent.slug)\(db.words.lock)"
            ).first
            if let existing {
                guard !mustBeNew else { return nil }
                agent.id = try existing["id"]
                agent.createdAt = try existing["created_at"]
            }
            try db.run(
                """
                INSERT INTO agent_versions (id, agent, document, created_at)
                VALUES (\(version), \(agent.id), \(JSONColumn(agent)), \(agent.updatedAt))
                """
            )
            try db.run(
                """
                INSERT INTO agents (id, project, slug, version, created_at, updated_at)
                VALUES (\(agent.id), \(project), \(agent.slug), \(version), \(agent.createdAt), \(agent.updatedAt))
                ON CONFLICT (project, slug) DO UPDATE SET version = excluded.version, updated_at = excluded.updated_at
                """
            )
            try db.run("DELETE FROM numbers WHERE agent = \(agent.id)")
            for (position, number) in agent.numbers.enumerated() {
                try db.run(
                    """
                    INSERT INTO numbers (agent, position, project, number)
                    VALUES (\(agent.id), \(position), \(project), \(number))
                    """
                )
            }
            return (agent, existing == nil)
        }
    }

    /// Removes an agent that has no call going on or waiting. Its past calls keep what they were placed with. False if it has one.
    package func remove(_ id: Agent.ID, project: Project.ID) async throws -> Bool {
        try await database.write { db in
            let busy = try db.run(
                """
                SELECT id FROM calls WHERE project = \(project) AND agent = \(id)
                   AND status IN ('scheduled', 'queued', 'dispatching', 'dialing', 'ringing', 'in_progress', 'wrapping_up')
                 LIMIT 1
                """
            )
            guard busy.isEmpty else { return false }
            try db.run("DELETE FROM agents WHERE id = \(id) AND project = \(project)")
            return true
        }
    }
}
