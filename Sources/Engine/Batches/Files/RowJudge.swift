import Calls
import FoundationEssentials
import Storage

/// Says of the rows of a list what would become of them, by the rules that their calls will have to pass, asked of many at once.
struct RowJudge {
    let new: NewBatch
    let settings: BatchSettings
    let agent: Agent
    let project: Project.ID
    let floor: CallFloor
    let now: Date
    /// What the agent says that must be given with each call.
    private let required: [String]

    init(_ new: NewBatch, agent: Agent, project: Project.ID, floor: CallFloor, now: Date) {
        self.new = new
        var settings = new.settings
        settings.agent = agent.id
        self.settings = settings
        self.agent = agent
        self.project = project
        self.floor = floor
        self.now = now
        required = Self.required(by: agent, settings)
    }

    /// The variables that every contact of such a batch has to have. Sorted.
    static func required(by agent: Agent, _ settings: BatchSettings) -> [String] {
        guard settings.placeholders == .required else { return [] }
        var speaker = agent
        speaker.greeting = settings.greeting ?? agent.greeting
        return Template.requiredVariables(of: speaker)
    }

    /// In the order of `rows`, each with what the forecast wants to know of those that are called.
    func judged(_ rows: [ContactRow]) async throws -> [(row: JudgedRow, zones: CalleeZones?, rate: Rate?)] {
        let calls = rows.map { row -> (call: Call, destination: Destination)? in
            guard case .contact(let contact) = row.outcome, missing(in: contact).isEmpty else { return nil }
            let call = call(to: contact)
            return (call, CallFloor.destination(call.request, true))
        }
        var decisions = try await floor.store.decisions(.inquiry, on: calls.compactMap(\.self), at: now)[...]
        return zip(rows, calls).map { row, call in
            guard let (call, destination) = call, let decision = decisions.popFirst() else {
                return (JudgedRow(row: row, verdict: verdict(uncalled: row)), nil, nil)
            }
            let zones = destination.zones
            let verdict = verdict(of: decision, zones: zones, at: decision.dialAt)
            guard verdict.kind.isCalled else { return (JudgedRow(row: row, verdict: verdict), nil, nil) }
            return (
                JudgedRow(row: row, verdict: verdict, cost: call.reservation?.amount), zones, call.reservation?.rate
            )
        }
    }

    /// A call as the batch would place it, but for its metadata, which decide nothing.
    func call(to contact: NewContact) -> Call {
        var contact = contact
        contact.metadata = contact.metadata ?? ""
        var request = BatchCallMaker.request(for: contact, settings: settings, mode: new.mode)
        request.key = new.key
        request.scheduledFor = [contact.scheduledFor, settings.startAt].compactMap(\.self).max().flatMap {
            $0 > now ? $0 : nil
        }
        var call = Call(
            id: Call.ID(bornAt: now),
            project: project,
            request: request,
            agent: agent,
            callerID: settings.callerIDs.numbers.first ?? agent.callerID(for: contact.phone),
            createdAt: now,
            lifecycle: CallLifecycle(state: .queued)
        )
        call.reservation = Reservation(
            rate: floor.configuration.rates.rate(for: contact.phone),
            maxDuration: call.maxDuration
        )
        return call
    }

    private func missing(in contact: NewContact) -> [String] {
        required.filter { contact.variables[$0] == nil }
    }

    private func verdict(uncalled row: ContactRow) -> RowVerdict {
        switch row.outcome {
        case .faulty(let problems): .faulty(problems)
        case .duplicate(_, let line): .duplicate(of: line)
        case .contact(let contact): .missingVariables(missing(in: contact))
        }
    }

    /// About money nothing is said of a row: the batch as a whole has to be paid for.
    private func verdict(of decision: GateDecision, zones: CalleeZones, at dialAt: Date) -> RowVerdict {
        let checks = decision.checks.filter { !$0.rule.isAboutMoney }
        if let blocked = checks.first(where: { $0.outcome == .blocked }) { return .blocked(blocked) }
        switch settings.opening(in: zones.zones, at: dialAt) {
        case .open: break
        case .opens(let date):
            let reason = "Outside the batch's hours: they begin at \(date.formatted(.iso8601))"
            return .waits(GateCheck(.callingHours, .waits, reason, until: date))
        case .never:
            let reason = "There is no moment within the batch's hours for the callee"
            return .blocked(GateCheck(.callingHours, .blocked, reason))
        }
        let waits = checks.filter { $0.outcome == .waits }
        return (waits.first { $0.rule == .callingHours } ?? waits.first).map(RowVerdict.waits) ?? .ready
    }
}
