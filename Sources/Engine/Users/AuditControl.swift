package import Calls
import FoundationEssentials
import Storage

/// Who did what, and when, at the pages of the server.
package struct AuditControl: Sendable {
    let store: AuditStore
    let now: @Sendable () -> Date

    /// `subject` is what it was done to, `detail` more about it in a few words. Written before or after the deed itself, whichever is worse to miss.
    package func note(
        _ action: AuditEntry.Action,
        by user: User,
        on subject: String? = nil,
        detail: String? = nil,
        from address: String?
    ) async throws {
        try await add(action, project: user.project, user: user.id, name: user.name, subject, detail, address)
    }

    /// A sign-in that failed. It is the first project's if nobody has the name.
    func noteFailure(name: String, user: User?, from address: String?) async throws {
        let project = user?.project ?? Project.first
        try await add(.signInFailed, project: project, user: user?.id, name: name, nil, nil, address)
    }

    private func add(
        _ action: AuditEntry.Action,
        project: Project.ID,
        user: User.ID?,
        name: String,
        _ subject: String?,
        _ detail: String?,
        _ address: String?
    ) async throws {
        let now = now()
        let entry = AuditEntry(
            id: AuditEntry.ID(bornAt: now),
            project: project,
            user: user,
            name: name,
            action: action,
            subject: subject,
            detail: detail,
            address: address,
            at: now
        )
        try await store.add(entry)
    }

    /// Newest first, those older than `before`.
    package func entries(
        before: AuditEntry.ID? = nil,
        limit: Int,
        project: Project.ID
    ) async throws -> (entries: [AuditEntry], hasMore: Bool) {
        let found = try await store.entries(before: before, limit: limit + 1, project: project)
        return (Array(found.prefix(limit)), found.count > limit)
    }
}
