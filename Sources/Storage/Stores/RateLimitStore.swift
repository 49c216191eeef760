package import Calls
package import FoundationEssentials

/// The windows that requests are counted in. In the database, so that all nodes count together.
package struct RateLimitStore: Sendable {
    private let database: any SQLDatabase

    package init(_ database: any SQLDatabase) {
        self.database = database
    }

    /// A window that is full.
    package struct Full: Error {
        package let state: RateLimitState
    }

    /// Counts one request in every one of `limits`, or in none: throws `Full` for the first that has no room.
    package func take(
        _ limits: [RateLimit],
        key: APIKey.ID,
        project: Project.ID,
        at now: Date
    ) async throws -> [RateLimitState] {
        try await take(limits.map { ($0, Self.subject(of: $0, key, project)) }, at: now)
    }

    /// The same for windows of any subjects: whatever text tells them apart.
    package func take(_ limits: [(limit: RateLimit, subject: String)], at now: Date) async throws -> [RateLimitState] {
        try await database.write { db in
            let states = try limits.map { limit, subject in
                let state = try Self.state(of: limit, subject, at: now, db)
                guard state.remaining > 0 else { throw Full(state: state) }
                return (state, subject)
            }
            try db.run("DELETE FROM rate_windows WHERE closes_at <= \(now)")
            return try states.map { state, subject in
                let limit = state.limit
                let row = try db.run(
                    """
                    INSERT INTO rate_windows (subject, name, opened_at, closes_at, taken)
                    VALUES (\(subject), \(limit.name), \(now), \(state.resetsAt), 1)
                    ON CONFLICT (subject, name) DO UPDATE SET taken = rate_windows.taken + 1
                    RETURNING taken
                    """
                ).first
                return RateLimitState(limit: limit, taken: try row?["taken"] ?? 1, resetsAt: state.resetsAt, now: now)
            }
        }
    }

    /// Takes back one request that was counted in every one of `limits` a moment ago, and says how they stand then.
    package func giveBack(
        _ limits: [RateLimit],
        key: APIKey.ID,
        project: Project.ID,
        at now: Date
    ) async throws -> [RateLimitState] {
        try await database.write { db in
            try limits.map { limit in
                let window: SQL = """
                    subject = \(Self.subject(of: limit, key, project)) AND name = \(limit.name) AND closes_at > \(now)
                    """
                // A window that this request opened is none.
                try db.run("DELETE FROM rate_windows WHERE \(window) AND taken = 1")
                try db.run("UPDATE rate_windows SET taken = taken - 1 WHERE \(window) AND taken > 1")
                return try Self.state(of: limit, Self.subject(of: limit, key, project), at: now, db)
            }
        }
    }

    /// How a window stands, with nothing counted.
    package func state(
        of limit: RateLimit,
        key: APIKey.ID,
        project: Project.ID,
        at now: Date
    ) async throws -> RateLimitState {
        try await database.read { db in
            try Self.state(of: limit, Self.subject(of: limit, key, project), at: now, db)
        }
    }

    private static func state(
        of limit: RateLimit,
        _ subject: String,
        at now: Date,
        _ db: any SQLTransaction
    ) throws -> RateLimitState {
        let row = try db.run(
            """
            SELECT taken, closes_at FROM rate_windows
             WHERE subject = \(subject) AND name = \(limit.name) AND closes_at > \(now)
            """
        ).first
        return RateLimitState(
            limit: limit,
            taken: try row?["taken"] ?? 0,
            resetsAt: try row?["closes_at"] ?? now + Double(limit.window),
            now: now
        )
    }

    private static func subject(of limit: RateLimit, _ key: APIKey.ID, _ project: Project.ID) -> String {
        switch limit.subject {
        case .key: key.description
        case .project: project.description
        }
    }
}
