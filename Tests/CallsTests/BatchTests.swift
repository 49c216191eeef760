import Calls
import FoundationEssentials
import Testing

@Suite("The rules of a batch")
struct BatchTests {
    private let noon = Date(timeIntervalSince1970: 1_781_179_200)
    private let numbers = ["+15550100001", "+15550100002", "+15550100003"].compactMap { PhoneNumber($0) }

    private func settings(_ change: (inout BatchSettings) -> Void = { _ in }) -> BatchSettings {
        var settings = BatchSettings(agent: Agent.ID(bornAt: noon))
        change(&settings)
        return settings
    }

    @Test("Without a retry policy nobody is called twice, whatever the reason", arguments: EndReason.allCases)
    func never(reason: EndReason) {
        #expect(RetryPolicy.never.next(after: [reason], endedAt: noon) == nil)
    }

    @Test("Each reason has its own attempts and delays, and the last delay holds for all that follow")
    func delays() {
        let policy = RetryPolicy(
            budget: 10,
            rules: [.busy: .init(attempts: 3, delays: [60, 300]), .noAnswer: .init(attempts: 1, delays: [3600])]
        )
        #expect(policy.next(after: [.busy], endedAt: noon) == noon + 60)
        #expect(policy.next(after: [.busy, .noAnswer], endedAt: noon) == noon + 3600)
        #expect(policy.next(after: [.busy, .noAnswer, .busy], endedAt: noon) == noon + 300)
        #expect(policy.next(after: [.busy, .busy, .busy], endedAt: noon) == noon + 300)
        #expect(policy.next(after: [.busy, .busy, .busy, .busy], endedAt: noon) == nil)
        #expect(policy.next(after: [.noAnswer, .noAnswer], endedAt: noon) == nil)
        #expect(policy.next(after: [.declined], endedAt: noon) == nil)
        #expect(policy.next(after: [], endedAt: noon) == nil)
    }

    @Test("One budget holds over all reasons")
    func budget() {
        let rule = RetryPolicy.Rule(attempts: 9, delays: [60])
        let policy = RetryPolicy(budget: 3, rules: [.busy: rule, .noAnswer: rule])
        #expect(policy.next(after: [.busy, .noAnswer], endedAt: noon) != nil)
        #expect(policy.next(after: [.busy, .noAnswer, .busy], endedAt: noon) == nil)
    }

    @Test("Dials are spread evenly, and a late one does not move those that follow", arguments: [1, 5, 60, 6000])
    func pacing(callsPerMinute: Int) throws {
        let pacing = BatchPacing(callsPerMinute: callsPerMinute)
        var next: Date?
        var dials: [Date] = []
        var random = SplitMix64(seed: 7)
        for _ in 0..<500 {
            // Each comes up to 0.2 s late.
            let now = max(next ?? noon, dials.last ?? noon) + Double.random(in: 0...0.2, using: &random)
            let following: Date = try #require(pacing.take(next, at: now))
            next = following
            dials.append(now)
        }
        let rate = 60 * Double(dials.count - 1) / (try #require(dials.last)).timeIntervalSince(dials[0])
        if callsPerMinute <= 60 { #expect(abs(rate / Double(callsPerMinute) - 1) < 0.02) }
        #expect(rate <= Double(callsPerMinute) * 1.02)
    }

    @Test("A slot that has not come is not given, and a long pause is not made up for")
    func slots() throws {
        let pacing = BatchPacing(callsPerMinute: 60)
        let next: Date = try #require(pacing.take(nil, at: noon))
        #expect(next == noon + 1)
        #expect(pacing.take(next, at: noon + 0.999) == nil)
        var slot: Date? = next
        var burst = 0
        while let following = pacing.take(slot, at: noon + 3600) {
            slot = following
            burst += 1
        }
        #expect(burst == 2)
    }

    @Test("Caller IDs in sequence follow the last one used, past those that have had their calls")
    func sequential() {
        var random = SplitMix64(seed: 1)
        let pool = CallerIDPool(numbers: numbers, rotation: .sequential, callsPerDay: 2)
        #expect(pool.next(usesToday: [:], last: nil, using: &random) == numbers[0])
        #expect(pool.next(usesToday: [:], last: numbers[0], using: &random) == numbers[1])
        #expect(pool.next(usesToday: [numbers[1]: 2], last: numbers[0], using: &random) == numbers[2])
        #expect(pool.next(usesToday: [:], last: numbers[2], using: &random) == numbers[0])
        let all = Dictionary(uniqueKeysWithValues: numbers.map { ($0, 2) })
        #expect(pool.next(usesToday: all, last: numbers[0], using: &random) == nil)
        #expect(pool.next(usesToday: [numbers[1]: 2, numbers[2]: 2], last: numbers[0], using: &random) == numbers[0])
    }

    @Test("The least used caller ID comes next; at random, each does")
    func otherRotations() {
        var random = SplitMix64(seed: 1)
        let least = CallerIDPool(numbers: numbers, rotation: .leastUsed)
        #expect(least.next(usesToday: [numbers[0]: 3, numbers[2]: 1], last: nil, using: &random) == numbers[1])
        let pool = CallerIDPool(numbers: numbers, rotation: .random)
        let drawn = (0..<100).compactMap { _ in pool.next(usesToday: [:], last: nil, using: &random) }
        #expect(Set(drawn) == Set(numbers))
    }

    @Test("The breaker opens on faults of the carrier and of ours, not on callees who are busy")
    func breaker() throws {
        let breaker = CircuitBreaker(window: 10, minimum: 4, failureRate: 0.5)
        #expect(breaker.opens(after: Array(repeating: .busy, count: 10)) == nil)
        #expect(breaker.opens(after: [.carrierFailure, .carrierFailure, .carrierFailure]) == nil)
        let reason = try #require(breaker.opens(after: [.carrierFailure, .carrierFailure, .busy, .calleeHungUp]))
        #expect(reason.kind == .circuitBreaker)
        #expect(reason.words == "2 of the last 4 calls failed: 2 carrier_failure")
        // What lies outside the window does not count.
        #expect(breaker.opens(after: Array(repeating: .busy, count: 10) + [.carrierFailure]) == nil)
    }

    @Test("What a breaker counts can be chosen")
    func breakerReasons() {
        let breaker = CircuitBreaker(window: 10, minimum: 2, failureRate: 1, reasons: [.notInService])
        #expect(breaker.opens(after: [.notInService, .notInService]) != nil)
        #expect(breaker.opens(after: [.carrierFailure, .carrierFailure]) == nil)
    }

    @Test("Each stop condition stops by itself")
    func stop() {
        let tally = StopConditions.Tally(goalsMet: 3, completed: 5, failed: 2, calls: 9, spend: Money(milliCents: 700))
        #expect(StopConditions.none.reached(by: tally) == nil)
        #expect(StopConditions(goalsMet: 3).reached(by: tally)?.kind == .stopCondition)
        #expect(StopConditions(goalsMet: 4).reached(by: tally) == nil)
        #expect(StopConditions(completed: 5).reached(by: tally) != nil)
        #expect(StopConditions(failed: 2).reached(by: tally) != nil)
        #expect(StopConditions(calls: 10).reached(by: tally) == nil)
        #expect(StopConditions(spend: Money(milliCents: 700)).reached(by: tally) != nil)
    }

    @Test("What ends a batch goes before what holds it up, and both before a dial")
    func order() {
        let settings = settings {
            $0.startAt = noon
            $0.deadline = noon + 3600
            $0.callsPerDay = 3
            $0.concurrency = 2
        }
        #expect(settings.move(BatchFacts(), at: noon - 1) == .wait(until: noon))
        #expect(settings.move(BatchFacts(), at: noon) == .dial(nextSlot: noon + 12))
        #expect(settings.move(BatchFacts(nextSlot: noon + 12), at: noon + 5) == .wait(until: noon + 12))
        #expect(settings.move(BatchFacts(callsUnderWay: 2), at: noon) == .wait(until: nil))
        // Noon is 12:00 in UTC.
        #expect(settings.move(BatchFacts(callsToday: 3), at: noon) == .wait(until: noon + 12 * 3600))
        guard case .stop(let reason) = settings.move(BatchFacts(callsToday: 3), at: noon + 3600) else {
            Issue.record("It goes on past its deadline")
            return
        }
        #expect(reason.kind == .deadline)
    }

    @Test("Its own hours go by the callee's clock, or by one that is named")
    func hours() throws {
        let morning = CallingHours(windows: [.thursday: [try #require(.init("09:00-12:00"))]])
        let berlin = try #require(TimeZone(identifier: "Europe/Berlin"))
        let settings = settings { $0.hours = morning }
        // Thursday 12:00 UTC is 14:00 in Berlin and 08:00 in New York.
        #expect(settings.opening(in: [berlin], at: noon) == .opens(noon + 7 * 86_400 - 5 * 3600))
        let newYork = try #require(TimeZone(identifier: "America/New_York"))
        #expect(settings.opening(in: [newYork], at: noon) == .opens(noon + 3600))
        let named = self.settings {
            $0.hours = morning
            $0.hoursTimeZone = "America/Denver"
        }
        #expect(named.opening(in: [berlin], at: noon) == .opens(noon + 3 * 3600))
        #expect(self.settings().opening(in: [], at: noon) == .open)
    }

    @Test("A call that is over takes its contact on: to the end, to the next call, or back into its turn")
    func step() {
        let retry = RetryPolicy(budget: 2, rules: [.busy: .init(attempts: 1, delays: [60])])
        func step(
            _ reason: EndReason,
            _ reasons: [EndReason],
            _ status: BatchStatus = .running,
            isDialed: Bool = true
        ) -> ContactStep {
            ContactStep(
                after: CallLifecycle.Ending(reason: reason, answeredAt: nil, at: noon),
                isDialed: isDialed,
                reasons: reasons,
                retry: retry,
                batch: status
            )
        }
        #expect(step(.agentHungUp, [.agentHungUp]).state == .completed)
        #expect(step(.busy, [.busy]) == step(.busy, [.busy], .paused))
        #expect(step(.busy, [.busy]).state == .waiting)
        #expect(step(.busy, [.busy]).dueAt == noon + 60)
        #expect(step(.busy, [.busy, .busy]).state == .failed)
        #expect(step(.busy, [.busy], .stopping).state == .failed)
        #expect(step(.interrupted, [.interrupted]).state == .failed)
        #expect(step(.canceled, []).state == .canceled)
        #expect(step(.canceled, [], .paused, isDialed: false).state == .ready)
        #expect(step(.canceled, [], .paused).state == .canceled)
        #expect(step(.canceled, [], .stopping).state == .canceled)
        #expect(step(.blocked, []).state == .skipped)
    }

    @Test("Settings survive being stored, and what an older version did not store has its default")
    func stored() throws {
        let night = try #require(CallingHours.Window("22:00-02:00"))
        let settings = settings {
            $0.hours = CallingHours(windows: [.monday: [night]])
            $0.retry = RetryPolicy(budget: 4, rules: [.busy: .init(attempts: 2, delays: [60, 120])])
            $0.callerIDs = CallerIDPool(numbers: numbers, rotation: .leastUsed, callsPerDay: 9)
            $0.breaker = nil
            $0.stop = StopConditions(spend: Money(milliCents: 5))
        }
        let data = try JSONEncoder().encode(settings)
        #expect(try JSONDecoder().decode(BatchSettings.self, from: data) == settings)
        let old = Data(#"{"agent": "\#(settings.agent)"}"#.utf8)
        #expect(try JSONDecoder().decode(BatchSettings.self, from: old).callsPerMinute == 5)
    }

    @Test("Counts give the rates, and an estimate by the pace alone")
    func counts() {
        var counts = BatchCounts()
        #expect(counts.successRate == nil)
        counts.completed = 3
        counts.failed = 1
        counts.goalsMet = 2
        counts.queued = 11
        #expect(counts.total == 15)
        #expect(counts.successRate == 0.75)
        #expect(counts.goalRate == 2.0 / 3)
        #expect(counts.estimatedFinish(by: settings(), nextSlot: nil, at: noon) == noon + 120)
    }
}
