package import Calls
package import FoundationEssentials
import Storage

/// How the calls of some days went, and what they came to.
package struct UsageSummary: Sendable, Hashable {
    package let mode: CallMode
    package let days: ClosedRange<CalendarDay>
    package let timeZone: TimeZone
    package let report: UsageReport
}

extension WalletControl {
    /// Adds up what an earlier version of this program left to be added up.
    func prepare() async throws { try await store.recountWhereNeeded() }

    /// Of the calls that ended from the first to the last day, both included. Days are those of the wallet's zone; left out, they are those of the
    /// month up to today. Costs what the days have, however many calls there were. Throws `Refusal.invalid` as `bill` does.
    package func usage(
        _ mode: CallMode,
        from first: CalendarDay?,
        to last: CalendarDay?,
        by dimensions: Set<UsageReport.Dimension>,
        project: Project.ID
    ) async throws -> UsageSummary {
        let (days, zone) = try await period(mode, from: first, to: last, project: project)
        return UsageSummary(
            mode: mode,
            days: days,
            timeZone: zone,
            report: UsageReport(try await store.tallies(project, mode, days: days), by: dimensions)
        )
    }
}
