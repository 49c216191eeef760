import FoundationEssentials

/// Time, as the engine gets it.
struct Timing: Sendable {
    /// Measures waits.
    let clock: any Clock<Duration>
    /// Tells the time of day, in whole microseconds.
    let now: @Sendable () -> Date

    func sleep(for duration: Duration) async throws {
        try await clock.sleep(for: duration)
    }
}

extension Duration {
    var timeInterval: TimeInterval {
        TimeInterval(components.seconds) + TimeInterval(components.attoseconds) / 1e18
    }
}
