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
}
