package import Calls

extension CallStore {
    /// Puts a number on the list of those that are not called, at once.
    package func suppress(_ suppression: Suppression, project: Project.ID) async throws {
        try await database.write { db in try suppression.insert(project: project, db) }
    }

    /// The agent's version that a call was placed with. Nil if there is no such call.
    package func version(of call: Call.ID) async throws -> AgentVersion.ID? {
        try await database.read { db in
            try db.run("SELECT agent_version FROM calls WHERE id = \(call)").first?["agent_version"]
        }
    }
}
