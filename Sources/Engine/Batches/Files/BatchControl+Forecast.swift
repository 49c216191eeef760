package import Calls
import FoundationEssentials
import PhoneNumbers
import Storage

extension BatchControl {
    /// How many calls of an agent it takes to learn from them what to expect.
    private static let historyMinimum = 30
    private static let historyLimit = 1000
    private static let historyAge: TimeInterval = 30 * 86_400

    /// How the list that `preview` is about would go as a batch that is made now.
    package func forecast(_ preview: ListPreview, assuming assumptions: ForecastAssumptions?) -> Forecast {
        var plan = preview.plan
        plan.assumptions = assumptions ?? plan.assumptions
        return Forecast(plan, from: now)
    }

    /// How the rest of a batch will go from now on, if nobody changes anything; one that is paused as if it were resumed now. What is dialed or
    /// talks at this moment is taken to be over: nothing more is expected of it.
    package func forecast(
        _ id: Batch.ID,
        assuming assumptions: ForecastAssumptions?,
        project: Project.ID
    ) async throws -> Forecast {
        let batch = try await batch(id, project: project)
        guard let (agent, _) = try await agents.agent(batch.settings.agent.description, project: project) else {
            throw Refusal.unknownAgent(batch.settings.agent.description)
        }
        var plan = try await plan(for: batch.settings, agent: agent, project: project)
        plan.assumptions = assumptions ?? plan.assumptions
        let counts = try await store.counts(of: batch.id, at: now)
        plan.nextSlot = batch.nextSlot
        plan.tally = StopConditions.Tally(
            goalsMet: counts.goalsMet,
            completed: counts.completed,
            failed: counts.failed,
            calls: counts.calls,
            spend: counts.cost
        )
        guard !batch.status.isFinal, batch.status != .stopping else { return Forecast(plan, from: now) }
        var last: Int?
        while true {
            let page = try await store.contacts(of: batch.id, states: [.ready, .waiting], after: last, limit: 500)
            guard let end = page.last else { break }
            last = end.line
            let called = page.filter { $0.calls > 0 }.map(\.line)
            let calls = called.isEmpty ? [:] : try await store.calls(of: batch.id, lines: called)
            for contact in page {
                plan.add(contact, after: calls[contact.line] ?? [], of: batch, rates: floor.configuration.rates)
            }
        }
        return Forecast(plan, from: now)
    }

    /// Everything about a batch but whom it calls.
    func plan(for settings: BatchSettings, agent: Agent, project: Project.ID) async throws -> ForecastPlan {
        var plan = ForecastPlan(settings: settings)
        plan.policy = try await floor.store.policy(of: agent.id, project: project)
        let channels = floor.configuration.channels
        plan.channels = max(1, channels - (settings.reserve ?? channels / 10))
        plan.maxDuration = settings.maxDuration ?? agent.settings.maxDuration
        let history = try await floor.store.outcomes(
            of: agent.id,
            since: now - Self.historyAge,
            newest: Self.historyLimit
        )
        // Either part has to be long enough to learn from; where only few were called again, they are taken to go as the first calls did.
        func isEnough(_ outcomes: [ForecastAssumptions.Outcome]) -> Bool {
            outcomes.reduce(0) { $0 + $1.share } >= Double(Self.historyMinimum)
        }
        let again = isEnough(history.again) ? history.again : []
        if isEnough(history.first),
            let learned = ForecastAssumptions(history.first, again: again, source: .history)
        {
            plan.assumptions = learned
        }
        return plan
    }
}

extension ForecastPlan {
    /// A contact of a batch that is still to be called. `calls` are those it had, the oldest first.
    fileprivate mutating func add(_ contact: Calls.Contact, after calls: [Call], of batch: Batch, rates: RateDeck) {
        let request = BatchCallMaker.request(for: contact.listed, settings: batch.settings, mode: batch.mode)
        let dialed = calls.filter { call in
            call.lifecycle.ending.map { ![.canceled, .blocked, .expired].contains($0.reason) } ?? false
        }
        add(
            Contact(
                line: contact.line,
                dueAt: contact.dueAt,
                priority: contact.listed.priority,
                reasons: dialed.compactMap(\.lifecycle.ending?.reason),
                dials: dialed.map(\.createdAt).reversed()
            ),
            zones: CallFloor.destination(request, true).zones,
            rate: rates.rate(for: contact.listed.phone)
        )
    }
}
