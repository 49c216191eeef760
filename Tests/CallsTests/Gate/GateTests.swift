import Calls
import Foundation
import Testing

@Suite("The gate")
struct GateTests {
    private static let noon = Date(timeIntervalSince1970: 1_781_179_200)
    private static let number = PhoneNumber("+4930123456")
    private static let callerID = PhoneNumber("+15550100000")

    private static func agent() throws -> Agent {
        Agent(
            id: Agent.ID(bornAt: noon),
            slug: "reminder",
            name: "Riverside Dental",
            numbers: [try #require(callerID)],
            greeting: "Hello.",
            flow: nil,
            createdAt: noon,
            updatedAt: noon
        )
    }

    /// A gate before a call to Berlin at noon UTC, 14:00 there on a Thursday.
    private static func gate(
        at now: Date = noon,
        _ policy: DialPolicyChanges = [:],
        request change: (inout CallRequest) -> Void = { _ in },
        destination place: (inout Destination) -> Void = { _ in },
        facts learn: (inout GateFacts) throws -> Void = { _ in }
    ) throws -> Gate {
        let agent = try agent()
        let number = try #require(number)
        var request = CallRequest(destination: number, mode: .test)
        change(&request)
        var destination = Destination(
            number: number,
            country: "DE",
            isCountryAssumed: false,
            tariff: .standard,
            zones: CalleeZones(zones: [try CallingHoursTests.zone("Europe/Berlin")], source: .numberRange("49"))
        )
        place(&destination)
        var facts = GateFacts(agent: agent)
        try learn(&facts)
        let call = Call(
            id: Call.ID(bornAt: now),
            project: Project.first,
            request: request,
            agent: agent,
            callerID: agent.numbers[0],
            createdAt: now,
            lifecycle: CallLifecycle()
        )
        return Gate(call: call, policy: try DialPolicy([policy]), destination: destination, facts: facts, dialAt: now)
    }

    @Test("By default nothing stands in the way of an ordinary call, and every rule is answered for, in order")
    func go() throws {
        let decision = try Self.gate().decision(.placement, at: Self.noon)
        #expect(decision.verdict == .go)
        #expect(decision.decisive == nil)
        #expect(decision.checks.map(\.rule) == GateRule.allCases)
        #expect(decision.checks.allSatisfy { !$0.reason.isEmpty })
        let asked = decision.checks.filter { $0.outcome != .off }.map(\.rule)
        #expect(asked == [.agent, .callerID, .suppression, .destination])
    }

    @Test("A number on a do-not-call list is blocked, and the list, the reason and the date are told")
    func suppressed() throws {
        let decision = try Self.gate(facts: { facts in
            let number = try #require(Self.number)
            facts.suppressions = [
                Suppression(
                    number: number,
                    scope: .account,
                    reason: .calleeRequest,
                    addedBy: "call",
                    createdAt: Self.noon - 60
                )
            ]
        }).decision(.dial, at: Self.noon)
        #expect(decision.verdict == .block)
        #expect(decision.decisive?.rule == .suppression)
        #expect(
            decision.decisive?.reason
                == "The number is on the account's do-not-call list since 2026-06-11T11:59:00Z: the callee asked not to be called"
        )
        #expect(decision.decisive?.values["reason"] == "callee_request")
    }

    @Test(
        "Tariffs are off until they are allowed",
        arguments: [
            (Destination.Tariff.premiumRate, "premium_rate"), (.sharedCost, "shared_cost"), (.satellite, "satellite"),
        ]
    )
    func tariffs(tariff: Destination.Tariff, name: String) throws {
        let refused = try Self.gate(destination: { $0.tariff = tariff }).decision(.dial, at: Self.noon)
        #expect(refused.verdict == .block)
        #expect(refused.decisive?.rule == .destination)
        #expect(refused.decisive?.values["tariff"] == .string(name))
        #expect(
            try Self.gate([name: true], destination: { $0.tariff = tariff }).decision(.dial, at: Self.noon).verdict
                == .go
        )
    }

    @Test("Where countries are listed, no other is called, and none that nobody knows")
    func countries() throws {
        #expect(try Self.gate(["countries": ["DE", "AT"]]).decision(.dial, at: Self.noon).verdict == .go)
        let other = try Self.gate(["countries": ["AT"]]).decision(.dial, at: Self.noon)
        #expect(other.verdict == .block)
        #expect(other.decisive?.reason == "DE is not among the countries allowed")
        let unknown = try Self.gate(["countries": ["AT"]], destination: { $0.country = nil }).decision(
            .dial,
            at: Self.noon
        )
        #expect(unknown.verdict == .block)
    }

    @Test("Consent, where it is required, has to be given, not expired and not revoked")
    func consent() throws {
        let required: DialPolicyChanges = ["requires_consent": true]
        func decision(_ change: (inout Consent) -> Void) throws -> GateDecision {
            try Self.gate(
                required,
                facts: { facts in
                    var consent = Consent(
                        id: Consent.ID(bornAt: Self.noon),
                        number: try #require(Self.number),
                        text: "You may call me.",
                        source: "https://example.com/form",
                        givenAt: Self.noon - 3600,
                        recordedBy: "key",
                        createdAt: Self.noon - 3600
                    )
                    change(&consent)
                    facts.consents = [consent]
                }
            ).decision(.dial, at: Self.noon)
        }
        #expect(
            try Self.gate(required).decision(.dial, at: Self.noon).decisive?.reason
                == "No consent is recorded for the number"
        )
        #expect(try decision { _ in }.verdict == .go)
        #expect(try decision { $0.expiresAt = Self.noon }.decisive?.reason == "The consent for the number has expired")
        #expect(try decision { $0.expiresAt = Self.noon + 1 }.verdict == .go)
        #expect(try decision { $0.revokedAt = Self.noon - 1 }.decisive?.rule == .consent)
        #expect(try decision { $0.givenAt = Self.noon + 1 }.verdict == .block)
        #expect(try Self.gate().decision(.dial, at: Self.noon).verdict == .go)
    }

    @Test("Single calls keep the hours only if told to, calls of batches unless told otherwise")
    func hoursScope() throws {
        let night = Self.noon + 9 * 3600
        let morning = Self.noon + 18 * 3600
        #expect(try Self.gate(at: night).decision(.dial, at: Self.noon).verdict == .go)
        #expect(
            try Self.gate(at: night, request: { $0.origin = .batch }).decision(.dial, at: Self.noon).verdict
                == .wait(until: morning)
        )
        let all: DialPolicyChanges = ["calling_hours": ["applies_to": "all"]]
        let decision = try Self.gate(at: night, all).decision(.dial, at: Self.noon)
        #expect(decision.verdict == .wait(until: morning))
        #expect(
            decision.decisive?.reason
                == "Outside the calling hours: it is thu 23:00 in Europe/Berlin (from the number range +49). They begin at 2026-06-12T06:00:00Z"
        )
        #expect(decision.decisive?.values["zone_source"] == "number_range")
    }

    @Test("Where no zone is known and hours are to be kept, nobody is called")
    func unknownZone() throws {
        let decision = try Self.gate(
            ["calling_hours": ["applies_to": "all"]],
            destination: { $0.zones = CalleeZones(zones: [], source: .unknown) }
        ).decision(.dial, at: Self.noon)
        #expect(decision.verdict == .block)
        #expect(decision.decisive?.reason.contains("time zone") == true)
    }

    @Test("A callee is not dialed more often than the cap, and may be again when the oldest dial has left the period")
    func frequency() throws {
        let cap: DialPolicyChanges = ["frequency": ["calls": 2, "hours": 24]]
        func decision(_ hoursAgo: [Double]) throws -> GateDecision.Verdict {
            try Self.gate(cap, facts: { $0.earlierDials = hoursAgo.map { Self.noon - $0 * 3600 } }).decision(
                .dial,
                at: Self.noon
            )
            .verdict
        }
        #expect(try decision([1]) == .go)
        #expect(try decision([1, 24]) == .go)
        #expect(try decision([1, 23]) == .wait(until: Self.noon + 3600))
        #expect(try decision([1, 2, 3]) == .wait(until: Self.noon + 22 * 3600))
    }

    @Test("Where all channels of the project are taken, the call waits for one, and no clock says when")
    func concurrency() throws {
        let cap: DialPolicyChanges = ["concurrent_calls": 2]
        #expect(try Self.gate(cap, facts: { $0.callsUnderWay = 1 }).decision(.dial, at: Self.noon).verdict == .go)
        #expect(
            try Self.gate(cap, facts: { $0.callsUnderWay = 2 }).decision(.dial, at: Self.noon).verdict
                == .wait(until: nil)
        )
    }

    @Test("The pace is the project's; without one, what the call brings along; without that, there is none")
    func pace() throws {
        let dials = [10.0, 20, 30].map { Self.noon - $0 }
        func verdict(_ policy: DialPolicyChanges, _ own: Int?) throws -> GateDecision.Verdict {
            try Self.gate(policy, request: { $0.dialsPerMinute = own }, facts: { $0.pacedDials = dials }).decision(
                .dial,
                at: Self.noon
            )
            .verdict
        }
        #expect(try verdict([:], nil) == .go)
        #expect(try verdict([:], 4) == .go)
        #expect(try verdict([:], 3) == .wait(until: Self.noon + 30))
        #expect(try verdict(["dials_per_minute": 2], 9) == .wait(until: Self.noon + 40))
    }

    @Test("Paced, no 60 seconds see more dials than allowed, and none fewer than could be")
    func paceExact() {
        var random = SplitMix64(seed: 7)
        var dials: [Date] = []
        var now = Self.noon
        while dials.count < 200 {
            let pace = Pace(limit: 5, dials: Array(dials.suffix(5)))
            if pace.room(at: now) > 0 {
                dials.append(now)
                now += Bool.random(using: &random) ? 0 : Double.random(in: 0...20, using: &random)
            } else if let next = pace.opens(after: now) {
                #expect(next > now)
                now = next
            }
        }
        for (earlier, later) in zip(dials, dials.dropFirst(5)) { #expect(later.timeIntervalSince(earlier) >= 60) }
    }

    @Test("An agent that was paused holds its calls back; one that cannot call ends them")
    func agents() throws {
        func verdict(_ change: (inout Agent) -> Void) throws -> GateDecision.Verdict {
            try Self.gate(facts: { facts in
                var agent = try #require(facts.agent)
                change(&agent)
                facts.agent = agent
            }).decision(.dial, at: Self.noon).verdict
        }
        #expect(try verdict { $0.status = .paused } == .wait(until: Self.noon + 86_400))
        #expect(try verdict { $0.status = .draft } == .block)
        #expect(try verdict { $0.status = .archived } == .block)
        #expect(try verdict { $0.direction = .inbound } == .block)
        #expect(try verdict { $0.numbers = [] } == .block)
        #expect(try Self.gate(facts: { $0.agent = nil }).decision(.dial, at: Self.noon).verdict == .block)
    }

    @Test("The strictest rule decides, of two waits the longer one, and all of them are told")
    func strictest() throws {
        let night = Self.noon + 9 * 3600
        let policy: DialPolicyChanges = [
            "calling_hours": ["applies_to": "all"], "frequency": ["calls": 1, "hours": 48], "concurrent_calls": 1,
        ]
        let waiting = try Self.gate(
            at: night,
            policy,
            facts: {
                $0.earlierDials = [night - 3600]
                $0.callsUnderWay = 1
            }
        ).decision(.dial, at: Self.noon)
        #expect(waiting.verdict == .wait(until: night + 47 * 3600))
        #expect(waiting.decisive?.rule == .frequency)
        #expect(
            waiting.checks.filter { $0.outcome == .waits }.map(\.rule) == [.callingHours, .frequency, .concurrency]
        )
        let blocked = try Self.gate(at: night, policy, destination: { $0.tariff = .satellite }).decision(
            .dial,
            at: Self.noon
        )
        #expect(blocked.verdict == .block)
        #expect(blocked.decisive?.rule == .destination)
    }
}
