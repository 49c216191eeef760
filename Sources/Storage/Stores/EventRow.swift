import Calls
import FoundationEssentials

/// An event made ready to be stored: its JSON is written before the transaction begins.
struct EventRow: Sendable {
    let event: CallEvent
    let data: SQLValue

    init(_ event: CallEvent) {
        self.event = event
        data = JSONColumn(event.data).sqlValue
    }

    /// Appends in order, each with the next number of the outbox.
    static func append(_ rows: [EventRow], _ db: any SQLTransaction) throws {
        guard !rows.isEmpty else { return }
        let last: Int64 =
            try db.run(
                "UPDATE counters SET value = value + \(rows.count) WHERE name = 'events' RETURNING value"
            ).first?["value"] ?? 0
        for (sequence, row) in zip((last - Int64(rows.count) + 1)..., rows) {
            let event = row.event
            try db.run(
                """
                INSERT INTO events (sequence, id, call, project, kind, at, data)
                VALUES (\(sequence), \(event.id), \(event.call), \(event.project), \(event.kind), \(event.at), \(row.data))
                """
            )
        }
    }
}

extension SQLValue: SQLConvertible {
    package init(sqlValue: SQLValue) throws(SQLColumnError) { self = sqlValue }
    package var sqlValue: SQLValue { self }
}
