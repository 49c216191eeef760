import Calls
import Engine
import FoundationEssentials
import Testing

@Suite("The forecast of a batch", .timeLimit(.minutes(1)))
struct BatchForecastTests {
    @Test(
        "What was forecast of a batch happens when it runs: calls, retries, outcomes and, to within two dials, its end"
    )
    func agrees() async throws {
        let bench = try await Workbench.forBatches(ScriptedNetwork(.inTurn([.answers, .busy, .busy])))
        try await bench.run { bench in
            let batch = try await bench.makeBatch(try Workbench.contacts(30)) {
                $0.startAt = ManualClock.noon + 5
                $0.retry = RetryPolicy(budget: 2, rules: [.busy: .init(attempts: 1, delays: [40])])
            }
            let assumed = ForecastAssumptions(
                [
                    .init(.agentHungUp, share: 1, ringing: 0, talking: 0, goalRate: 1),
                    .init(.busy, share: 2, ringing: 0),
                ],
                source: .given
            )
            let forecast = try await bench.engine.batches.forecast(
                batch.id,
                assuming: assumed,
                project: Project.first
            )
            let run = try await bench.over(batch.id)
            #expect(forecast.calls == run.counts.calls)
            #expect(abs(forecast.retries - (run.counts.calls - 30)) <= 1)
            #expect(abs(forecast.completed - run.counts.completed) <= 1)
            #expect(abs(forecast.failed - run.counts.failed) <= 1)
            #expect(abs(forecast.goalsMet - run.counts.goalsMet) <= 1)
            let (expected, real) = (try #require(forecast.finishesAt), try #require(run.batch.endedAt))
            #expect(abs(expected.timeIntervalSince(real)) <= 2, "\(expected) and \(real)")
        }
    }

    private static func callBusyAgain(_ settings: inout BatchSettings, from start: Date) {
        settings.startAt = start
        settings.retry = RetryPolicy(budget: 2, rules: [.busy: .init(attempts: 1, delays: [60])])
        settings.breaker = nil
    }

    @Test("What the agent's batches teach, second calls apart from first ones, comes true in the next batch")
    func learned() async throws {
        // Of forty, every fourth answers; whoever was busy is busy again.
        let firstCalls = (0..<10).flatMap { _ in [ScriptedNetwork.Script.busy, .busy, .busy, .answers] }
        let secondCalls = Array(repeating: ScriptedNetwork.Script.busy, count: 30)
        let bench = try await Workbench.forBatches(ScriptedNetwork(.inTurn(firstCalls + secondCalls)))
        try await bench.run { bench in
            let lesson = try await bench.makeBatch(try Workbench.contacts(40)) {
                Self.callBusyAgain(&$0, from: bench.clock.date + 5)
            }
            #expect(try await bench.over(lesson.id).counts.calls == 70)

            let batch = try await bench.makeBatch(try Workbench.contacts(40)) {
                Self.callBusyAgain(&$0, from: bench.clock.date + 5)
            }
            let forecast = try await bench.engine.batches.forecast(batch.id, assuming: nil, project: Project.first)
            let run = try await bench.over(batch.id)
            #expect(forecast.source == .history)
            #expect(forecast.calls == run.counts.calls)
            #expect(forecast.retries == 30)
            #expect(forecast.completed == run.counts.completed)
            #expect(forecast.failed == run.counts.failed)
            let (expected, real) = (try #require(forecast.finishesAt), try #require(run.batch.endedAt))
            #expect(abs(expected.timeIntervalSince(real)) <= 3, "\(expected) and \(real)")
        }
    }
}
