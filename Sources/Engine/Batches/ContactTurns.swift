import Calls
import FoundationEssentials
import Storage

/// Gives the next contact of a batch its turn: through the same check, the same gate and the same ledger as a call that somebody places.
struct ContactTurns: Sendable {
    enum Turn: Sendable {
        /// It became a call; this is the batch since then.
        case dialed(Batch)
        /// Nobody of this batch can be dialed before then, or before something else is over.
        case later(Date?)
        case pause(BatchReason)
        /// The contact that was looked at cannot be dialed now; the next one may be.
        case again
        /// No contact is ready.
        case nobody
    }

    /// How many contacts are read at once.
    private static let page = 20

    let store: BatchStore
    let calls: CallControl

    private var floor: CallFloor { calls.floor }

    /// `looked` counts the contacts that were looked at.
    func next(of batch: Batch, _ looked: inout Int) async throws -> Turn {
        let contacts = try await store.ready(in: batch.id, limit: Self.page)
        guard !contacts.isEmpty else { return .nobody }
        var postponed: [(line: Int, until: Date, note: String)] = []
        var turn = Turn.again
        looking: for contact in contacts {
            looked += 1
            switch try await outcome(for: contact, of: batch) {
            case .postponed(let until, let note): postponed.append((contact.line, until, note))
            case .skipped: continue
            case .settled(let settled):
                turn = settled
                break looking
            }
        }
        if !postponed.isEmpty { try await store.postpone(postponed, of: batch.id) }
        return turn
    }

    private enum Outcome {
        case postponed(until: Date, note: String)
        case skipped
        case settled(Turn)
    }

    private func outcome(for contact: Contact, of batch: Batch) async throws -> Outcome {
        let request = BatchCallMaker.request(for: contact, of: batch)
        let now = floor.timing.now()
        if batch.settings.hours != nil {
            let zones = CallFloor.destination(request, true).zones.zones
            switch batch.settings.opening(in: zones, at: now) {
            case .open: break
            case .opens(let date):
                return .postponed(until: date, note: "The batch's hours begin at \(date.formatted(.iso8601))")
            case .never:
                try await store.skip(contact, note: "There is no moment within the batch's hours for the callee")
                return .skipped
            }
        }
        guard let callerID = try await callerID(for: batch, at: now) else {
            return .settled(.later(batch.settings.dayEnd(after: now)))
        }
        let placement = CallControl.Placement(
            agent: batch.settings.agent.description,
            from: callerID.number,
            request: request
        )
        do {
            let (call, version, decision) = try await calls.newCall(placement, project: batch.project)
            return try await outcome(for: contact, of: batch, call, version, decision)
        } catch let refusal as Refusal {
            return try await outcome(of: refusal, for: contact, at: now)
        }
    }

    /// What the gate says decides; about money the ledger has the last word.
    private func outcome(
        for contact: Contact,
        of batch: Batch,
        _ call: Call,
        _ version: AgentVersion.ID,
        _ decision: GateDecision
    ) async throws -> Outcome {
        let now = floor.timing.now()
        if let check = decision.checks.first(where: { $0.outcome == .blocked && !$0.rule.isAboutMoney }) {
            guard check.rule != .agent, check.rule != .callerID else {
                return .settled(.pause(BatchReason(.notCallable, check.reason)))
            }
            try await store.skip(contact, note: check.reason, reason: .blocked)
            return .skipped
        }
        let waits = decision.checks.filter { $0.outcome == .waits }
        // What holds up the project holds up everybody; what holds up one callee, only them.
        if let shared = waits.first(where: { ![.callingHours, .frequency].contains($0.rule) }) {
            return .settled(.later(shared.until))
        }
        if let last = waits.max(by: { ($0.until ?? now) < ($1.until ?? now) }) {
            return .postponed(until: max(last.until ?? now, now + 1), note: last.reason)
        }
        do {
            switch try await store.admit(call, for: contact, version: version, decision: decision, at: now) {
            case .admitted(let batch):
                calls.wasPlaced(call)
                return .settled(.dialed(batch))
            case .refused(.wait(let date)): return .settled(.later(date))
            case .refused(.pause(let reason)): return .settled(.pause(reason))
            // The next look stops it.
            case .refused(.stop), .refused(.dial): return .settled(.later(now))
            case .callerIDUsedUp, .gone: return .settled(.again)
            }
        } catch is DatabaseOverloaded {
            return .settled(.later(now + floor.configuration.safetyPoll.timeInterval))
        } catch let shortfall as Shortfall {
            return .settled(turn(after: shortfall))
        }
    }

    /// Nothing of the call is stored.
    private func turn(after shortfall: Shortfall) -> Turn {
        switch shortfall {
        case .insufficientFunds(let balance, let needed):
            return .pause(
                BatchReason(.insufficientFunds, "The next call can cost up to \(needed) and the balance is \(balance)")
            )
        case .capReached(let cap):
            if let date = cap.resetsAt { return .later(date) }
            return .pause(
                BatchReason(
                    .spendCap,
                    "The next call can cost up to \(cap.needed), and the cap of one call is \(cap.cap)"
                )
            )
        }
    }

    private func outcome(of refusal: Refusal, for contact: Contact, at now: Date) async throws -> Outcome {
        switch refusal {
        case .missingVariables(let names):
            let note = "The agent needs a value for \(names.joined(separator: ", "))"
            try await store.skip(contact, note: note)
            return .skipped
        case .invalid(let field, let message):
            try await store.skip(contact, note: "\(field): \(message)")
            return .skipped
        case .unknownAgent: return .settled(.pause(BatchReason(.notCallable, "The agent is gone")))
        case .agentNotActive(_, let status):
            return .settled(.pause(BatchReason(.notCallable, "The agent is \(status.rawValue)")))
        case .agentNotOutbound: return .settled(.pause(BatchReason(.notCallable, "The agent places no calls")))
        case .agentHasNoNumber: return .settled(.pause(BatchReason(.notCallable, "The agent has no number")))
        case .numberNotAttached(let number, _, _):
            return .settled(.pause(BatchReason(.notCallable, "\(number) is no longer one of the agent's numbers")))
        case .noTrunk: return .settled(.pause(BatchReason(.notCallable, "There is no trunk for live calls")))
        default: return .settled(.later(now + floor.configuration.safetyPoll.timeInterval))
        }
    }

    private struct CallerID {
        /// Nil: the agent chooses.
        var number: PhoneNumber?
    }

    /// Nil if every number has had its calls for today.
    private func callerID(for batch: Batch, at now: Date) async throws -> CallerID? {
        let pool = batch.settings.callerIDs
        guard !pool.numbers.isEmpty else { return CallerID() }
        let (today, last) = try await store.callerIDUse(of: batch, at: now)
        var random = SystemRandomNumberGenerator()
        return pool.next(usesToday: today, last: last, using: &random).map { CallerID(number: $0) }
    }
}
