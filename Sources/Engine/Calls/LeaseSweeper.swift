import Calls
import FoundationEssentials
import Logging
import ServiceLifecycle
import Storage
import Telephony

/// Ends calls whose node is gone, and takes down the lines they left up.
///
/// A call that no INVITE can have left for goes back to the queue. Any other is never dialed again. An actor because of what it
/// remembers of lines: which are being taken down, and how often each was tried in vain.
actor LeaseSweeper: Service {
    /// How often a dialog is tried that confirms nothing. With 5 s between the tries more than SIP's 64·T1 = 32 s.
    private static let takeDownLimit = 8

    private let floor: CallFloor
    private let dispatcher: Dispatcher
    private var failures: [Attempt.ID: Int] = [:]
    private var underWay: Set<Attempt.ID> = []

    init(floor: CallFloor, dispatcher: Dispatcher) {
        self.floor = floor
        self.dispatcher = dispatcher
    }

    /// Sweeps at once, because the process before this one may have left lines up, then three times per lease.
    func run() async throws {
        await cancelWhenGracefulShutdown {
            await withDiscardingTaskGroup { takeDowns in
                repeat {
                    // A line may take seconds to confirm. No lost call waits for that.
                    for attempt in await self.sweep() { takeDowns.addTask { await self.takeDown(attempt) } }
                } while (try? await self.floor.timing.sleep(for: self.floor.configuration.lease / 3)) != nil
            }
        }
    }

    /// Returns the attempts whose line has to be taken down and is not being taken down yet.
    private func sweep() async -> [Attempt] {
        do {
            try await endLostCalls()
            let orphans = try await floor.store.orphans().filter { !underWay.contains($0.id) }
            underWay.formUnion(orphans.map(\.id))
            return orphans
        } catch {
            floor.logger.error("Could not sweep lost calls", metadata: ["error": "\(error)"])
            return []
        }
    }

    private func endLostCalls() async throws {
        let configuration = floor.configuration
        while true {
            let now = floor.timing.now()
            let lost = try await floor.store.seizeLost(
                node: configuration.node,
                alive: await dispatcher.liveCallIDs,
                until: now + configuration.lease.timeInterval,
                now: now
            )
            guard !lost.isEmpty else { return }
            for call in lost { try await end(call, at: now) }
        }
    }

    private func end(_ lost: LostCall, at now: Date) async throws {
        var call = lost.call
        let before = call.lifecycle.status
        var change = CallChange(call)
        // Nothing came back from the network yet: nobody can say whether the INVITE left.
        let certainty = lost.attempt.map { attempt -> Attempt.Certainty in
            attempt.certainty == .sent && before == .dialing ? .unknown : attempt.certainty
        }
        if call.lifecycle.handle(.nodeLost, at: now).contains(.announce) {
            let events = [CallEvent.status(of: call, at: now)]
            change =
                call.lifecycle.status.isFinal
                ? closing(call, after: events, transcript: lost.transcript, at: now)
                : CallChange(call, events: events)
            call = change.call
            floor.logger.warning(
                "Call lost its node",
                metadata: ["call.id": "\(call.id)", "call.status": "\(before.rawValue)"]
            )
        }
        if let attempt = lost.attempt, let certainty {
            change.attempt = AttemptChange(id: attempt.id, certainty: certainty)
        }
        change.isReleased = true
        try await floor.store.save(change, under: lost.lease)
        floor.announce(change)
        if call.lifecycle.status == .queued { dispatcher.wake() }
    }

    private func closing(
        _ lost: Call,
        after events: [CallEvent],
        transcript: [TranscriptEntry],
        at now: Date
    ) -> CallChange {
        var call = lost
        var recording: String?
        if call.lifecycle.answeredAt != nil {
            if call.reached == .nobody { call.reached = call.answer?.reached ?? .unknown }
            call.calleeTurns = transcript.calleeTurns
            call.resultError = "The server stopped before the conversation had given its result"
            recording = floor.recordingPath(of: call)
                .flatMap { floor.telephone.recoverRecording(at: $0) ? $0 : nil }
        }
        call.recorded = recording != nil
        var change = floor.closing.change(call, after: events, at: now)
        change.recording = recording
        return change
    }

    private func takeDown(_ attempt: Attempt) async {
        defer { underWay.remove(attempt.id) }
        if let dialog = attempt.dialog, await !floor.telephone.takeDown(dialog) {
            guard !Task.isCancelled else { return }
            failures[attempt.id, default: 0] += 1
            guard failures[attempt.id, default: 0] >= Self.takeDownLimit else { return }
            floor.logger.error("A line could not be taken down", metadata: ["call.id": "\(attempt.call)"])
        }
        failures[attempt.id] = nil
        do {
            try await floor.store.close(attempt.id, at: floor.timing.now())
        } catch {
            // Still open in the ledger, so the next sweep takes it down once more.
            floor.logger.error("Could not close an attempt", metadata: ["error": "\(error)"])
        }
    }
}
