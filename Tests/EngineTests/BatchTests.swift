import Calls
import Engine
import FoundationEssentials
import Testing

@Suite("A batch", .timeLimit(.minutes(1)))
struct BatchTests {
    @Test("Every contact becomes one call at the batch's pace, and the batch ends with counts that add up to its list")
    func completes() async throws {
        let bench = try await Workbench.forBatches()
        try await bench.run { bench in
            let batch = try await bench.makeBatch(try Workbench.contacts(5)) { $0.callsPerMinute = 5 }
            #expect(batch.status == .running)
            let end = try await bench.over(batch.id)
            #expect(end.batch.status == .completed)
            #expect(end.counts.completed == 5)
            #expect(end.counts.total == 5)
            #expect(end.counts.endReasons == [.agentHungUp: 5])
            #expect(end.counts.goalsMet == 5)
            #expect(end.counts.calls == 5)
            #expect(bench.network.invites.count == 5)

            let calls = try await bench.contacts(batch.id).flatMap(\.calls)
            #expect(Set(calls.map(\.request.destination)).count == 5)
            #expect(calls.allSatisfy { $0.request.origin == .batch && $0.request.priority < -100 })
            let gaps = zip(calls, calls.dropFirst()).map { $1.createdAt.timeIntervalSince($0.createdAt) }
            #expect(gaps.allSatisfy { $0 > 10.9 && $0 < 14 }, "\(gaps)")
        }
    }

    @Test("What is busy is called again after its delay, as often as allowed and no more; each call is one INVITE")
    func retries() async throws {
        let bench = try await Workbench.forBatches(ScriptedNetwork(.busy))
        try await bench.run { bench in
            let batch = try await bench.makeBatch(try Workbench.contacts(2)) {
                $0.callsPerMinute = 600
                $0.retry = RetryPolicy(budget: 3, rules: [.busy: .init(attempts: 2, delays: [10, 20])])
            }
            let end = try await bench.over(batch.id)
            #expect(end.counts.failed == 2)
            #expect(end.counts.endReasons == [.busy: 2])
            #expect(bench.network.invites.count == 6)
            for (contact, calls) in try await bench.contacts(batch.id) {
                #expect(calls.compactMap(\.request.batch?.attempt) == [1, 2, 3])
                #expect(contact.calls == 3)
                for (call, next) in zip(calls, calls.dropFirst()) {
                    let wait = next.createdAt.timeIntervalSince(call.lifecycle.ending?.at ?? .distantPast)
                    #expect(wait >= (call.request.batch?.attempt == 1 ? 10 : 20))
                }
            }
        }
    }

    @Test("Caller IDs take turns, none makes more calls in a day than it may, and the rest waits for tomorrow")
    func callerIDs() async throws {
        let bench = try await Workbench.forBatches()
        let numbers = ["+15550100000", "+15550100001"].compactMap { PhoneNumber($0) }
        try await bench.run { bench in
            let batch = try await bench.makeBatch(try Workbench.contacts(5)) {
                $0.callerIDs = CallerIDPool(numbers: numbers, rotation: .sequential, callsPerDay: 2)
                $0.concurrency = 1
            }
            try await bench.pass { try await bench.progress(batch.id).counts.completed == 4 }
            for _ in 0..<3 {
                await bench.clock.sleepers(4, within: .seconds(1))
                bench.clock.advance(by: .seconds(1))
            }
            let calls = try await bench.contacts(batch.id).flatMap(\.calls)
            #expect(calls.map(\.callerID) == [numbers[0], numbers[1], numbers[0], numbers[1]])
            #expect(try await bench.progress(batch.id).counts.queued == 1)
        }
    }

    @Test("Whoever is on the do-not-call list is skipped, and their row says so; the rest is called")
    func suppressed() async throws {
        let bench = try await Workbench.forBatches()
        let contacts = try Workbench.contacts(2)
        _ = try await bench.engine.suppressions.add(
            [.init(number: contacts[0].phone, reason: .complaint)],
            by: "test",
            project: Project.first
        )
        try await bench.run { bench in
            let batch = try await bench.makeBatch(contacts)
            let end = try await bench.over(batch.id)
            #expect(end.counts.skipped == 1)
            #expect(end.counts.completed == 1)
            let skipped = try await bench.contacts(batch.id)[0].contact
            #expect(skipped.state == .skipped)
            #expect(skipped.endReason == .blocked)
            #expect(skipped.note?.contains("do-not-call list") == true)
        }
    }

    @Test("Channels that are reserved for single calls are left to them")
    func reserve() async throws {
        let bench = try await Workbench.forBatches(ScriptedNetwork(), ScriptedConversations(.stays)) { $0.channels = 3 }
        try await bench.run { bench in
            let batch = try await bench.makeBatch(try Workbench.contacts(6)) {
                $0.reserve = 1
                $0.callsPerMinute = 6000
            }
            _ = try await bench.nextLeg()
            bench.clock.advance(by: .seconds(1))
            _ = try await bench.nextLeg()
            for _ in 0..<5 {
                await bench.clock.sleepers(4, within: .seconds(1))
                bench.clock.advance(by: .seconds(1))
            }
            #expect(try await bench.progress(batch.id).counts.calls == 2)
            let single = try await bench.place()
            #expect(try await bench.nextLeg().call == single.id)
        }
    }

    @Test(
        "A batch keeps the calling hours though nobody asked for them; whoever cannot be called yet is called when they begin"
    )
    func callingHours() async throws {
        let bench = try await Workbench.forBatches()
        try await bench.run { bench in
            // 05:00 in Los Angeles, where calling begins at 08:00.
            let early = try Workbench.contacts(1, timeZone: "America/Los_Angeles")
            let batch = try await bench.makeBatch(early)
            try await bench.database.commits.until { try await bench.contacts(batch.id)[0].contact.state == .waiting }
            let waiting = try await bench.contacts(batch.id)[0].contact
            #expect(waiting.dueAt == ManualClock.noon + 3 * 3600)
            #expect(waiting.note?.contains("calling hours") == true)
            #expect(try await bench.engine.calls.calls(limit: 5, project: Project.first).calls.isEmpty)
            await bench.clock.sleepers(4, within: .seconds(1))
            bench.clock.advance(by: .seconds(3 * 3600))
            #expect(try await bench.over(batch.id).counts.completed == 1)
        }
    }

    @Test("Its own hours hold besides, in the callee's zone")
    func ownHours() async throws {
        let bench = try await Workbench.forBatches()
        let afternoon = try #require(CallingHours.Window("15:00-16:00"))
        try await bench.run { bench in
            let batch = try await bench.makeBatch(try Workbench.contacts(1)) {
                $0.hours = CallingHours(windows: [.thursday: [afternoon]])
            }
            try await bench.database.commits.until { try await bench.contacts(batch.id)[0].contact.state == .waiting }
            #expect(try await bench.contacts(batch.id)[0].contact.dueAt == ManualClock.noon + 3600)
        }
    }
}
