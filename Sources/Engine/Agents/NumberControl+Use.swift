package import Calls
package import FoundationEssentials
import Storage

extension NumberControl {
    private static let day: TimeInterval = 86_400

    /// How many calls were placed from each of `numbers` on each of the last `days` days (UTC), the present one last.
    package func dailyUse(
        of numbers: [PhoneNumber],
        days: Int,
        project: Project.ID
    ) async throws -> (firstDay: Date, calls: [PhoneNumber: [Int]]) {
        let today = (now().timeIntervalSince1970 / Self.day).rounded(.down) * Self.day
        let moments = (0...days).map { Date(timeIntervalSince1970: today + Double($0 - days + 1) * Self.day) }
        let calls = try await store.calls(from: numbers, between: moments, project: project)
        return (moments[0], calls)
    }
}
