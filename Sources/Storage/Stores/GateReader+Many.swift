package import Calls
package import FoundationEssentials

extension GateReader {
    /// What stands about many callees, read at once.
    struct Callees {
        var suppressions: [PhoneNumber: [Suppression]] = [:]
        var consents: [PhoneNumber: [Consent]] = [:]
        /// When they were dialed before, the newest first.
        var dials: [PhoneNumber: [Date]] = [:]
    }

    /// One statement each for all of `numbers`, and only what `policy` asks for. `since` is from when on earlier dials count.
    func callees(_ numbers: [PhoneNumber], project: Project.ID, policy: DialPolicy, at now: Date) throws -> Callees {
        var callees = Callees()
        callees.suppressions = Dictionary(grouping: try Suppression.stopping(numbers, project: project, db)) {
            $0.number
        }
        if policy.requiresConsent {
            callees.consents = Dictionary(grouping: try Consent.of(numbers, project: project, db)) { $0.number }
        }
        if let frequency = policy.frequency {
            let since = now - TimeInterval(frequency.hours) * 3600
            let rows = try db.run(
                """
                SELECT destination, created_at FROM attempts
                 WHERE project = \(project) AND destination IN (\(list: numbers)) AND created_at > \(since)
                   AND certainty <> 'not_sent'
                 ORDER BY created_at DESC
                """
            )
            for row in rows { callees.dials[try row["destination"], default: []].append(try row["created_at"]) }
        }
        return callees
    }
}

extension CallStore {
    /// What the gate says of each of `calls`, which are calls of one project by one agent that nobody holds, if they were dialed when they
    /// are due. Each call comes with what the numbering plans say of its number, the zones included. Pace and capacity are not asked about: that calls wait for each other is no news. What there is to spend is the same for each of
    /// them, as if it were the only one.
    package func decisions(
        _ stage: GateDecision.Stage,
        on calls: [(call: Call, destination: Destination)],
        at now: Date
    ) async throws -> [GateDecision] {
        guard let first = calls.first?.call else { return [] }
        return try await database.read { [versions, policies] db in
            let reader = GateReader(db: db, versions: versions, policies: policies, destination: Self.nowhere)
            let agent = try reader.agent(first.agent.id)
            var policy = try policies.policy(
                project: DialPolicyStore.changes(of: first.project, db),
                agent: agent?.policy ?? [:]
            )
            (policy.concurrentCalls, policy.dialsPerMinute) = (nil, nil)
            let callees = try reader.callees(
                calls.map(\.call.request.destination),
                project: first.project,
                policy: policy,
                at: now
            )
            var facts = GateFacts(agent: agent)
            if first.reservation != nil { facts.budget = try Ledger(db: db).budget(for: first) }
            return calls.map { call, destination in
                let number = call.request.destination
                facts.suppressions = callees.suppressions[number] ?? []
                facts.consents = callees.consents[number] ?? []
                facts.earlierDials = callees.dials[number] ?? []
                let gate = Gate(
                    call: call,
                    policy: policy,
                    destination: destination,
                    facts: facts,
                    dialAt: call.dueAt
                )
                return gate.decision(stage, at: now)
            }
        }
    }

    /// What the gate holds calls of `agent` against: the project's policy with the agent's own over it, as both are now.
    package func policy(of agent: Agent.ID, project: Project.ID) async throws -> DialPolicy {
        try await database.read { [versions, policies] db in
            let reader = GateReader(db: db, versions: versions, policies: policies, destination: Self.nowhere)
            return try policies.policy(
                project: DialPolicyStore.changes(of: project, db),
                agent: reader.agent(agent)?.policy ?? [:]
            )
        }
    }

    /// For questions that are not about one number.
    private static let nowhere: DestinationLookup = { request, _ in
        Destination(
            number: request.destination,
            country: nil,
            isCountryAssumed: false,
            tariff: .standard,
            zones: CalleeZones(zones: [], source: .unknown)
        )
    }

    /// How the newest calls of `agent` went, of those that ended since `since`: a part for each end reason, with how long they rang and talked
    /// on average. `again` are those of batches to somebody who was called before. Calls that nobody dialed are left out.
    package func outcomes(
        of agent: Agent.ID,
        since: Date,
        newest count: Int
    ) async throws -> (first: [ForecastAssumptions.Outcome], again: [ForecastAssumptions.Outcome]) {
        try await database.read { db in
            let rows = try db.run(
                """
                SELECT end_reason, is_again, COUNT(*) AS n,
                       CAST(AVG(COALESCE(answered_at, ended_at) - dialed_at) AS \(db.words.integer)) AS ringing,
                       CAST(AVG(ended_at - COALESCE(answered_at, ended_at)) AS \(db.words.integer)) AS talking,
                       CAST(SUM(CASE WHEN goal = 'met' THEN 1 ELSE 0 END) AS \(db.words.integer)) AS met
                  FROM (SELECT calls.end_reason, calls.answered_at, calls.ended_at, calls.goal,
                               attempts.created_at AS dialed_at,
                               CASE WHEN calls.batch_attempt > 1 THEN 1 ELSE 0 END AS is_again
                          FROM calls JOIN attempts ON attempts.call = calls.id AND attempts.certainty <> 'not_sent'
                         WHERE calls.agent = \(agent) AND calls.ended_at > \(since)
                         ORDER BY calls.id DESC LIMIT \(count)) AS newest
                 GROUP BY end_reason, is_again
                """
            )
            let outcomes = try rows.map { row in
                let calls: Int = try row["n"]
                let met: Int = try row["met"]
                let outcome = ForecastAssumptions.Outcome(
                    try row["end_reason"],
                    share: Double(calls),
                    ringing: Double(max(0, try row["ringing", as: Int64.self])) / 1_000_000,
                    talking: Double(max(0, try row["talking", as: Int64.self])) / 1_000_000,
                    goalRate: Double(met) / Double(calls)
                )
                return (isAgain: try row["is_again", as: Bool.self], outcome)
            }
            return (
                outcomes.filter { !$0.isAgain }.map(\.1),
                outcomes.filter(\.isAgain).map(\.1)
            )
        }
    }
}
