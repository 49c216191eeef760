package import Calls
import FoundationEssentials
import Storage

/// A part of a list of calls, newest first.
package struct CallPage: Sendable {
    package var calls: [Call]
    /// Whether an INVITE can have left for each, by its last attempt. Nil stands for `notSent`.
    package var certainties: [Call.ID: Attempt.Certainty]
    /// Whether more calls lie behind this page, in the direction in which pages are turned.
    package var hasMore: Bool

    /// Whether an INVITE can have left for `call`, which is one of the page.
    package func certainty(of call: Call) -> Attempt.Certainty { certainties[call.id] ?? .notSent }
}

extension CallControl {
    /// The page at `cursor`. Costs what the page has, however many calls there are.
    package func calls(
        _ filter: CallFilter = CallFilter(),
        at cursor: CallCursor = .newest,
        limit: Int,
        project: Project.ID
    ) async throws -> CallPage {
        // One more than asked for, which tells whether there are more.
        let found = try await floor.store.calls(filter, at: cursor, limit: limit + 1, project: project)
        let calls = if case .after = cursor { found.suffix(limit) } else { found.prefix(limit) }
        return try await page(Array(calls), hasMore: found.count > limit)
    }

    /// The page behind the `offset` newest calls, and how many calls there are altogether, both of one moment. For doors that count
    /// pages; a cursor is cheaper, and misses nothing when calls are placed between two pages.
    package func calls(
        _ filter: CallFilter = CallFilter(),
        offset: Int,
        limit: Int,
        project: Project.ID
    ) async throws -> (page: CallPage, total: Int) {
        let (calls, total) = try await floor.store.calls(filter, offset: offset, limit: limit, project: project)
        return (try await page(calls, hasMore: offset + calls.count < total), total)
    }

    /// What was said on each of `calls`, which the project is known to have. A call on which nothing was said is not in the result.
    package func transcripts(of calls: [Call]) async throws -> [Call.ID: [TranscriptEntry]] {
        try await floor.store.transcripts(of: calls.map(\.id))
    }

    private func page(_ calls: [Call], hasMore: Bool) async throws -> CallPage {
        CallPage(
            calls: calls,
            certainties: try await floor.store.certainties(of: calls.map(\.id)),
            hasMore: hasMore
        )
    }
}
