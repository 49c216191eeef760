package import Calls

extension CallStore {
    /// Writes down who or what really answered a call; nil takes it back. Returns the call, or nil if there is none that was answered.
    package func label(_ id: Call.ID, project: Project.ID, as label: Reached?) async throws -> Call? {
        try await database.write { [versions] db in
            let rows = try db.run(
                """
                UPDATE calls SET answer_label = \(label)
                 WHERE id = \(id) AND project = \(project) AND answered_at IS NOT NULL
                RETURNING *
                """
            )
            return try rows.first.map { row in try Call(row: row, agent: versions.agent(of: row, db)) }
        }
    }

    /// Calls of which it is known who or what really answered, oldest first, of `project` or of all.
    package func labelled(in project: Project.ID?, after: Call.ID?, limit: Int) async throws -> [Call] {
        try await database.read { [versions] db in
            try db.run(
                """
                SELECT * FROM calls
                 WHERE answer_label IS NOT NULL AND (\(project) IS NULL OR project = \(project))
                   AND (\(after) IS NULL OR id > \(after))
                 ORDER BY id LIMIT \(limit)
                """
            ).map { row in try Call(row: row, agent: versions.agent(of: row, db)) }
        }
    }
}
