import Engine
import FoundationEssentials
import Testing

@Suite("Waiting for a moment", .timeLimit(.minutes(1)))
struct TimingTests {
    @Test("Time that passes while a round looks at things is not waited for once more")
    func rounds() async {
        let clock = ManualClock()
        let timing = Timing(clock: clock, now: { clock.date })
        await withTaskGroup(of: Void.self) { group in
            group.addTask {
                var rounds = 0
                await timing.rounds {
                    rounds += 1
                    // The moment comes in the middle of the first round: slept for from its end, it would be a second late for ever.
                    clock.advance(by: .seconds(1))
                    if rounds == 3 { withUnsafeCurrentTask { $0?.cancel() } }
                    return .seconds(1)
                }
            }
        }
        #expect(clock.now.offset == .seconds(3))
    }

    @Test("A moment that has come is not waited for, and one ahead is waited for until it comes")
    func moments() async throws {
        let clock = ManualClock()
        let timing = Timing(clock: clock, now: { clock.date })
        try await timing.sleep(until: ManualClock.noon - 1)
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await timing.sleep(until: ManualClock.noon + 2) }
            await clock.sleepers(within: .seconds(2), longerThan: .seconds(1))
            clock.advance(by: .seconds(2))
            try await group.waitForAll()
        }
    }
}
