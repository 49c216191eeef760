package import Calls
import Conversation

/// The faults of the call on whose behalf a provider is asked.
///
/// Carried along by the task, because the same providers serve every call at once, and only those of this one's conversation may fail.
package struct FaultSwitch: Sendable {
    @TaskLocal static var current: FaultSwitch?

    let faults: Faults
    let clock: ProviderClock
    /// When the conversation began, on `clock`.
    let start: Duration

    package init(_ faults: Faults, clock: ProviderClock) {
        self.faults = faults
        self.clock = clock
        start = clock.now()
    }

    /// Has `work`, and what it begins, suffer the faults.
    package func apply<Result>(to work: () async throws -> Result) async rethrows -> Result {
        try await Self.$current.withValue(self, operation: work)
    }

    /// Returns `time` ms after `beginning`, if that is not past.
    func wait(_ time: Int?, since beginning: Duration) async throws {
        guard let time else { return }
        let moment = beginning + .milliseconds(time)
        if clock.now() < moment { try await clock.sleep(moment) }
    }
}

extension Faults.Reach? {
    /// Whether it reaches the provider that is asked in this place, counted from 0.
    func reaches(_ place: Int) -> Bool {
        switch self {
        case .all: true
        case .first: place == 0
        case nil: false
        }
    }
}

/// A failure that the call asked for.
struct InjectedFault: Error, CustomStringConvertible {
    let description = "the call's faults have it fail"
}
