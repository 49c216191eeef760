package import Calls

/// Agents: make, change, look up, remove.
package struct AgentControl: Sendable {
    /// Reads a definition in YAML or JSON (which is YAML), and stores it under its slug: a new agent, or a new state of the one that has
    /// the slug. Throws `AgentFileError` with line numbers if it cannot be accepted.
    package func apply(_ text: String, project: Project.ID) async throws -> (agent: Agent, isNew: Bool) { fatalError() }

    /// By id or slug.
    package func agent(_ reference: String, project: Project.ID) async throws -> Agent { fatalError() }

    package func agents(project: Project.ID) async throws -> [Agent] { fatalError() }

    package func remove(_ reference: String, project: Project.ID) async throws { fatalError() }
}

/// What is wrong with an agent file, all of it at once.
package struct AgentFileError: Error, Sendable, Hashable {
    package struct Problem: Sendable, Hashable {
        /// 1 for the first line.
        package var line: Int
        package var column: Int
        package var message: String

        package init(line: Int, column: Int, message: String) {
            self.line = line
            self.column = column
            self.message = message
        }
    }

    package var problems: [Problem]

    package init(problems: [Problem]) {
        self.problems = problems
    }
}
