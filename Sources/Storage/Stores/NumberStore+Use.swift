package import Calls
package import FoundationEssentials

extension NumberStore {
    /// How many calls were placed from each number in each of the spans between `moments`, which are in order.
    package func calls(
        from numbers: [PhoneNumber],
        between moments: [Date],
        project: Project.ID
    ) async throws -> [PhoneNumber: [Int]] {
        let spans = zip(moments, moments.dropFirst()).map {
            (Call.ID(lowestBornAt: $0), Call.ID(lowestBornAt: $1))
        }
        return try await database.read { db in
            var uses: [PhoneNumber: [Int]] = [:]
            for number in numbers {
                uses[number] = try spans.map { start, end in
                    try db.run(
                        """
                        SELECT COUNT(*) AS n FROM calls
                         WHERE project = \(project) AND caller_id = \(number) AND id >= \(start) AND id < \(end)
                        """
                    ).first?["n"] ?? 0
                }
            }
            return uses
        }
    }
}
