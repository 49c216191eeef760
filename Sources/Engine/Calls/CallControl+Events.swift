package import Calls
import FoundationEssentials
import Storage

/// A part of a project's events, oldest first.
package struct EventPage: Sendable {
    package var events: [ProjectEvent]
    package var hasMore: Bool
    /// Where the next page begins: nothing up to this number has to be looked at again.
    package var nextAfter: Int64
}

extension CallControl {
    /// What happened on a call since `after` (0: from the beginning), then what happens, until the call is over.
    package func events(_ id: Call.ID, after: Int64, project: Project.ID) async throws -> AsyncStream<CallEvent> {
        _ = try await call(id, project: project)
        let follower = CallFollower(call: id, project: project, after: after, floor: floor, events: events)
        return AsyncStream { await follower.next() }
    }

    /// Every change of the status of each of `calls`, the end included, oldest first. For doors that show when a call was where.
    package func statuses(of calls: [Call]) async throws -> [Call.ID: [CallEvent]] {
        calls.isEmpty ? [:] : try await events.statuses(of: calls.map(\.id))
    }

    /// What happened in the project after `sequence`, of `kinds` alone if any are named.
    package func events(
        after sequence: Int64,
        kinds: Set<ProjectEvent.Kind> = [],
        limit: Int,
        project: Project.ID
    ) async throws -> EventPage {
        // One more than asked for, which tells whether there are more.
        let (found, end) = try await events.events(of: project, after: sequence, kinds: kinds, limit: limit + 1)
        guard found.count > limit else { return EventPage(events: found, hasMore: false, nextAfter: end) }
        let page = Array(found.prefix(limit))
        return EventPage(events: page, hasMore: true, nextAfter: page.last?.sequence ?? sequence)
    }

    /// What happened in the project after `sequence`, then what happens, for as long as it is read. Nil begins now.
    package func liveEvents(
        after sequence: Int64?,
        kinds: Set<ProjectEvent.Kind> = [],
        project: Project.ID
    ) async throws -> AsyncStream<ProjectEvent> {
        let wakes = floor.feed.wakes(for: project)
        let start =
            if let sequence { sequence } else { try await events.end(of: project) }
        let follower = ProjectFollower(
            project: project,
            after: start,
            kinds: kinds,
            wakes: wakes,
            floor: floor,
            events: events
        )
        return AsyncStream { await follower.next() }
    }
}
