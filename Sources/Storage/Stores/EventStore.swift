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

    /// Events of a project after `sequence`, oldest first.
    package func events(of project: Project.ID, after sequence: Int64, limit: Int) async throws -> [CallEvent] {
        try await database.read { db in
            try db.run(
                """
                SELECT * FROM events WHERE project = \(project) AND sequence > \(sequence)
                 ORDER BY sequence LIMIT \(limit)
                """
            )
            .map(CallEvent.init(row:))
        }
    }
}

extension CallEvent {
    fileprivate init(row: SQLRow) throws {
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
