package import Calls
package import FoundationEssentials

/// Agents and the numbers they call from.
package struct AgentStore: Sendable {
    let database: any SQLDatabase
    private let versions = AgentVersions()

    package init(_ database: any SQLDatabase) {
        self.database = database
    }

    /// The agent with this id or, if the reference is no id, with this slug, and the version it is at. Archived ones only by id.
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
                        """
                        SELECT version AS agent_version FROM agents
                         WHERE project = \(project) AND slug = \(reference) AND archived_at IS NULL
                        """
                    )
                }
            return try rows.first.map { (try versions.agent(of: $0, db), try $0["agent_version"]) }
        }
    }

    /// By slug, archived ones left out.
    package func agents(project: Project.ID) async throws -> [Agent] {
        try await database.read { [versions] db in
            try db.run(
                """
                SELECT version AS agent_version FROM agents
                 WHERE project = \(project) AND archived_at IS NULL ORDER BY slug
                """
            )
            .map { try versions.agent(of: $0, db) }
        }
    }

    /// Of every project, by slug: for whoever keeps the server.
    package func all() async throws -> [Agent] {
        try await database.read { [versions] db in
            try db.run("SELECT version AS agent_version FROM agents ORDER BY slug").map {
                try versions.agent(of: $0, db)
            }
        }
    }

    /// Stores `agent` under its slug. If there is one with the slug, it gets this state and keeps its id and birth; with `mustBeNew`, nothing
    /// is stored then and nil is returned.
    package func put(
        _ agent: Agent,
        mustBeNew: Bool,
        project: Project.ID
    ) async throws -> (agent: Agent, isNew: Bool)? {
        try await database.write(.refusable) { db in
            var agent = agent
            let existing = try Self.existing(agent.slug, project, db)
            if let existing {
                guard !mustBeNew else { return nil }
                agent.id = existing.id
                agent.createdAt = existing.createdAt
            }
            try Self.store(agent, project, db)
            return (agent, existing == nil)
        }
    }

    /// Stores a new agent. If its slug is taken, it gets the next free one: `reminder-2`.
    package func add(_ agent: Agent, project: Project.ID) async throws -> Agent {
        try await database.write(.refusable) { db in
            var agent = agent
            var count = 1
            while try Self.existing(agent.slug, project, db) != nil {
                count += 1
                agent.slug = "\(agent.slug.dropSuffix("-\(count - 1)").prefix(58))-\(count)"
            }
            try Self.store(agent, project, db)
            return agent
        }
    }

    /// Gives the agent a new state, which `change` makes of the one it has now. Nil if the project has no such agent.
    package func update(
        _ id: Agent.ID,
        project: Project.ID,
        at now: Date,
        _ change: @escaping @Sendable (inout Agent) throws -> Void
    ) async throws -> Agent? {
        try await database.write(.refusable) { [versions] db in
            let row = try db.run(
                "SELECT version AS agent_version FROM agents WHERE project = \(project) AND id = \(id)\(db.words.lock)"
            ).first
            guard let row else { return nil }
            var agent = try versions.agent(of: row, db)
            let before = agent
            try change(&agent)
            guard agent != before else { return agent }
            agent.updatedAt = now
            try Self.store(agent, project, db)
            return agent
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

    private static func existing(
        _ slug: String,
        _ project: Project.ID,
        _ db: any SQLTransaction
    ) throws -> (id: Agent.ID, createdAt: Date)? {
        try db.run(
            "SELECT id, created_at FROM agents WHERE project = \(project) AND slug = \(slug)\(db.words.lock)"
        ).first.map { (try $0["id"], try $0["created_at"]) }
    }

    /// An archived agent frees its slug: it goes on under its id.
    private static func store(_ agent: Agent, _ project: Project.ID, _ db: any SQLTransaction) throws {
        let version = AgentVersion.ID(bornAt: agent.updatedAt)
        let slug = agent.status == .archived ? agent.id.description : agent.slug
        let archivedAt = agent.status == .archived ? agent.updatedAt : nil
        try db.run(
            """
            INSERT INTO agent_versions (id, agent, document, created_at)
            VALUES (\(version), \(agent.id), \(JSONColumn(agent)), \(agent.updatedAt))
            """
        )
        try db.run(
            """
            INSERT INTO agents (id, project, slug, version, created_at, updated_at, direction, archived_at)
            VALUES (\(agent.id), \(project), \(slug), \(version), \(agent.createdAt), \(agent.updatedAt),
                    \(agent.direction), \(archivedAt))
            ON CONFLICT (id) DO UPDATE SET slug = excluded.slug, version = excluded.version,
                                           updated_at = excluded.updated_at, direction = excluded.direction,
                                           archived_at = excluded.archived_at
            """
        )
        try db.run("DELETE FROM numbers WHERE agent = \(agent.id)")
        guard agent.status != .archived else { return }
        for (position, number) in agent.numbers.enumerated() {
            try db.run(
                """
                INSERT INTO numbers (agent, position, project, number)
                VALUES (\(agent.id), \(position), \(project), \(number))
                """
            )
        }
        try NumberStore.own(agent.numbers, project: project, at: agent.updatedAt, db)
        if agent.status == .active {
            try CallStore.release(heldBy: agent.id, project: project, at: agent.updatedAt, db)
        }
    }
}

extension StringProtocol {
    fileprivate func dropSuffix(_ suffix: String) -> SubSequence {
        hasSuffix(suffix) ? dropLast(suffix.count) : self[...]
    }
}
