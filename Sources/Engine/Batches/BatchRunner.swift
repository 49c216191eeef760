import Calls
import FoundationEssentials
import Logging
import ServiceLifecycle
import Storage

/// Gives the contacts of running batches their turn: at the pace of their batch, and as far as channels are free, each becomes a call in the queue,
/// where it is dialed like any other.
///
/// Late on purpose: a contact is no call before it may be dialed, so that a list of a hundred thousand neither fills the queue nor reserves
/// money. All it knows is in the database; several nodes may run it side by side. An actor because of the one alarm that is set.
actor BatchRunner: Service {
    /// How many contacts one batch looks at before the others get their turn.
    private static let lookLimit = 200

    private let store: BatchStore
    private let calls: CallControl
    private let winding: BatchWinding
    private let turns: ContactTurns
    /// Whether batches appear that this process was not told of.
    private let isAlone: Bool
    private let wakeups = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingNewest(1))
    private var alarm: Date?

    private var floor: CallFloor { calls.floor }

    init(store: BatchStore, calls: CallControl, winding: BatchWinding, isAlone: Bool) {
        self.store = store
        self.calls = calls
        self.winding = winding
        self.isAlone = isAlone
        turns = ContactTurns(store: store, calls: calls)
    }

    func run() async throws {
        let wakes = floor.feed.batchWakes()
        await withDiscardingTaskGroup { tasks in
            tasks.addTask { for await _ in wakes { self.wakeups.continuation.yield() } }
            await removeUnfinishedImports()
            wakeups.continuation.yield()
            for await _ in wakeups.stream.cancelOnGracefulShutdown() {
                guard let next = await look(), arm(next) else { continue }
                tasks.addTask { await self.wait(until: next) }
            }
            tasks.cancelAll()
        }
    }

    /// Whether somebody has to wait for `date`: nobody does if an alarm rings before.
    private func arm(_ date: Date) -> Bool {
        if let alarm, alarm <= date { return false }
        alarm = date
        return true
    }

    private func wait(until date: Date) async {
        guard (try? await floor.timing.sleep(until: date)) != nil else { return }
        if alarm == date { alarm = nil }
        wakeups.continuation.yield()
    }

    /// A list whose process died while it was read was accepted by nobody.
    private func removeUnfinishedImports() async {
        do {
            let now = floor.timing.now()
            // Another node may be reading one at this moment, but not for hours.
            for batch in try await store.unfinishedImports(begunBefore: isAlone ? now : now - 6 * 3600) {
                try await BatchControl.discard(batch, store)
            }
        } catch {
            floor.logger.error("Could not remove unfinished imports", metadata: ["error": "\(error)"])
        }
    }

    /// One look at every batch. Returns when the next one is worth it although nothing else happens.
    private func look() async -> Date? {
        let now = floor.timing.now()
        let poll = now + floor.configuration.safetyPoll.timeInterval
        do {
            let active = try await store.active()
            guard !active.isEmpty else { return isAlone ? nil : poll }
            var lines: [BatchLine] = []
            var next = poll
            for batch in active {
                if let running = try await prepare(batch, &next) { lines.append(BatchLine(batch: running)) }
            }
            lines.shuffle()
            try await serve(&lines, &next)
            return max(next, now)
        } catch {
            floor.logger.error("Could not serve batches", metadata: ["error": "\(error)"])
            return poll
        }
    }

    /// Does what the clock and its status ask for. Returns the batch if contacts of it may have their turn.
    private func prepare(_ batch: Batch, _ next: inout Date) async throws -> Batch? {
        let now = floor.timing.now()
        switch batch.status {
        case .scheduled:
            if let start = batch.settings.startAt, start > now {
                next = min(next, start)
                return nil
            }
            let started = try await store.move(batch.id, from: [.scheduled], at: now) { batch in
                batch.status = .running
                batch.startedAt = batch.startedAt ?? now
                batch.runningSince = now
            }
            floor.feed.signalBatch(of: batch.project)
            return started
        case .running:
            if try await store.promote(in: batch.id, now: now) { next = now }
            if let due = try await store.nextDue(in: batch.id) { next = min(next, due) }
            if let deadline = batch.settings.deadline { next = min(next, deadline) }
            return batch
        case .paused: _ = try await winding.carryOut(batch)
        case .stopping:
            if try await winding.carryOut(batch).status == .stopping,
                try await store.hasContacts(in: batch.id, states: [.ready, .waiting])
            {
                next = now
            }
        case .importing, .completed, .canceled: break
        }
        return nil
    }

    /// One dial each, round and round, until no batch may dial any more.
    private func serve(_ lines: inout [BatchLine], _ next: inout Date) async throws {
        let configuration = floor.configuration
        guard !lines.isEmpty, !calls.dispatcher.isDraining else { return }
        var room = try await store.room(channels: configuration.channels, node: configuration.node)
        while lines.contains(where: { !$0.isDone }) {
            for index in lines.indices where !lines[index].isDone {
                let reserve = lines[index].batch.settings.reserve ?? configuration.channels / 10
                if try await serve(&lines[index], hasRoom: room > reserve, &next) { room -= 1 }
            }
        }
    }

    /// True if one of its contacts became a call.
    private func serve(_ line: inout BatchLine, hasRoom: Bool, _ next: inout Date) async throws -> Bool {
        let batch = line.batch
        switch try await store.move(of: batch, at: floor.timing.now()) {
        case .pause(let reason): try await stand(batch, .paused, reason)
        case .stop(let reason): try await stand(batch, .stopping, reason)
        case .wait(let date):
            if let date { next = min(next, date) }
            try await endIfFinished(batch)
        case .dial where !hasRoom: break
        case .dial:
            let turn = try await turns.next(of: batch, &line.looked)
            switch turn {
            case .dialed(let moved):
                line.batch = moved
                return true
            case .later(let date): if let date { next = min(next, date) }
            case .pause(let reason): try await stand(batch, .paused, reason)
            case .again where line.looked < Self.lookLimit: return false
            case .again: next = floor.timing.now()
            case .nobody:
                try await endIfFinished(batch)
                if let due = try await store.nextDue(in: batch.id) { next = min(next, due) }
            }
        }
        line.isDone = true
        return false
    }

    /// Ends it if nothing of it is left.
    private func endIfFinished(_ batch: Batch) async throws {
        guard try await !store.hasContacts(in: batch.id, states: [.ready, .waiting, .calling]) else { return }
        _ = try await winding.end(batch)
    }

    /// It is not dialed for any more, and says why.
    private func stand(_ batch: Batch, _ status: BatchStatus, _ reason: BatchReason) async throws {
        let moved = try await store.move(batch.id, from: [.running], at: floor.timing.now()) { batch in
            batch.status = status
            batch.reason = reason
        }
        guard let moved else { return }
        floor.logger.warning(
            "Batch stands still",
            metadata: ["batch.id": "\(batch.id)", "batch.reason": "\(reason.kind.rawValue)"]
        )
        floor.feed.signalBatch(of: batch.project)
        _ = try await winding.carryOut(moved)
    }
}

/// A batch during one look.
private struct BatchLine {
    var batch: Batch
    /// How many of its contacts were looked at.
    var looked = 0
    /// Nothing more can be done for it in this look.
    var isDone = false
}
