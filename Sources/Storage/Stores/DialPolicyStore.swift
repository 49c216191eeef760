package import Calls
package import FoundationEssentials
import Synchronization

/// What projects changed of the built-in policy.
package struct DialPolicyStore: Sendable {
    private let database: any SQLDatabase

    package init(_ database: any SQLDatabase) {
        self.database = database
    }

    package func changes(of project: Project.ID) async throws -> DialPolicyChanges {
        try await database.read { db in try Self.changes(of: project, db) }
    }

    /// Of every project that changed anything.
    package func all() async throws -> [Project.ID: DialPolicyChanges] {
        try await database.read { db in
            try db.run("SELECT project, changes FROM dial_policies").reduce(into: [:]) { policies, row in
                policies[try row["project", as: Project.ID.self]] =
                    try row["changes", as: JSONColumn<DialPolicyChanges>.self].value
            }
        }
    }

    /// Applies a merge patch (`DialPolicy.merge`) and returns what is then changed. Throws `DialPolicyProblem`, with nothing stored.
    package func patch(
        _ patch: DialPolicyChanges,
        project: Project.ID,
        at now: Date
    ) async throws -> DialPolicyChanges {
        try await database.write(.refusable) { db in
            try Self.ensure(project, at: now, db)
            let row = try db.run("SELECT changes FROM dial_policies WHERE project = \(project)\(db.words.lock)").first
            let before = try row?["changes", as: JSONColumn<DialPolicyChanges>.self].value ?? [:]
            let changes = try DialPolicy.merge(patch, into: before)
            try db.run(
                """
                UPDATE dial_policies SET changes = \(JSONColumn(changes)), updated_at = \(now) WHERE project = \(project)
                """
            )
            return changes
        }
    }

    static func changes(of project: Project.ID, _ db: any SQLTransaction) throws -> DialPolicyChanges {
        let row = try db.run("SELECT changes FROM dial_policies WHERE project = \(project)").first
        return try row?["changes", as: JSONColumn<DialPolicyChanges>.self].value ?? [:]
    }

    /// Keeps other nodes from dialing for the project before this transaction ends: what caps and paces count stays as it is counted.
    static func lock(_ project: Project.ID, at now: Date, _ db: any SQLTransaction) throws -> DialPolicyChanges {
        func read() throws -> DialPolicyChanges? {
            try db.run("SELECT changes FROM dial_policies WHERE project = \(project)\(db.words.lock)").first?[
                "changes",
                as: JSONColumn<DialPolicyChanges>.self
            ].value
        }
        if let changes = try read() { return changes }
        try ensure(project, at: now, db)
        return try read() ?? [:]
    }

    private static func ensure(_ project: Project.ID, at now: Date, _ db: any SQLTransaction) throws {
        try db.run(
            """
            INSERT INTO dial_policies (project, changes, updated_at) VALUES (\(project), '{}', \(now))
            ON CONFLICT (project) DO NOTHING
            """
        )
    }
}

/// Policies in force, put together once for each pair of project and agent that say the same.
final class DialPolicies: Sendable {
    private struct Layers: Hashable {
        var project: DialPolicyChanges
        var agent: DialPolicyChanges
    }

    private static let capacity = 512
    private let known = Mutex<[Layers: DialPolicy]>([:])

    func policy(project: DialPolicyChanges, agent: DialPolicyChanges) throws -> DialPolicy {
        let layers = Layers(project: project, agent: agent)
        if let policy = known.withLock({ $0[layers] }) { return policy }
        let policy = try DialPolicy([project, agent])
        known.withLock { known in
            if known.count >= Self.capacity { known.removeAll() }
            known[layers] = policy
        }
        return policy
    }
}
