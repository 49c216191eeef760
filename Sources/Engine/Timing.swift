package import FoundationEssentials

/// Time, as the engine gets it.
package struct Timing: Sendable {
    /// Measures waits.
    let clock: any Clock<Duration>
    /// Tells the time of day, in whole microseconds.
    let now: @Sendable () -> Date

    package init(clock: any Clock<Duration>, now: @escaping @Sendable () -> Date) {
        self.clock = clock
        self.now = now
    }

    func sleep(for duration: Duration) async throws {
        try await clock.sleep(for: duration)
    }

    /// What `body` returns; `failure`, and no more of `body`, if it takes longer than `limit`.
    func withTimeout<Result: Sendable>(
        _ limit: Duration,
        else failure: any Error,
        _ body: @escaping @Sendable () async throws -> Result
    ) async throws -> Result {
        try await withThrowingTaskGroup(of: Result?.self) { group in
            group.addTask { try await body() }
            group.addTask {
                try await sleep(for: limit)
                return nil
            }
            defer { group.cancelAll() }
            guard let result = try await group.next() ?? nil else { throw failure }
            return result
        }
    }

    /// Waits until the time of day is `date`; not at all if it was before.
    package func sleep(until date: Date) async throws {
        try await sleep(on: clock, until: date)
    }

    private func sleep<C: Clock<Duration>>(on clock: C, until date: Date) async throws {
        // Read before the time of day: what passes between the two is not waited for once more.
        let start = clock.now
        let wait = Duration.seconds(max(0, date.timeIntervalSince(now())))
        try await clock.sleep(until: start.advanced(by: wait), tolerance: nil)
    }

    /// Runs `round` again and again until canceled; each says how long after its own beginning the next may begin. So no time that passes while a
    /// round looks at things is waited for once more.
    package func rounds(isolation: isolated (any Actor)? = #isolation, _ round: () async -> Duration) async {
        await rounds(on: clock, isolation: isolation, round)
    }

    private func rounds<C: Clock<Duration>>(
        on clock: C,
        isolation: isolated (any Actor)?,
        _ round: () async -> Duration
    ) async {
        while !Task.isCancelled {
            let start = clock.now
            let next = start.advanced(by: await round())
            guard (try? await clock.sleep(until: next, tolerance: nil)) != nil else { return }
        }
    }
}

extension Duration {
    var timeInterval: TimeInterval {
        TimeInterval(components.seconds) + TimeInterval(components.attoseconds) / 1e18
    }
}
