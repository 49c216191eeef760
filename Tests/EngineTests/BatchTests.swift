import Calls
import Engine
import FoundationEssentials
import ServiceLifecycle
import Storage
import Telephony
import Testing

@Suite("A batch", .timeLimit(.minutes(1)))
struct BatchTests {
    private func bench(
        _ network: ScriptedNetwork = ScriptedNetwork(.answers),
        _ conversations: ScriptedConversations = ScriptedConversations(.short),
        _ configure: (inout EngineConfiguration) -> Void = { _ in }
    ) async throws -> Workbench {
        try await Workbench(network: network, conversations: conversations) {
            $0.lease = .seconds(1_000_000)
            configure(&$0)
        }
    }

    @Test("Every contact becomes one call at the batch's pace, and the batch ends with counts that add up to its list")
    func completes() async throws {
        let bench = try await bench()
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
        let bench = try await bench(ScriptedNetwork(.busy))
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

    @Test("Paused, nothing is dialed and nothing is queued; resumed, it goes on where it was")
    func pause() async throws {
        let bench = try await bench(ScriptedNetwork(), ScriptedConversations(.stays))
        try await bench.run { bench in
            let batch = try await bench.makeBatch(try Workbench.contacts(4)) {
                $0.concurrency = 1
                $0.callsPerMinute = 6000
            }
            let first = try await bench.nextLeg()
            let paused = try await bench.engine.batches.pause(batch.id, project: Project.first)
            #expect(paused.status == .paused)
            #expect(paused.reason?.kind == .byRequest)
            first.end(.busy, Transport(sipStatus: 486))
            _ = try await bench.ended(first.call)
            bench.clock.advance(by: .seconds(60))
            await bench.clock.sleepers(4, within: .seconds(1))
            let counts = try await bench.progress(batch.id).counts
            #expect(counts.queued == 3)
            #expect(counts.failed == 1)
            #expect(bench.network.invites.count == 1)

            let resumed = try await bench.engine.batches.resume(batch.id, project: Project.first)
            #expect(resumed.status == .running)
            #expect(resumed.reason == nil)
            for _ in 0..<3 {
                let leg = try await bench.nextLeg()
                leg.end(.busy, Transport(sipStatus: 486))
                _ = try await bench.ended(leg.call)
                bench.clock.advance(by: .seconds(1))
            }
            #expect(try await bench.over(batch.id).counts.failed == 4)
            #expect(bench.network.invites.count == 4)
        }
    }

    @Test("A call that waits in the queue when its batch is paused is withdrawn, and has its turn again later")
    func withdrawn() async throws {
        let network = ScriptedNetwork(.busy)
        let database = try SQLiteDatabase.inMemory()
        let first = try await Workbench(network: network, database: database) { $0.channels = 1 }
        let batch = try await first.makeBatch(try Workbench.contacts(2)) { $0.callsPerMinute = 6000 }
        // Nothing is dialed: only the batches are served.
        let runner: (any Service) -> Bool = { String(describing: type(of: $0)) == "BatchRunner" }
        try await first.run(only: runner) { bench in
            try await bench.database.commits.until { try await bench.progress(batch.id).counts.calls == 1 }
            #expect(try await bench.progress(batch.id).counts.queued == 2)
            _ = try await bench.engine.batches.pause(batch.id, project: Project.first)
            let calls = try await bench.contacts(batch.id).flatMap(\.calls)
            #expect(calls.map(\.lifecycle.status) == [.canceled])
            #expect(try await bench.contacts(batch.id).map(\.contact.state) == [.ready, .ready])
            #expect(try await bench.engine.wallets.wallet(.test, project: Project.first).reserved == .zero)
        }
        let second = try await Workbench(network: network, database: database)
        try await second.run { bench in
            _ = try await bench.engine.batches.resume(batch.id, project: Project.first)
            let end = try await bench.over(batch.id)
            #expect(end.counts.failed == 2)
            #expect(end.counts.endReasons == [.busy: 2])
            #expect(network.invites.count == 2)
        }
    }

    @Test("Canceled, nothing of it is left in the queue; the call under way ends by itself, and the batch with it")
    func cancel() async throws {
        let bench = try await bench(ScriptedNetwork(), ScriptedConversations(.stays))
        try await bench.run { bench in
            let batch = try await bench.makeBatch(try Workbench.contacts(3)) {
                $0.concurrency = 1
                $0.callsPerMinute = 6000
            }
            let leg = try await bench.nextLeg()
            leg.answer()
            try await bench.reached(.inProgress, leg.call)
            let stopping = try await bench.engine.batches.cancel(batch.id, project: Project.first)
            #expect(stopping.status == .stopping)
            let counts = try await bench.progress(batch.id).counts
            #expect(counts.queued == 0)
            #expect(counts.canceled == 2)
            #expect(counts.connected == 1)
            await #expect(throws: Refusal.batchStatus(.stopping)) {
                try await bench.engine.batches.pause(batch.id, project: Project.first)
            }
            leg.calleeHangsUp()
            let end = try await bench.over(batch.id)
            #expect(end.batch.status == .canceled)
            #expect(end.counts.completed == 1)
            #expect(end.counts.canceled == 2)
            #expect(bench.network.invites.count == 1)
        }
    }

    @Test(
        "When calls fail for no fault of the callees, the breaker pauses the batch and says why; resumed, it has a new chance"
    )
    func breaker() async throws {
        let bench = try await bench(ScriptedNetwork(.notDialed(.unknownTrunk("lab"))))
        try await bench.run { bench in
            let batch = try await bench.makeBatch(try Workbench.contacts(9)) {
                $0.breaker = CircuitBreaker(window: 4, minimum: 3, failureRate: 1)
                $0.concurrency = 1
            }
            try await bench.pass { try await bench.progress(batch.id).batch.status == .paused }
            let paused = try await bench.progress(batch.id)
            #expect(paused.batch.reason?.kind == .circuitBreaker)
            #expect(paused.batch.reason?.words.hasPrefix("3 of the last 3 calls failed") == true)
            #expect(paused.counts.calls == 3)
            bench.clock.advance(by: .seconds(1))
            _ = try await bench.engine.batches.resume(batch.id, project: Project.first)
            try await bench.pass { try await bench.progress(batch.id).batch.status == .paused }
            #expect(try await bench.progress(batch.id).counts.calls == 6)
        }
    }

    @Test("It stops when it has reached what it was for, and the rest is not called")
    func stops() async throws {
        let bench = try await bench()
        try await bench.run { bench in
            let batch = try await bench.makeBatch(try Workbench.contacts(5)) {
                $0.stop = StopConditions(goalsMet: 2)
                $0.concurrency = 1
            }
            let end = try await bench.over(batch.id)
            #expect(end.batch.status == .completed)
            #expect(end.batch.reason?.kind == .stopCondition)
            #expect(end.counts.completed == 2)
            #expect(end.counts.skipped == 3)
            #expect(bench.network.invites.count == 2)
        }
    }

    @Test("Nothing is dialed from its deadline on")
    func deadline() async throws {
        let bench = try await bench()
        try await bench.run { bench in
            let batch = try await bench.makeBatch(try Workbench.contacts(5)) {
                $0.callsPerMinute = 12
                $0.deadline = ManualClock.noon + 12
            }
            let end = try await bench.over(batch.id)
            #expect(end.batch.reason?.kind == .deadline)
            #expect(end.counts.completed == 3)
            #expect(end.counts.skipped == 2)
            #expect(try await bench.contacts(batch.id).last?.contact.note?.contains("deadline") == true)
        }
    }

    @Test("Channels that are reserved for single calls are left to them")
    func reserve() async throws {
        let bench = try await bench(ScriptedNetwork(), ScriptedConversations(.stays)) { $0.channels = 3 }
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
        let bench = try await bench()
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
        let bench = try await bench()
        let afternoon = try #require(CallingHours.Window("15:00-16:00"))
        try await bench.run { bench in
            let batch = try await bench.makeBatch(try Workbench.contacts(1)) {
                $0.hours = CallingHours(windows: [.thursday: [afternoon]])
            }
            try await bench.database.commits.until { try await bench.contacts(batch.id)[0].contact.state == .waiting }
            #expect(try await bench.contacts(batch.id)[0].contact.dueAt == ManualClock.noon + 3600)
        }
    }

    @Test("Whoever is on the do-not-call list is skipped, and their row says so; the rest is called")
    func suppressed() async throws {
        let bench = try await bench()
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

    @Test("A batch that cannot be paid for any more is paused, and says so")
    func funds() async throws {
        let bench = try await bench {
            $0.rates = RateDeck(standard: Rate(pricePerMinute: Money(milliCents: 600)))
        }
        _ = try await bench.engine.wallets.update(.test, WalletChange(terms: .prepaid), project: Project.first)
        try await bench.run { bench in
            let batch = try await bench.makeBatch(try Workbench.contacts(2))
            try await bench.pass { try await bench.progress(batch.id).batch.status == .paused }
            #expect(try await bench.progress(batch.id).batch.reason?.kind == .insufficientFunds)
            #expect(try await bench.contacts(batch.id).map(\.contact.state) == [.ready, .ready])
        }
    }

    @Test("Caller IDs take turns, none makes more calls in a day than it may, and the rest waits for tomorrow")
    func callerIDs() async throws {
        let bench = try await bench()
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

    @Test(
        "A list that breaks off leaves nothing behind; one with a contact that could never be called is refused by name"
    )
    func importing() async throws {
        struct Broken: Error {}
        let bench = try await bench()
        let contacts = try Workbench.contacts(700)
        let broken = AsyncThrowingStream<NewContact, any Error> { continuation in
            for contact in contacts { continuation.yield(contact) }
            continuation.finish(throwing: Broken())
        }
        await #expect(throws: Broken.self) {
            try await bench.engine.batches.make(Workbench.newBatch(), contacts: broken, project: Project.first)
        }
        var nameless = try Workbench.contacts(3)
        nameless[1].variables = [:]
        let list = nameless
        await #expect(
            throws: Refusal.invalid(field: "contacts[2].variables", message: "The agent needs a value for day, name")
        ) {
            try await bench.makeBatch(list)
        }
        let left: Int? = try await bench.database.read { db in
            try db.run("SELECT (SELECT COUNT(*) FROM batches) + (SELECT COUNT(*) FROM batch_contacts) AS n").first?["n"]
        }
        #expect(left == 0)
    }

    @Test("A number that stands in the list twice is called once, unless both are wanted")
    func duplicates() async throws {
        let bench = try await bench()
        var contacts = try Workbench.contacts(3)
        contacts[2].phone = contacts[0].phone
        let batch = try await bench.makeBatch(contacts)
        #expect(try await bench.progress(batch.id).counts.skipped == 1)
        #expect(try await bench.contacts(batch.id)[2].contact.note == "The number stands on line 1 already")
        let both = try await bench.makeBatch(contacts) { $0.allowsDuplicates = true }
        #expect(try await bench.progress(both.id).counts.queued == 3)
    }

    @Test("The same request under the same key makes one batch and has one answer")
    func idempotency() async throws {
        let bench = try await bench()
        let key = CallControl.IdempotencyKey("monday", door: "native", request: "reminders")
        func make(_ key: CallControl.IdempotencyKey) async throws -> BatchAnswer {
            try await bench.engine.batches.make(
                Workbench.newBatch(),
                contacts: try Workbench.contacts(2).asStream,
                under: key,
                project: Project.first
            ) { (201, $0.batch.id.description) }
        }
        let first = try await make(key)
        let second = try await make(key)
        #expect(!first.isRepeated)
        #expect(second.isRepeated)
        #expect(second.body == first.batch.description)
        await #expect(throws: Refusal.idempotencyKeyReused) {
            try await make(CallControl.IdempotencyKey("monday", door: "native", request: "others"))
        }
        #expect(try await bench.engine.batches.batches(offset: 0, limit: 9, project: Project.first).total == 1)
    }

    @Test("The failed ones are redialed as a batch of their own, and contacts can be added while it runs")
    func redialAndAdd() async throws {
        let bench = try await bench(ScriptedNetwork(.busy))
        try await bench.run { bench in
            let batch = try await bench.makeBatch(try Workbench.contacts(2)) { $0.startAt = ManualClock.noon + 5 }
            #expect(batch.status == .scheduled)
            await #expect(throws: Refusal.batchStatus(.scheduled)) {
                try await bench.engine.batches.redial(batch.id, key: nil, project: Project.first)
            }
            let more = try Workbench.contacts(3)
            let grown = try await bench.engine.batches.add(more, to: batch.id, project: Project.first)
            #expect(grown.counts.queued == 3)
            #expect(grown.counts.skipped == 2)
            let end = try await bench.over(batch.id)
            #expect(end.counts.failed == 3)
            #expect(end.batch.startedAt.map { $0 >= ManualClock.noon + 5 } == true)
            await #expect(throws: Refusal.batchStatus(.completed)) {
                try await bench.engine.batches.add(more, to: batch.id, project: Project.first)
            }
            let redial = try await bench.engine.batches.redial(batch.id, key: nil, project: Project.first)
            #expect(redial.redialOf == batch.id)
            #expect(try await bench.over(redial.id).counts.failed == 3)
            #expect(bench.network.invites.count == 6)
        }
    }
}
