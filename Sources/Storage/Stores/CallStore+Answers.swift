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
}
