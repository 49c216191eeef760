package import Calls
package import FoundationEssentials
import Storage

/// The counter at which all doors stand for batches: make, look at, pause, resume, cancel, redial, add to.
package struct BatchControl: Sendable {
    let store: BatchStore
    let calls: CallControl
    let agents: AgentStore
    let winding: BatchWinding

    var floor: CallFloor { calls.floor }

    /// The time of day, as the engine has it.
    package var now: Date { floor.timing.now() }

    package func batch(_ id: Batch.ID, project: Project.ID) async throws -> Batch {
        guard let batch = try await store.batch(id, project: project) else { throw Refusal.unknownBatch }
        return batch
    }

    /// With what is counted at this moment.
    package func progress(_ id: Batch.ID, project: Project.ID) async throws -> BatchProgress {
        try await progress(of: batch(id, project: project))
    }

    package func progress(of batch: Batch) async throws -> BatchProgress {
        BatchProgress(batch: batch, counts: try await store.counts(of: batch.id, at: now))
    }

    /// Newest first, those next older than `cursor`.
    package func batches(
        statuses: Set<BatchStatus> = [],
        before cursor: Batch.ID? = nil,
        limit: Int,
        project: Project.ID
    ) async throws -> (batches: [Batch], hasMore: Bool) {
        // One more than asked for, which tells whether there are more.
        let found = try await store.batches(project: project, statuses: statuses, before: cursor, limit: limit + 1)
        return (Array(found.prefix(limit)), found.count > limit)
    }

    /// The page behind the `offset` newest, and how many there are altogether. For doors that count pages.
    package func batches(
        statuses: Set<BatchStatus> = [],
        door: String? = nil,
        offset: Int,
        limit: Int,
        project: Project.ID
    ) async throws -> (batches: [Batch], total: Int) {
        let total = try await store.count(project: project, statuses: statuses, door: door)
        let found = try await store.batches(
            project: project,
            statuses: statuses,
            door: door,
            offset: offset,
            limit: limit
        )
        return (found, total)
    }

    /// In the order of the list, those behind `line`, each with its calls, the oldest first.
    package func contacts(
        of id: Batch.ID,
        states: Set<Contact.State> = [],
        after line: Int? = nil,
        limit: Int,
        project: Project.ID
    ) async throws -> (contacts: [(contact: Contact, calls: [Call])], hasMore: Bool) {
        let batch = try await batch(id, project: project)
        let found = try await store.contacts(of: batch.id, states: states, after: line, limit: limit + 1)
        let page = found.prefix(limit)
        let called = page.filter { $0.calls > 0 }.map(\.line)
        let calls = called.isEmpty ? [:] : try await store.calls(of: batch.id, lines: called)
        return (page.map { ($0, calls[$0.line] ?? []) }, found.count > limit)
    }

    /// Nothing new is dialed from the moment this returns: what waits in the queue is withdrawn, and has its turn again later. Calls under
    /// way go on.
    package func pause(_ id: Batch.ID, project: Project.ID) async throws -> Batch {
        try await move(id, from: [.scheduled, .running], project: project) { batch in
            batch.status = .paused
            batch.reason = BatchReason(.byRequest, "Paused by request")
        }
    }

    /// It goes on where it was.
    package func resume(_ id: Batch.ID, project: Project.ID) async throws -> Batch {
        let now = now
        return try await move(id, from: [.paused], project: project) { batch in
            let isEarly = batch.settings.startAt.map { $0 > now } ?? false
            batch.status = isEarly ? .scheduled : .running
            batch.reason = nil
            if !isEarly {
                batch.startedAt = batch.startedAt ?? now
                batch.runningSince = now
            }
        }
    }

    /// Nothing of it is left in the queue when this returns; calls under way end by themselves, and the batch with the last of them.
    package func cancel(_ id: Batch.ID, project: Project.ID) async throws -> Batch {
        try await move(id, from: [.scheduled, .running, .paused], project: project) { batch in
            batch.status = .stopping
            batch.reason = BatchReason(.byRequest, "Canceled by request")
        }
    }

    private func move(
        _ id: Batch.ID,
        from statuses: Set<BatchStatus>,
        project: Project.ID,
        _ change: @escaping @Sendable (inout Batch) -> Void
    ) async throws -> Batch {
        let batch = try await batch(id, project: project)
        guard let moved = try await store.move(id, from: statuses, at: now, change) else {
            throw Refusal.batchStatus(batch.status)
        }
        floor.feed.signalBatch(of: project)
        return try await winding.carryOut(moved, whole: true)
    }
}
