import Calls
// Brings the zones into the process: without it `TimeZone` knows UTC alone.
import Foundation
import Testing

@Suite("The forecast of a batch")
struct ForecastTests {
    private typealias Outcome = ForecastAssumptions.Outcome

    private static let noon = Date(timeIntervalSince1970: 1_781_179_200)
    private static let rate = Rate(pricePerMinute: Money(milliCents: 6000))

    private func at(_ text: String) throws -> Date { try Date(text, strategy: .iso8601) }

    /// `count` contacts in one set of zones; a call to them is a conversation of 60 s unless `outcomes` say otherwise.
    private func plan(
        _ count: Int,
        in zones: [String] = ["UTC"],
        hours: String? = nil,
        outcomes: [Outcome] = [Outcome(.agentHungUp, share: 1, ringing: 5, talking: 60, goalRate: 0.5)],
        _ change: (inout ForecastPlan) throws -> Void = { _ in }
    ) throws -> ForecastPlan {
        var plan = ForecastPlan(settings: BatchSettings(agent: Agent.ID(bornAt: Self.noon)))
        plan.policy.hoursScope = .none
        plan.settings.callsPerMinute = 60
        plan.settings.breaker = nil
        plan.zones = [try zones.map { try #require(TimeZone(identifier: $0)) }]
        plan.rates = [Self.rate]
        plan.contacts = (0..<count).map { ForecastPlan.Contact(line: $0 + 2, place: 0, rate: 0) }
        plan.assumptions = try #require(ForecastAssumptions(outcomes, source: .given))
        if let hours {
            let windows = try hours.split(separator: " ").map { try #require(CallingHours.Window(String($0))) }
            let days = CallingHours.Weekday.allCases.map { ($0, windows) }
            plan.settings.hours = CallingHours(windows: Dictionary(uniqueKeysWithValues: days))
        }
        try change(&plan)
        return plan
    }

    @Test("Calls keep the pace, and the last one's end is the finish")
    func pace() throws {
        let start = try at("2026-06-11T12:00:00Z")
        let forecast = Forecast(try plan(10), from: start)
        #expect(forecast.calls == 10 && forecast.retries == 0)
        #expect(forecast.completed == 10 && forecast.failed == 0 && forecast.unreached == 0)
        #expect(forecast.finishesAt == start + 9 + 65)
        #expect(forecast.ending == .completed)
        #expect(forecast.goalsMet == 5)
        #expect(forecast.expectedSpend == Money(milliCents: 60_000))
        #expect(forecast.worstCaseSpend == Money(milliCents: 10 * 60_000))
        #expect(forecast.endReasons == [.agentHungUp: 10])
        #expect(forecast.mostAtOnce == 10)
    }

    @Test("Concurrency, the project's capacity and the machine's channels hold calls up", arguments: [0, 1, 2])
    func concurrency(which: Int) throws {
        let start = try at("2026-06-11T12:00:00Z")
        let plan = try plan(10) { plan in
            switch which {
            case 0: plan.settings.concurrency = 2
            case 1: plan.policy.concurrentCalls = 2
            default: plan.channels = 2
            }
        }
        let forecast = Forecast(plan, from: start)
        #expect(forecast.mostAtOnce == 2)
        // Pairs a second apart, every 65 s.
        #expect(forecast.finishesAt == start + 4 * 65 + 1 + 65)
    }

    @Test("The project's own pace counts too, and calls per day are a day's")
    func dailyCaps() throws {
        let start = try at("2026-06-11T12:00:00Z")
        let paced = try plan(20) { $0.policy.dialsPerMinute = 5 }
        #expect(Forecast(paced, from: start).finishesAt == start + 3 * 60 + 4 + 65)
        let capped = Forecast(try plan(25) { $0.settings.callsPerDay = 10 }, from: start)
        // A second of slots that were missed is made up for: the second call of a morning is not a second after the first.
        #expect(capped.finishesAt == (try at("2026-06-13T00:00:00Z")) + 3 + 65)
        #expect(capped.periods.map(\.calls) == [10, 10, 5])
    }

    @Test("A number is called no more often in a day than its cap allows")
    func callerIDs() throws {
        let numbers = ["+15550100001", "+15550100002"].compactMap { PhoneNumber($0) }
        let plan = try plan(10) { $0.settings.callerIDs = CallerIDPool(numbers: numbers, callsPerDay: 2) }
        let forecast = Forecast(plan, from: try at("2026-06-11T12:00:00Z"))
        #expect(forecast.periods.map(\.calls) == [4, 4, 2])
    }

    /// When the first and the last of three calls, one in twenty minutes, would be made.
    private struct Case: Sendable, CustomTestStringConvertible {
        var testDescription: String
        var zones: [String]
        var hours: String
        var now: String
        var dials: [String]
    }

    private static let cases: [Case] = [
        Case(
            testDescription: "the evening before daylight saving begins in Europe: the morning comes an hour early",
            zones: ["Europe/Berlin"],
            hours: "09:00-17:00",
            now: "2026-03-28T15:40:00Z",
            dials: ["2026-03-28T15:40:00Z", "2026-03-29T07:00:00Z", "2026-03-29T07:20:00Z"]
        ),
        Case(
            testDescription: "the evening before it ends in New York: an hour late",
            zones: ["America/New_York"],
            hours: "09:00-17:00",
            now: "2026-10-31T20:40:00Z",
            dials: ["2026-10-31T20:40:00Z", "2026-11-01T14:00:00Z", "2026-11-01T14:20:00Z"]
        ),
        Case(
            testDescription: "it begins in Sydney, in the southern spring",
            zones: ["Australia/Sydney"],
            hours: "09:00-17:00",
            now: "2026-10-03T06:40:00Z",
            dials: ["2026-10-03T06:40:00Z", "2026-10-03T22:00:00Z", "2026-10-03T22:20:00Z"]
        ),
        Case(
            testDescription: "it ends in Sydney, in the southern autumn",
            zones: ["Australia/Sydney"],
            hours: "09:00-17:00",
            now: "2026-04-04T05:40:00Z",
            dials: ["2026-04-04T05:40:00Z", "2026-04-04T23:00:00Z", "2026-04-04T23:20:00Z"]
        ),
        Case(
            testDescription: "Lord Howe moves its clocks by half an hour",
            zones: ["Australia/Lord_Howe"],
            hours: "09:00-17:00",
            now: "2026-10-03T06:10:00Z",
            dials: ["2026-10-03T06:10:00Z", "2026-10-03T22:00:00Z", "2026-10-03T22:20:00Z"]
        ),
        Case(
            testDescription: "India stands at half an hour",
            zones: ["Asia/Kolkata"],
            hours: "09:00-17:00",
            now: "2026-06-11T11:10:00Z",
            dials: ["2026-06-11T11:10:00Z", "2026-06-12T03:30:00Z", "2026-06-12T03:50:00Z"]
        ),
        Case(
            testDescription: "Nepal at three quarters",
            zones: ["Asia/Kathmandu"],
            hours: "09:00-17:00",
            now: "2026-06-11T12:00:00Z",
            dials: ["2026-06-12T03:15:00Z", "2026-06-12T03:35:00Z", "2026-06-12T03:55:00Z"]
        ),
        Case(
            testDescription: "a window across midnight is one window",
            zones: ["Europe/Berlin"],
            hours: "22:00-00:30",
            now: "2026-06-11T21:50:00Z",
            dials: ["2026-06-11T21:50:00Z", "2026-06-11T22:10:00Z", "2026-06-12T20:00:00Z"]
        ),
        Case(
            testDescription: "a window across the midnight in which the clocks go back is an hour longer",
            zones: ["Europe/Berlin"],
            hours: "22:00-02:30",
            now: "2026-10-25T00:50:00Z",
            dials: ["2026-10-25T01:00:00Z", "2026-10-25T01:20:00Z", "2026-10-25T21:00:00Z"]
        ),
        Case(
            testDescription: "callees who may be in several zones are called while it is open in all of them",
            zones: ["America/New_York", "America/Los_Angeles"],
            hours: "09:00-17:00",
            now: "2026-06-11T20:50:00Z",
            dials: ["2026-06-11T20:50:00Z", "2026-06-12T16:00:00Z", "2026-06-12T16:20:00Z"]
        ),
    ]

    @Test("Hours go by the callee's clock", arguments: cases)
    private func hours(entry: Case) throws {
        // One call in twenty minutes: each ends before the next may begin.
        let outcomes = [Outcome(.agentHungUp, share: 1, ringing: 0, talking: 1200)]
        let plan = try plan(3, in: entry.zones, hours: entry.hours, outcomes: outcomes) { plan in
            plan.settings.concurrency = 1
            plan.maxDuration = 1200
        }
        let forecast = Forecast(plan, from: try at(entry.now))
        let dials = try entry.dials.map(at)
        #expect(forecast.calls == 3)
        #expect(forecast.places.first?.firstCall == dials.first)
        #expect(forecast.places.first?.lastCall == dials.last)
        #expect(forecast.finishesAt == dials[2] + 1200)
        // The one between.
        var shorter = plan
        shorter.contacts.removeLast()
        #expect(Forecast(shorter, from: try at(entry.now)).places.first?.lastCall == dials[1])
    }

    @Test("The project's calling hours hold besides the batch's own")
    func twoHours() throws {
        let plan = try plan(1, in: ["Europe/Berlin"], hours: "06:00-10:00") { $0.policy.hoursScope = .batches }
        // The project's begin at eight.
        let forecast = Forecast(plan, from: try at("2026-06-11T03:00:00Z"))
        #expect(forecast.places.first?.firstCall == (try at("2026-06-11T06:00:00Z")))
    }

    @Test("Callees in open zones are called while others wait for their morning")
    func zonesInTurn() throws {
        let plan = try plan(0, hours: "09:00-17:00") { plan in
            plan.zones = ["Europe/Berlin", "America/New_York"].compactMap(TimeZone.init(identifier:)).map { [$0] }
            // The callees in New York stand first in the list.
            plan.contacts = (0..<10).map { ForecastPlan.Contact(line: $0 + 2, place: $0 < 5 ? 1 : 0, rate: 0) }
        }
        let forecast = Forecast(plan, from: try at("2026-06-11T08:00:00Z"))
        #expect(forecast.places.map(\.zones) == [["Europe/Berlin"], ["America/New_York"]])
        #expect(forecast.places.map(\.firstCall) == [try at("2026-06-11T08:00:00Z"), try at("2026-06-11T13:00:00Z")])
    }

    @Test("Hours that never come, and callees whose clock nobody knows, are said")
    func never() throws {
        let apart = try plan(2, in: ["Asia/Tokyo", "America/Los_Angeles"], hours: "09:00-10:00")
        let forecast = Forecast(apart, from: try at("2026-06-11T12:00:00Z"))
        #expect(forecast.calls == 0 && forecast.finishesAt == nil)
        #expect(forecast.skipped.values.reduce(0, +) == 2)
        let unknown = Forecast(try plan(3, in: [], hours: "09:00-10:00"), from: try at("2026-06-11T12:00:00Z"))
        #expect(unknown.skipped == ["Nobody knows the callee's time zone, and the hours go by it": 3])
    }

    @Test("Retries keep to the delays, the attempts of each reason and the budget over all of them")
    func retries() throws {
        let start = try at("2026-06-11T12:00:00Z")
        let busy = [Outcome(.busy, share: 1, ringing: 2)]
        let plan = try plan(2, outcomes: busy) { plan in
            plan.settings.retry = RetryPolicy(budget: 3, rules: [.busy: .init(attempts: 5, delays: [60, 300])])
        }
        let forecast = Forecast(plan, from: start)
        #expect(forecast.calls == 6 && forecast.retries == 4)
        #expect(forecast.failed == 2 && forecast.endReasons == [.busy: 6])
        // The second contact: a second later, over after 2 s, again after a minute and after five.
        #expect(forecast.finishesAt == start + 1 + 2 + 60 + 2 + 300 + 2)
        #expect(forecast.expectedSpend == .zero)
        #expect(forecast.worstCaseSpend == Money(milliCents: 2 * 60_000))
    }

    @Test("A conversation that is followed by another is paid for twice in the worst case")
    func worstCase() throws {
        let plan = try plan(4) { plan in
            plan.settings.retry = RetryPolicy(budget: 3, rules: [.calleeHungUp: .init(attempts: 1, delays: [60])])
        }
        #expect(Forecast(plan, from: Self.noon).worstCaseSpend == Money(milliCents: 8 * 60_000))
        var limited = plan
        limited.settings.stop.spend = Money(milliCents: 100_000)
        #expect(Forecast(limited, from: Self.noon).worstCaseSpend == Money(milliCents: 160_000))
    }

    @Test("How often one number may be dialed puts its retries off")
    func frequency() throws {
        let start = try at("2026-06-11T12:00:00Z")
        let plan = try plan(1, outcomes: [Outcome(.busy, share: 1, ringing: 2)]) { plan in
            plan.settings.retry = RetryPolicy(budget: 3, rules: [.busy: .init(attempts: 5, delays: [60])])
            plan.policy.frequency = DialPolicy.Frequency(calls: 2, hours: 24)
        }
        #expect(Forecast(plan, from: start).places.first?.lastCall == start + 86_400)
    }

    @Test("The deadline stops it, and who is left is counted")
    func deadline() throws {
        let start = try at("2026-06-11T12:00:00Z")
        let forecast = Forecast(try plan(100) { $0.settings.deadline = start + 30 }, from: start)
        #expect(forecast.calls == 30 && forecast.unreached == 70 && forecast.completed == 30)
        guard case .stopped(let reason) = forecast.ending else { throw Expected(what: "to be stopped") }
        #expect(reason.kind == .deadline)
        #expect(forecast.finishesAt == start + 29 + 65)
    }

    @Test("Stop conditions stop it, the breaker pauses it, and so does an empty wallet")
    func endings() throws {
        let start = try at("2026-06-11T12:00:00Z")
        let stopped = Forecast(try plan(100) { $0.settings.stop.calls = 7 }, from: start)
        #expect(stopped.calls == 7 && stopped.unreached == 93)
        let broken = try plan(100, outcomes: [Outcome(.carrierFailure, share: 1, ringing: 1)]) { plan in
            plan.settings.breaker = CircuitBreaker(window: 10, minimum: 10, failureRate: 0.5)
        }
        let pausing = Forecast(broken, from: start)
        guard case .paused(let reason) = pausing.ending else { throw Expected(what: "to be paused") }
        #expect(reason.kind == .circuitBreaker && pausing.calls < 13)
        let poor = Forecast(try plan(100) { $0.balance = Money(milliCents: 100_000) }, from: start)
        guard case .paused(let empty) = poor.ending else { throw Expected(what: "to be paused") }
        #expect(empty.kind == .insufficientFunds)
        // 60,000 milli-cents are set aside for each call of which 6,000 are needed.
        #expect(poor.calls == 7 && poor.expectedSpend == Money(milliCents: 42_000))
    }

    @Test("Higher priorities go first, then whoever was due first, and nobody before their time")
    func order() throws {
        let start = try at("2026-06-11T12:00:00Z")
        let plan = try plan(0) { plan in
            plan.zones = ["UTC", "Europe/Berlin", "Asia/Tokyo"].compactMap(TimeZone.init(identifier:)).map { [$0] }
            plan.contacts = [
                ForecastPlan.Contact(line: 2, place: 0, rate: 0),
                ForecastPlan.Contact(line: 3, place: 1, rate: 0, priority: 5),
                ForecastPlan.Contact(line: 4, place: 2, rate: 0, dueAt: start + 600, priority: 9),
            ]
        }
        #expect(Forecast(plan, from: start).places.map(\.firstCall) == [start + 1, start, start + 600])
    }

    @Test("Outcomes have their shares at every moment, to within one call")
    func shares() throws {
        let outcomes = [
            Outcome(.agentHungUp, share: 50, ringing: 5, talking: 30), Outcome(.noAnswer, share: 30, ringing: 40),
            Outcome(.busy, share: 20, ringing: 2),
        ]
        let forecast = Forecast(try plan(1001, outcomes: outcomes), from: Self.noon)
        for outcome in outcomes {
            let count = try #require(forecast.endReasons[outcome.reason])
            #expect(abs(Double(count) - 1001 * outcome.share / 100) <= 1)
        }
    }

    @Test("Whoever was called before is expected to fare as others did who were called again")
    func again() throws {
        let busy = Outcome(.busy, share: 40, ringing: 1)
        let talk = Outcome(.agentHungUp, share: 60, ringing: 1, talking: 30)
        let plan = try plan(100) {
            $0.settings.retry = RetryPolicy(budget: 2, rules: [.busy: .init(attempts: 1, delays: [60])])
            $0.assumptions = try #require(ForecastAssumptions([busy, talk], again: [busy], source: .history))
        }
        let forecast = Forecast(plan, from: Self.noon)
        #expect(forecast.calls == 140)
        #expect(forecast.retries == 40)
        #expect(forecast.completed == 60)
        #expect(forecast.failed == 40)
    }

    @Test("The same plan gives the same forecast")
    func repeatable() throws {
        let plan = try plan(2000, in: ["America/New_York"], hours: "09:00-17:00") { $0.settings.callsPerMinute = 600 }
        let start = try at("2026-06-11T12:00:00Z")
        let forecast = Forecast(plan, from: start)
        #expect(forecast.calls == 2000)
        #expect(forecast == Forecast(plan, from: start))
    }

    private struct Expected: Error {
        var what: String
    }
}
