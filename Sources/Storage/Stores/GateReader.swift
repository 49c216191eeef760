package import Calls
package import FoundationEssentials

/// What the numbering plans say of the number that a request wants called; its zones only if they are asked for.
package typealias DestinationLookup = @Sendable (_ request: CallRequest, _ withZones: Bool) -> Destination

/// Reads what a decision of the gate rests on, each by an index, and only what the policy in force asks for.
struct GateReader {
    let db: any SQLTransaction
    let versions: AgentVersions
    let policies: DialPolicies
    let destination: DestinationLookup

    /// What of the facts is the project's, and changes with every dial.
    struct Traffic {
        var changes: DialPolicyChanges
        /// Counted where the policy has a limit.
        var callsUnderWay = 0
        /// Of the pace that the call goes by, the newest first.
        var pacedDials: [Date] = []
    }

    /// Whether `call` may be dialed at `dialAt`.
    func decision(
        _ stage: GateDecision.Stage,
        on call: Call,
        traffic: Traffic,
        dialAt: Date,
        at now: Date
    ) throws -> GateDecision {
        let agent = try agent(call.agent.id)
        let policy = try policies.policy(project: traffic.changes, agent: agent?.policy ?? [:])
        var facts = GateFacts(agent: agent)
        facts.suppressions = try Suppression.stopping(call.request.destination, project: call.project, db)
        if policy.requiresConsent {
            facts.consents = try Consent.of(call.request.destination, project: call.project, db)
        }
        if let frequency = policy.frequency { facts.earlierDials = try dials(of: call, newest: frequency.calls) }
        if call.reservation != nil {
            let ledger = Ledger(db: db)
            facts.budget =
                try stage == .placement ? ledger.budget(for: call) : ledger.budget(forDialing: call, at: dialAt)
        }
        facts.callsUnderWay = traffic.callsUnderWay
        facts.pacedDials = traffic.pacedDials
        let gate = Gate(
            call: call,
            policy: policy,
            destination: destination(call.request, policy.keepsHours(call.request.origin)),
            facts: facts,
            dialAt: dialAt
        )
        return gate.decision(stage, at: now)
    }

    /// The traffic in front of a call that stands in no queue yet, as it is now.
    func traffic(before call: Call) throws -> Traffic {
        let changes = try DialPolicyStore.changes(of: call.project, db)
        let policy = try policies.policy(project: changes, agent: [:])
        var traffic = Traffic(changes: changes)
        if policy.concurrentCalls != nil { traffic.callsUnderWay = try callsUnderWay(call.project) }
        if let limit = policy.dialsPerMinute {
            traffic.pacedDials = try dials(of: call.project, newest: limit)
        } else if let limit = call.request.dialsPerMinute {
            traffic.pacedDials = try dials(of: call.project, pace: limit)
        }
        return traffic
    }

    /// Calls of a project that some node holds and that are not over.
    func callsUnderWay(_ project: Project.ID) throws -> Int {
        try db.run(
            """
            SELECT COUNT(*) AS n FROM calls
             WHERE project = \(project) AND node IS NOT NULL
               AND status IN ('dispatching', 'dialing', 'ringing', 'in_progress', 'wrapping_up')
            """
        ).first?["n"] ?? 0
    }

    /// When the project's last `count` calls were dialed, the newest first.
    func dials(of project: Project.ID, newest count: Int) throws -> [Date] {
        try db.run(
            "SELECT created_at FROM attempts WHERE project = \(project) ORDER BY created_at DESC LIMIT \(count)"
        ).map { try $0["created_at"] }
    }

    /// The same of calls that brought along this pace.
    func dials(of project: Project.ID, pace: Int) throws -> [Date] {
        try db.run(
            """
            SELECT created_at FROM attempts WHERE project = \(project) AND pace = \(pace)
             ORDER BY created_at DESC LIMIT \(pace)
            """
        ).map { try $0["created_at"] }
    }

    /// The agent as it is now. Nil if it is gone.
    func agent(_ id: Agent.ID) throws -> Agent? {
        try db.run("SELECT version AS agent_version FROM agents WHERE id = \(id)").first
            .map { try versions.agent(of: $0, db) }
    }

    /// When the callee was dialed before. What certainly was not sent rang nowhere.
    private func dials(of call: Call, newest count: Int) throws -> [Date] {
        try db.run(
            """
            SELECT created_at FROM attempts
             WHERE project = \(call.project) AND destination = \(call.request.destination)
               AND certainty <> 'not_sent'
             ORDER BY created_at DESC LIMIT \(count)
            """
        ).map { try $0["created_at"] }
    }
}

extension CallStore {
    /// What the gate says of `call`, which no node holds, if it were dialed at `dialAt`.
    package func decision(
        _ stage: GateDecision.Stage,
        on call: Call,
        dialAt: Date,
        at now: Date,
        destination: @escaping DestinationLookup
    ) async throws -> GateDecision {
        try await database.read { [versions, policies] db in
            let reader = GateReader(db: db, versions: versions, policies: policies, destination: destination)
            var traffic = try reader.traffic(before: call)
            // Who talks now says nothing about later.
            if dialAt > now { traffic.callsUnderWay = 0 }
            return try reader.decision(stage, on: call, traffic: traffic, dialAt: dialAt, at: now)
        }
    }

    /// What the gate says of a number, other than the one it calls, that `call` is to ring: do-not-call lists, country and tariff.
    package func checks(of destination: Destination, for call: Call) async throws -> [GateCheck] {
        try await database.read { [versions, policies] db in
            let reader = GateReader(db: db, versions: versions, policies: policies) { _, _ in destination }
            let changes = try DialPolicyStore.changes(of: call.project, db)
            let policy = try policies.policy(project: changes, agent: try reader.agent(call.agent.id)?.policy ?? [:])
            let suppressions = try Suppression.stopping(destination.number, project: call.project, db)
            return [Suppression.check(suppressions), policy.check(destination)]
        }
    }
}
