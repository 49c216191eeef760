package import Calls
package import FoundationEssentials
package import Storage

/// Whom a project may call, when and how much: read and changed.
package struct PolicyControl: Sendable {
    private let store: DialPolicyStore
    private let now: @Sendable () -> Date

    /// Policies can be read without an engine, beside a running server.
    package init(store: DialPolicyStore, now: @escaping @Sendable () -> Date = Date.stamp) {
        self.store = store
        self.now = now
    }

    /// What holds for the project's calls, unless their agent says otherwise.
    package func policy(project: Project.ID) async throws -> DialPolicy {
        try DialPolicy([try await store.changes(of: project)])
    }

    /// Changes what `patch` names; `null` brings a default back. Throws `Refusal.invalid` with the member that cannot be accepted. Calls
    /// that wait are held against the new policy when their turn comes.
    package func change(_ patch: DialPolicyChanges, project: Project.ID) async throws -> DialPolicy {
        do {
            return try DialPolicy([try await store.patch(patch, project: project, at: now())])
        } catch let problem as DialPolicyProblem {
            throw Refusal.invalid(field: problem.path, message: problem.message)
        } catch is DatabaseOverloaded {
            throw Refusal.overloaded
        }
    }

    /// Of every project that changed anything.
    package func all() async throws -> [Project.ID: DialPolicy] {
        var policies: [Project.ID: DialPolicy] = [:]
        for (project, changes) in try await store.all() { policies[project] = try DialPolicy([changes]) }
        return policies
    }
}
