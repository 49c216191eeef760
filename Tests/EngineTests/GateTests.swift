import Calls
import Engine
import FoundationEssentials
import Storage
import Testing

@Suite("The gate before every dial", .timeLimit(.minutes(1)))
struct GateTests {
    /// The callee's day ends at six in the evening in Berlin, four hours after the test's noon.
    private static let evenings: DialPolicyChanges = [
        "calling_hours": [
            "applies_to": "all",
            "windows": Dictionary(
                CallingHours.Weekday.allCases.map { ($0.rawValue, ["18:00-21:00"]) },
                uniquingKeysWith: { $1 }
            ).asJSON,
        ]
    ]

    private static func placement(
        to number: String = "+15551230001",
        _ change: (inout CallRequest) -> Void = { _ in }
    ) throws -> CallControl.Placement {
        let destination = try #require(PhoneNumber(number))
        return CallControl.Placement(
            agent: "reminder",
            from: nil,
            request: try Workbench.request { request in
                request.destination = destination
                change(&request)
            }
        )
    }

    @Test("What can never be dialed is refused when it is placed, with the rule and the reason, and leaves no call")
    func refused() async throws {
        let bench = try await Workbench()
        let number = try #require(PhoneNumber("+15551230001"))
        _ = try await bench.engine.suppressions.add([.init(number: number)], by: "test", project: Project.first)
        for (number, rule) in [("+15551230001", GateRule.suppression), ("+19002345678", .destination)] {
            let placement = try Self.placement(to: number)
            let refusal = try await #require(throws: Refusal.self) {
                _ = try await bench.engine.calls.place(placement, project: Project.first)
            }
            guard case .blocked(let check) = refusal else {
                Issue.record("\(refusal)")
                continue
            }
            #expect(check.rule == rule)
            #expect(!check.reason.isEmpty)
            await #expect(throws: refusal) {
                _ = try await bench.engine.calls.place(
                    placement,
                    under: .init("key", door: "native", request: "r"),
                    project: Project.first
                ) { _ in (201, "") }
            }
        }
        #expect(try await bench.engine.calls.calls(limit: 5, project: Project.first).calls.isEmpty)
    }

    @Test("A number that gets on the list while its call waits is never dialed; the call ends blocked and says by what")
    func suppressedWhileWaiting() async throws {
        let bench = try await Workbench()
        try await bench.run { bench in
            let call = try await bench.place { $0.scheduledFor = ManualClock.noon + 3600 }
            _ = try await bench.engine.suppressions.add(
                [.init(number: call.request.destination, reason: .complaint)],
                by: "test",
                project: Project.first
            )
            let present = try await bench.engine.calls.decisions(of: call.id, project: Project.first).present
            #expect(present?.verdict == .block)
            #expect(present?.stage == .inquiry)
            await bench.poll()
            bench.clock.advance(by: .seconds(3600))
            let ended = try await bench.ended(call.id)
            #expect(ended.lifecycle.status == .blocked)
            #expect(ended.lifecycle.ending?.reason == .blocked)
            #expect(ended.blockedBy == .suppression)
            #expect(bench.network.invites.isEmpty)
            #expect(try await bench.engine.calls.attempts(call.id, project: Project.first).isEmpty)
            let (past, none) = try await bench.engine.calls.decisions(of: call.id, project: Project.first)
            #expect(past.map(\.verdict) == [.go, .block])
            #expect(past.map(\.stage) == [.placement, .dial])
            #expect(none == nil)
        }
    }

    @Test("Outside the callee's hours a call waits, out of the way of others, and goes the moment they begin")
    func hours() async throws {
        let bench = try await Workbench(network: ScriptedNetwork(.answers))
        _ = try await bench.engine.policies.change(Self.evenings, project: Project.first)
        try await bench.run { bench in
            let call = try await bench.place { $0.timeZone = "Europe/Berlin" }
            try await bench.reached(.scheduled, call.id)
            // Where it is evening already.
            let other = try await bench.place { $0.timeZone = "Asia/Shanghai" }
            #expect(try await bench.nextLeg().call != call.id)
            #expect(try await bench.ended(other.id).lifecycle.status == .completed)

            await bench.poll()
            bench.clock.advance(by: .seconds(4 * 3600 - 1))
            await bench.poll()
            #expect(try await bench.call(call.id).lifecycle.status == .scheduled)
            bench.clock.advance(by: .seconds(1))
            #expect(try await bench.nextLeg().call == call.id)
            #expect(try await bench.ended(call.id).lifecycle.status == .completed)
            let past = try await bench.engine.calls.decisions(of: call.id, project: Project.first).past
            let evening = ManualClock.noon + 4 * 3600
            #expect(past.map(\.verdict) == [.wait(until: evening), .wait(until: evening), .go])
        }
    }

    @Test("Hours that are not set for single calls leave them alone")
    func hoursOff() async throws {
        let bench = try await Workbench()
        try await bench.run { bench in
            // Four in the morning there.
            try await bench.place { $0.timeZone = "Pacific/Honolulu" }
            _ = try await bench.nextLeg()
        }
    }

    @Test("A dry run says what placing would then decide, rule by rule, and leaves nothing behind")
    func dryRun() async throws {
        let policies: [DialPolicyChanges] = [
            [:], Self.evenings, ["countries": ["DE"]], ["requires_consent": true], ["dials_per_minute": 2],
            ["frequency": ["calls": 1, "hours": 1], "concurrent_calls": 3],
        ]
        for policy in policies {
            let bench = try await Workbench()
            _ = try await bench.engine.policies.change(policy, project: Project.first)
            let placement = try Self.placement { $0.timeZone = "Europe/Berlin" }
            let foretold = try await bench.engine.calls.decision(on: placement, project: Project.first)
            #expect(try await bench.engine.calls.calls(limit: 5, project: Project.first).calls.isEmpty)
            #expect(try await bench.engine.calls.events(after: 0, limit: 5, project: Project.first).events.isEmpty)
            do {
                let call = try await bench.engine.calls.place(placement, project: Project.first)
                #expect(foretold.verdict != .block)
                let stored = try await bench.engine.calls.decisions(of: call.id, project: Project.first)
                #expect(stored.past == [foretold])
                #expect(stored.present?.checks == foretold.checks)
            } catch Refusal.blocked(let check) {
                #expect(foretold.verdict == .block)
                #expect(foretold.decisive == check)
            }
        }
    }

    @Test("What is scheduled is asked about for its time, not for now")
    func scheduled() async throws {
        let bench = try await Workbench()
        _ = try await bench.engine.policies.change(Self.evenings, project: Project.first)
        let placement = try Self.placement {
            $0.timeZone = "Europe/Berlin"
            $0.scheduledFor = ManualClock.noon + 5 * 3600
        }
        let decision = try await bench.engine.calls.decision(on: placement, project: Project.first)
        #expect(decision.verdict == .go)
        #expect(decision.dialAt == ManualClock.noon + 5 * 3600)
        #expect(decision.decidedAt == ManualClock.noon)
    }

    @Test("Whoever asks on the phone not to be called again cannot be called again")
    func optOut() async throws {
        let bench = try await Workbench(
            network: ScriptedNetwork(.answers),
            conversations: ScriptedConversations(.optsOut)
        )
        try await bench.run { bench in
            let call = try await bench.place()
            #expect(try await bench.ended(call.id).optedOut)
            let entry = try #require(
                try await bench.engine.suppressions.suppressions(
                    of: call.request.destination,
                    project: Project.first
                ).first
            )
            #expect(entry.call == call.id)
            #expect(entry.reason == .calleeRequest)
            await #expect(throws: Refusal.self) { try await bench.place() }
            try await bench.engine.suppressions.remove(call.request.destination, project: Project.first)
            try await bench.place()
        }
    }

    @Test("Paced calls wait for their turn and all go; those without a pace do not wait for them")
    func pace() async throws {
        let bench = try await Workbench(network: ScriptedNetwork(.busy))
        try await bench.run { bench in
            var paced: [Call.ID] = []
            for _ in 0..<7 { paced.append(try await bench.place { $0.dialsPerMinute = 5 }.id) }
            for id in paced.prefix(5) { #expect(try await bench.ended(id).lifecycle.status == .busy) }
            let free = try await bench.place()
            #expect(try await bench.ended(free.id).lifecycle.status == .busy)
            #expect(bench.network.invites.count == 6)
            let waiting = try await bench.engine.calls.decisions(of: paced[6], project: Project.first).present
            #expect(waiting?.verdict == .wait(until: ManualClock.noon + 60))
            #expect(waiting?.decisive?.rule == .pace)

            await bench.poll()
            bench.clock.advance(by: .seconds(59))
            await bench.poll()
            #expect(bench.network.invites.count == 6)
            bench.clock.advance(by: .seconds(1))
            for id in paced.suffix(2) { #expect(try await bench.ended(id).lifecycle.status == .busy) }
            #expect(bench.network.invites.count == 8)
        }
    }

    @Test("A project never has more calls on the line than it allows, and the next one goes when one is over")
    func concurrency() async throws {
        let bench = try await Workbench()
        _ = try await bench.engine.policies.change(["concurrent_calls": 1], project: Project.first)
        try await bench.run { bench in
            try await bench.place()
            let second = try await bench.place()
            let leg = try await bench.nextLeg()
            let waiting = try await bench.engine.calls.decisions(of: second.id, project: Project.first).present
            #expect(waiting?.verdict == .wait(until: nil))
            #expect(bench.network.invites.count == 1)
            leg.end(.busy, .init(sipStatus: 486, hungUpBy: .callee))
            #expect(try await bench.nextLeg().call == second.id)
        }
    }

    @Test("A policy that cannot be is refused, naming the member, and nothing of it holds")
    func policy() async throws {
        let bench = try await Workbench()
        await #expect(throws: Refusal.self) {
            _ = try await bench.engine.policies.change(
                ["premium_rate": true, "countries": ["Germany"]],
                project: Project.first
            )
        }
        #expect(try await bench.engine.policies.policy(project: Project.first) == DialPolicy())
        let changed = try await bench.engine.policies.change(["premium_rate": true], project: Project.first)
        #expect(changed.allowsPremiumRate)
        #expect(try await bench.engine.policies.policy(project: Project.ID(bornAt: ManualClock.noon)) == DialPolicy())
    }

    @Test("An agent's definition may carry its own policy, and is told what is wrong with it")
    func agentFile() async throws {
        let bench = try await Workbench()
        let text = Workbench.agentFile + "\npolicy:\n  premium_rate: true\n  calling_hours: {applies_to: all}\n"
        let agent = try await bench.engine.agents.apply(text, project: Project.first).agent
        #expect(agent.policy == ["premium_rate": true, "calling_hours": ["applies_to": "all"]])
        guard case .object(let document) = agent.document else { return }
        #expect(document["policy"] == .object(agent.policy))
        _ = try await bench.engine.calls.place(
            try Self.placement(to: "+19002345678") { $0.timeZone = "Europe/Berlin" },
            project: Project.first
        )
        for (bad, words) in [("dials_per_minute: 5", "project"), ("premium_rate: 7", "true or false")] {
            let error = await #expect(throws: AgentFileError.self) {
                _ = try await bench.engine.agents.apply(
                    Workbench.agentFile + "\npolicy:\n  \(bad)\n",
                    project: Project.first
                )
            }
            #expect(error?.problems.first?.message.contains(words) == true)
        }
    }
}

extension [String: [String]] {
    fileprivate var asJSON: JSONValue { .object(mapValues { .array($0.map(JSONValue.string)) }) }
}
