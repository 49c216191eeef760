package import Calls
import FoundationEssentials

extension BatchStore {
    /// In at most `columns` stretches, as long as they are no longer than a day. Read through an index that has all that is counted.
    package func course(of batch: Batch.ID, columns: Int) async throws -> BatchCourse {
        try await database.read { db in
            func edge(_ order: StaticString) throws -> Int64? {
                try db.run(
                    """
                    SELECT ended_at FROM calls WHERE batch = \(batch) AND ended_at IS NOT NULL
                     ORDER BY ended_at \(order) LIMIT 1
                    """
                ).first?["ended_at"]
            }
            guard let first = try edge("ASC"), let last = try edge("DESC") else {
                return BatchCourse(width: 1, stretches: [])
            }
            let seconds = Int((last - first) / 1_000_000) + 1
            let width = BatchCourse.width(of: seconds, columns: columns)
            let unit = Int64(width) * 1_000_000
            let start = first / unit
            var stretches = (start...(last / unit)).map {
                BatchCourse.Stretch(start: Date(microseconds: $0 * unit))
            }
            let rows = try db.run(
                """
                SELECT ended_at / \(unit) - \(start) AS slot, end_reason, COUNT(*) AS n FROM calls
                 WHERE batch = \(batch) AND ended_at IS NOT NULL GROUP BY 1, 2
                """
            )
            for row in rows {
                let slot: Int = try row["slot"]
                guard stretches.indices.contains(slot) else { continue }
                stretches[slot].ends[try row["end_reason"]] = try row["n"]
            }
            return BatchCourse(width: width, stretches: stretches)
        }
    }
}
