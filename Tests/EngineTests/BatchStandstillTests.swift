import Calls
import Engine
import FoundationEssentials
import ServiceLifecycle
import Storage
import Telephony
import Testing

@Suite("A batch that is held up, or has done enough", .timeLimit(.minutes(1)))
struct BatchStandstillTests {
    @Test("Paused, nothing is dialed and nothing is queued; resumed, it goes on where it was")
    func pause() async throws {
        let bench = try await Workbench.forBatches(ScriptedNetwork(), ScriptedConversations(.stays))
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

    @Test("Paused while it dials ten times a second, no INVITE leaves a moment later")
    func pauseAtFullPace() async throws {
        let bench = try await Workbench.forBatches(ScriptedNetwork(.busy))
        try await bench.run { bench in
            let batch = try await bench.makeBatch(try Workbench.contacts(100)) { $0.callsPerMinute = 600 }
            try await bench.pass(.milliseconds(100)) { try await bench.progress(batch.id).counts.calls >= 12 }
            _ = try await bench.engine.batches.pause(batch.id, project: Project.first)
            // Those whose INVITE had left already end by themselves.
            try await bench.pass { try await bench.contacts(batch.id).allSatisfy { $0.contact.state != .calling } }
            let dialed = bench.network.invites.count
            for _ in 0..<3 {
                await bench.clock.sleepers(3, within: .seconds(1))
                bench.clock.advance(by: .seconds(1))
            }
            #expect(bench.network.invites.count == dialed)
            let attempted = try await bench.contacts(batch.id).flatMap(\.calls)
                .count { $0.lifecycle.ending?.reason == .busy }
            #expect(attempted == dialed)
            #expect(try await bench.progress(batch.id).counts.queued == 100 - dialed)
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
        let bench = try await Workbench.forBatches(ScriptedNetwork(), ScriptedConversations(.stays))
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

    @Test("However long its list is, nobody of it waits any more when the cancelation is answered")
    func cancelLong() async throws {
        let bench = try await Workbench.forBatches()
        let batch = try await bench.makeBatch(try Workbench.contacts(1200)) { $0.startAt = ManualClock.noon + 3600 }
        // Nobody serves batches here: what is done is done by the request.
        let canceled = try await bench.engine.batches.cancel(batch.id, project: Project.first)
        #expect(canceled.status == .canceled)
        let counts = try await bench.progress(batch.id).counts
        #expect(counts.queued == 0)
        #expect(counts.canceled == 1200)
    }

    @Test(
        "When calls fail for no fault of the callees, the breaker pauses the batch and says why; resumed, it has a new chance"
    )
    func breaker() async throws {
        let bench = try await Workbench.forBatches(ScriptedNetwork(.notDialed(.unknownTrunk("lab"))))
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
        let bench = try await Workbench.forBatches()
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
        let bench = try await Workbench.forBatches()
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

    @Test("A batch that cannot be paid for any more is paused, and says so")
    func funds() async throws {
        let bench = try await Workbench.forBatches {
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
}
