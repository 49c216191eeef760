package import Calls
import FoundationEssentials
import Storage

extension CallControl {
    /// Cancels a call that is not answered yet, hangs up one that is.
    ///
    /// Returns the call as it is once that is under way: `canceled`, or still in progress while the BYE travels. Throws
    /// `Refusal.callEnded` if there is nothing left to cancel.
    package func cancel(_ id: Call.ID, project: Project.ID) async throws -> Call {
        var hasAsked = false
        while true {
            let wakes = floor.feed.wakes(for: id)
            let call = try await call(id, project: project)
            let status = call.lifecycle.status
            if hasAsked, status.isFinal || status == .inProgress || status == .wrappingUp { return call }
            guard !status.isFinal, status != .wrappingUp else { throw Refusal.callEnded }
            if status.isHeld {
                hasAsked = try await askHolder(of: id)
                await wait(for: wakes)
            } else if let canceled = try await cancelWaiting(call) {
                return canceled
            }
        }
    }

    /// Nil if the call moved on in this moment.
    func cancelWaiting(_ call: Call) async throws -> Call? {
        try await floor.cancelWaiting(call)
    }

    /// True once the run that holds the call has been told. A call that another node holds is told when that renews its lease.
    private func askHolder(of id: Call.ID) async throws -> Bool {
        if await dispatcher.send(.cancel, to: id) { return true }
        try await floor.store.requestCancellation(of: id, at: floor.timing.now())
        return false
    }

    /// Until something about the call is stored, or for half a second: another node's commit wakes nobody here.
    private func wait(for wakes: AsyncStream<Void>) async {
        await withTaskGroup(of: Void.self) { group in
            group.addTask { for await _ in wakes { return } }
            group.addTask { try? await floor.timing.sleep(for: .milliseconds(500)) }
            await group.next()
            group.cancelAll()
        }
    }
}

extension CallFloor {
    /// Ends a call that nobody holds. Nil if it moved on in this moment.
    func cancelWaiting(_ call: Call) async throws -> Call? {
        let now = timing.now()
        var canceled = call
        _ = canceled.lifecycle.handle(.cancelRequested, at: now)
        let change = closing.change(canceled, after: [.status(of: canceled, at: now)], at: now)
        do {
            try await store.save(change, from: call.lifecycle.status)
        } catch is LeaseLost {
            return nil
        }
        announce(change)
        return change.call
    }
}
