import Calls
import FoundationEssentials
import Logging
import Storage

// What a callee asked for during a call, and gets at once.
extension CallFloor {
    /// Never calls the callee of `call` again: the number is on the project's list before anything else, then every call to it that waits is
    /// canceled. Calls that are under way are left to their own conversation.
    func optOut(on call: Call) async {
        do {
            let suppression = Suppression(
                number: call.request.destination,
                scope: .project,
                reason: .calleeRequest,
                addedBy: "call",
                call: call.id,
                createdAt: timing.now()
            )
            try await store.suppress(suppression, project: call.project)
            let waiting = CallFilter(statuses: [.scheduled, .queued], destination: call.request.destination)
            while true {
                let calls = try await store.calls(waiting, limit: 100, project: call.project)
                var hasCanceled = false
                for call in calls where try await cancelWaiting(call) != nil { hasCanceled = true }
                // What moved on meanwhile is stopped by the gate.
                if !hasCanceled { return }
            }
        } catch {
            // The end of the call puts the number on the list once more.
            logger.error("Could not carry out an opt-out", metadata: ["call.id": "\(call.id)", "error": "\(error)"])
        }
    }

    /// Calls the callee of `call` once more, in so many minutes, like the first time.
    func callBack(on call: Call, minutes: Int, reason: String?) async {
        let now = timing.now()
        var request = call.request
        request.scheduledFor = now + TimeInterval(minutes * 60)
        request.expiresAt = nil
        if let reason { request.variables["callback_reason"] = .string(reason) }
        var next = Call(
            id: Call.ID(bornAt: now),
            project: call.project,
            request: request,
            agent: call.agent,
            callerID: call.callerID,
            createdAt: now,
            lifecycle: CallLifecycle(state: .scheduled(for: now + TimeInterval(minutes * 60)))
        )
        next.reservation = Reservation(
            rate: configuration.rates.rate(for: request.destination),
            maxDuration: next.maxDuration
        )
        next.prompt = request.prompt(for: call.agent)
        next.conductor = call.conductor
        do {
            guard let version = try await store.version(of: call.id) else { return }
            try await store.add(next, version: version, events: [.status(of: next, at: now)])
            feed.signal(next.id, of: next.project)
        } catch {
            logger.error("Could not schedule a call back", metadata: ["call.id": "\(call.id)", "error": "\(error)"])
        }
    }
}
