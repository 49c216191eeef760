/// Time as deadlines and pauses see it: how long it has been since the program, or a test, began.
package struct ProviderClock: Sendable {
    let now: @Sendable () -> Duration
    /// Returns at that moment, or throws when the task is canceled.
    let sleep: @Sendable (_ until: Duration) async throws -> Void

    package init<C: Clock>(_ clock: C) where C.Duration == Duration {
        let origin = clock.now
        now = { origin.duration(to: clock.now) }
        sleep = { try await clock.sleep(until: origin.advanced(by: $0), tolerance: nil) }
    }

    package static let continuous = ProviderClock(ContinuousClock())
}
