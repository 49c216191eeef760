import Testing

@testable import Providers

@Suite("Patience with a server", .timeLimit(.minutes(1)))
struct PatienceTests {
    @Test("The next part of an answer is due in its own time, however long the first one had")
    func next() async {
        let clock = StepClock()
        let (parts, came) = AsyncStream.makeStream(of: Void.self)
        let patience = Patience(first: .seconds(10), next: .seconds(1), total: .seconds(60))
        await #expect(throws: ServerFault.stalled) {
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask {
                    try await withPatience(patience, clock: ProviderClock(clock)) { progress in
                        await clock.someoneWaits()
                        await progress.made {}
                        came.yield()
                        try await clock.sleep(for: .seconds(3600))
                    }
                }
                for await _ in parts { break }
                clock.advance(by: .seconds(1))
                try await group.waitForAll()
            }
        }
    }
}
