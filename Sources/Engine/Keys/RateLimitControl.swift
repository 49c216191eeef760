package import Calls
import FoundationEssentials
import Storage

/// Holds keys and projects to so many requests in a time.
package struct RateLimitControl: Sendable {
    let store: RateLimitStore
    let now: @Sendable () -> Date

    /// Counts a request in the key's own limits and in those of its door. Throws `Refusal.rateLimited`, with nothing counted, if any is used up.
    /// Costs nothing where there are no limits.
    package func take(_ limits: [RateLimit], for key: APIKey) async throws -> [RateLimitState] {
        let all = limits + Self.limits(of: key)
        guard !all.isEmpty else { return [] }
        do {
            return try await store.take(all, key: key.id, project: key.project, at: now())
        } catch let full as RateLimitStore.Full {
            throw Refusal.rateLimited(full.state)
        }
    }

    /// Takes back what `take` counted, for a request that turned out to be only a repetition. Costs nothing where there are no limits.
    package func giveBack(_ limits: [RateLimit], for key: APIKey) async throws -> [RateLimitState] {
        let all = limits + Self.limits(of: key)
        guard !all.isEmpty else { return [] }
        return try await store.giveBack(all, key: key.id, project: key.project, at: now())
    }

    /// How much is left of a limit.
    package func state(of limit: RateLimit, for key: APIKey) async throws -> RateLimitState {
        try await store.state(of: limit, key: key.id, project: key.project, at: now())
    }

    /// What the operator set for the key or, where that says nothing, for its project.
    private static func limits(of key: APIKey) -> [RateLimit] {
        RequestLimits(
            perMinute: key.limits.perMinute ?? key.projectLimits.perMinute,
            perHour: key.limits.perHour ?? key.projectLimits.perHour
        ).windows
    }
}
