package import Calls
import FoundationEssentials
import Storage

extension CallControl {
    /// What the gate would decide if `placement` were placed now. Nothing is stored and nobody is called. Throws what placing it would throw,
    /// but for `Refusal.blocked`: then the decision says so.
    package func decision(on placement: Placement, project: Project.ID) async throws -> GateDecision {
        try await newCall(placement, project: project).decision
    }

    /// What was decided about a call so far, the oldest first, and what would be decided if its turn came now. That is nil for calls that
    /// are on their way or over.
    package func decisions(
        of id: Call.ID,
        project: Project.ID
    ) async throws -> (past: [GateDecision], present: GateDecision?) {
        let call = try await call(id, project: project)
        let past = try await floor.store.decisions(of: id)
        guard [.scheduled, .queued].contains(call.lifecycle.status) else { return (past, nil) }
        let now = floor.timing.now()
        return (past, try await decision(.inquiry, on: call, at: now))
    }

    /// `call` is scheduled or due: what matters is the moment when it would be dialed.
    func decision(_ stage: GateDecision.Stage, on call: Call, at now: Date) async throws -> GateDecision {
        var dialAt = now
        if case .scheduled(let date) = call.lifecycle.state { dialAt = max(now, date) }
        return try await floor.store.decision(
            stage,
            on: call,
            dialAt: dialAt,
            at: now,
            destination: CallFloor.destination
        )
    }
}

extension GateDecision {
    /// Throws `Refusal.blocked` if the gate would never let the call be dialed. About money the ledger has the last word, which says no in
    /// the transaction that stores the call.
    func refuseIfBlocked() throws(Refusal) {
        guard let check = checks.first(where: { $0.outcome == .blocked && !$0.rule.isAboutMoney }) else { return }
        throw .blocked(check)
    }
}
