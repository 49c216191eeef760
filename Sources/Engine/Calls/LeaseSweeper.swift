import Calls
import FoundationEssentials
import Logging
import ServiceLifecycle
import Storage
import Telephony

/// Ends calls whose node is gone, and takes down the lines they left up.
///
/// A call that no INVITE can have left for goes back to the queue. Any other is never dialed again. An actor because of one count: how
/// often a dialog was tried in vain.
actor LeaseSweeper: Service {
    /// How often a dialog is tried that confirms nothing. With 5 s between the tries more than SIP's 64·T1 = 32 s.
    private static let takeDownLimit = 8

    private let floor: CallFloor
    private let dispatcher: Dispatcher
    private var failures: [Attempt.ID: Int] = [:]

    init(floor: CallFloor, dispatcher: Dispatcher) {
        self.floor = floor
        self.dispatcher = dispatcher
    }

    /// Sweeps at once, because the process before this one may have left lines up, then three times per lease.
    func run() async throws {
        await cancelWhenGracefulShutdown {
            repeat {
                await self.sweep()
            } while (try? await self.floor.timing.sleep(for: self.floor.configuration.lease / 3)) != nil
        }
    }

    private func sweep() async {
        do {
            try await endLostCalls()
            try await takeDownOrphans()
        } catch {
            floor.logger.error("Could not sweep lost calls", metadata: ["error": "\(error)"])
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
        if call.lifecycle.handle(.nodeLost, at: now).contains(.announce) {
            let events = [CallEvent.status(of: call, at: now)]
            if call.lifecycle.answeredAt != nil, call.reached == .nobody { call.reached = .unknown }
            change =
                call.lifecycle.status.isFinal
                ? floor.closing.change(call, after: events, transcript: lost.transcript, at: now)
                : CallChange(call, events: events)
            floor.logger.warning(
                "Call lost its node",
                metadata: ["call.id": "\(call.id)", "call.status": "\(before.rawValue)"]
            )
        }
        if let attempt = lost.attempt, attempt.certainty == .sent {
            // Nothing came back from the network yet: nobody can say whether the INVITE left.
            change.attempt = AttemptChange(id: attempt.id, certainty: before == .dialing ? .unknown : .sent)
        }
        change.isReleased = true
        try await floor.store.save(change, under: lost.lease)
        floor.announce(change)
        if call.lifecycle.status == .queued { dispatcher.wake() }
    }

    private func takeDownOrphans() async throws {
        let orphans = try await floor.store.orphans()
        let telephone = floor.telephone
        let results = await withTaskGroup(of: (Attempt, Bool).self) { group in
            for attempt in orphans {
                group.addTask {
                    guard let dialog = attempt.dialog else { return (attempt, true) }
                    return (attempt, await telephone.takeDown(dialog))
                }
            }
            return await group.reduce(into: []) { $0.append($1) }
        }
        for (attempt, isDown) in results {
            failures[attempt.id, default: 0] += isDown ? 0 : 1
            guard isDown || failures[attempt.id, default: 0] >= Self.takeDownLimit else { continue }
            failures[attempt.id] = nil
            try await floor.store.close(attempt.id, at: floor.timing.now())
            if !isDown {
                floor.logger.error("A line could not be taken down", metadata: ["call.id": "\(attempt.call)"])
            }
        }
    }
}
