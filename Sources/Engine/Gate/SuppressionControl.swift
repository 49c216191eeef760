package import Calls
package import FoundationEssentials
package import Storage

/// The do-not-call lists: looked up, added to, taken from.
package struct SuppressionControl: Sendable {
    /// A number that is to be put on a list.
    package struct Entry: Sendable, Hashable {
        package var number: PhoneNumber
        package var reason: Suppression.Reason
        package var note: String

        package init(number: PhoneNumber, reason: Suppression.Reason = .other, note: String = "") {
            self.number = number
            self.reason = reason
            self.note = note
        }
    }

    /// In bytes.
    package static let noteLimit = 500

    private let store: SuppressionStore
    private let now: @Sendable () -> Date

    /// Lists can be kept without an engine, beside a running server.
    package init(store: SuppressionStore, now: @escaping @Sendable () -> Date = Date.stamp) {
        self.store = store
        self.now = now
    }

    /// Puts numbers on a list, all or none; from then on none of them is dialed. Returns how many were not there yet.
    package func add(
        _ entries: [Entry],
        to scope: Suppression.Scope = .project,
        by author: String,
        project: Project.ID
    ) async throws -> Int {
        let now = now()
        let suppressions = try entries.map { entry in
            guard entry.note.utf8.count <= Self.noteLimit else {
                throw Refusal.invalid(
                    field: "note",
                    message: "may have \(Self.noteLimit) bytes: that of \(entry.number)"
                )
            }
            return Suppression(
                number: entry.number,
                scope: scope,
                reason: entry.reason,
                note: entry.note,
                addedBy: author,
                createdAt: now
            )
        }
        do {
            return try await store.add(suppressions, project: project)
        } catch is DatabaseOverloaded {
            throw Refusal.overloaded
        }
    }

    /// What stops calls to `number`: an entry of the project's list, of the account's, or both. Throws `Refusal.unknownSuppression`.
    package func suppressions(of number: PhoneNumber, project: Project.ID) async throws -> [Suppression] {
        let found = try await store.suppressions(of: number, project: project)
        guard !found.isEmpty else { throw Refusal.unknownSuppression }
        return found
    }

    /// In the order of the numbers, those behind `after`; only those that begin as `beginning` does, if one is given.
    package func list(
        _ scope: Suppression.Scope = .project,
        beginning: NumberBeginning? = nil,
        after: PhoneNumber?,
        limit: Int,
        project: Project.ID
    ) async throws -> (suppressions: [Suppression], hasMore: Bool) {
        let found = try await store.suppressions(
            scope,
            beginning: beginning,
            after: after,
            limit: limit + 1,
            project: project
        )
        return (Array(found.prefix(limit)), found.count > limit)
    }

    /// Throws `Refusal.unknownSuppression` if the number is not on that list. It may stand on the other one still.
    package func remove(
        _ number: PhoneNumber,
        from scope: Suppression.Scope = .project,
        project: Project.ID
    ) async throws {
        guard try await store.remove(number, from: scope, project: project) else { throw Refusal.unknownSuppression }
    }
}
