import Calls
import FoundationEssentials
import PhoneNumbers
import Storage

extension CallFloor {
    /// What the numbering plans say of the number that `request` wants called.
    static let destination: DestinationLookup = { request, withZones in
        request.destination.destination(timeZone: request.timeZone, withZones: withZones)
    }

    /// Why the callee of `call` may not be handed over to `destination`: it is a number that may not be called. Nil if they may be.
    func objection(to destination: TransferDestination, on call: Call) async throws -> GateCheck? {
        guard let number = destination.number else { return nil }
        return try await store.checks(of: number.destination(withZones: false), for: call)
            .first { $0.outcome == .blocked }
    }

    /// Ends a call that nobody holds and that the gate will never let pass.
    func end(_ call: Call, blockedBy decision: GateDecision) async throws {
        try await end(call, by: .blocked, decision)
    }

    /// Ends a call that nobody holds and whose last moment has passed.
    func expire(_ call: Call) async throws {
        try await end(call, by: .expired)
    }

    private func end(_ call: Call, by event: CallLifecycle.Event, _ decision: GateDecision? = nil) async throws {
        let now = timing.now()
        var ended = call
        guard ended.lifecycle.handle(event, at: now).contains(.announce) else { return }
        ended.blockedBy = decision?.decisive?.rule
        let events = [CallEvent.status(of: ended, at: now)]
        var change = closing.change(ended, after: events, at: now)
        change.decision = decision
        do {
            try await store.save(change, from: call.lifecycle.status)
            announce(change)
        } catch is LeaseLost {
            // Canceled in this moment, or ended by another node.
        }
    }
}
