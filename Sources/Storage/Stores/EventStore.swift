package import Calls
import FoundationEssentials

/// The outbox: what happened, in the order in which it was committed.
package struct EventStore: Sendable {
    private let database: any SQLDatabase

    package init(_ database: any SQLDatabase) {
        self.database = database
    }

    /// Events of one call after `sequence`, oldest first.
    package func events(of call: Call.ID, after sequence: Int64, limit: Int) async throws -> [CallEvent] {
        try await database.read { db in
            try db.run(
                """
                SELECT * FROM events WHERE call = \(call) AND sequence > \(sequence) ORDER BY sequence LIMIT \(limit)
                """
            )
            .map(CallEvent.init(row:))
        }
    }

    /// Events of a project after `sequence`, oldest first; of `kinds` alone if any are named. `end` is how far was looked: the number of
    /// the last one, and of the project's last event if there are no more.
    package func events(
        of project: Project.ID,
        after sequence: Int64,
        kinds: Set<ProjectEvent.Kind> = [],
        limit: Int
    ) async throws -> (events: [ProjectEvent], end: Int64) {
        let words = kinds.map(\.rawValue).sorted()
        let condition: SQL = kinds.isEmpty ? "" : " AND kind IN (\(list: words))"
        let rest: SQL =
            "WHERE project = \(project) AND sequence > \(sequence)\(condition) ORDER BY sequence LIMIT \(limit)"
        // What nobody asks for need not be searched.
        let isAboutCalls = kinds.isEmpty || kinds.contains { if case .call = $0 { true } else { false } }
        let isAboutBatches = kinds.isEmpty || kinds.contains { if case .batch = $0 { true } else { false } }
        return try await database.read { db in
            let calls = isAboutCalls ? try db.run("SELECT * FROM events \(rest)") : []
            let batches = isAboutBatches ? try db.run("SELECT * FROM batch_events \(rest)") : []
            let found =
                try calls.map { ProjectEvent.call(try CallEvent(row: $0)) }
                + batches.map { ProjectEvent.batch(try BatchEvent(row: $0)) }
            let events = Array(found.sorted { $0.sequence < $1.sequence }.prefix(limit))
            if events.count >= limit, let last = events.last { return (events, last.sequence) }
            return (events, max(sequence, try Self.end(of: project, db)))
        }
    }

    /// Every change of the status of each of `calls`, the end included, oldest first. One question for all of them.
    package func statuses(of calls: [Call.ID]) async throws -> [Call.ID: [CallEvent]] {
        let kinds = [CallEvent.Kind.status, .ended]
        let events = try await database.read { db in
            try db.run(
                "SELECT * FROM events WHERE call IN (\(list: calls)) AND kind IN (\(list: kinds)) ORDER BY call, sequence"
            )
            .map(CallEvent.init(row:))
        }
        return Dictionary(grouping: events, by: \.call)
    }

    /// The number of the project's last event, 0 if it has none.
    package func end(of project: Project.ID) async throws -> Int64 {
        try await database.read { db in try Self.end(of: project, db) }
    }

    private static func end(of project: Project.ID, _ db: any SQLTransaction) throws -> Int64 {
        try db.run(
            """
            SELECT MAX(last) AS last FROM (
                SELECT MAX(sequence) AS last FROM events WHERE project = \(project)
                UNION ALL
                SELECT MAX(sequence) AS last FROM batch_events WHERE project = \(project)
            ) AS ends
            """
        ).first?["last"] ?? 0
    }
}

extension CallEvent {
    init(row: SQLRow) throws {
        self.init(
            id: try row["id"],
            sequence: try row["sequence"],
            call: try row["call"],
            project: try row["project"],
            kind: try row["kind"],
            at: try row["at"],
            data: try row["data", as: JSONColumn<JSONValue>.self].value
        )
    }
}
