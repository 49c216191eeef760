package import Calls
package import FoundationEssentials
import Storage

/// What calls came to over some days.
package struct Bill: Sendable, Hashable {
    package let mode: CallMode
    package let days: ClosedRange<CalendarDay>
    package let timeZone: TimeZone
    package let report: BillingReport
}

extension WalletControl {
    /// The most days that one bill covers: a leap year.
    package static let longestBill = 366

    /// What calls that ended from the first to the last day came to, both included. Days are those of the wallet's zone; left out, the bill
    /// is that of the month up to today. Throws `Refusal.invalid` for a range that is too long or ends before it begins.
    package func bill(
        _ mode: CallMode,
        from first: CalendarDay?,
        to last: CalendarDay?,
        by dimensions: Set<BillingReport.Dimension>,
        project: Project.ID
    ) async throws -> Bill {
        let zone = try await wallet(mode, project: project).timeZone
        let last = last ?? max(first ?? CalendarDay(of: now(), in: zone), CalendarDay(of: now(), in: zone))
        let first = first ?? last.firstOfMonth
        guard first <= last else { throw Refusal.invalid(field: "to", message: "\(last) is before \(first)") }
        let days = Array(sequence(first: first) { $0 < last ? $0.adding(days: 1) : nil }.prefix(Self.longestBill + 1))
        guard days.count <= Self.longestBill else {
            throw Refusal.invalid(field: "from", message: "at most \(Self.longestBill) days at once")
        }
        return Bill(
            mode: mode,
            days: first...last,
            timeZone: zone,
            report: BillingReport(try await store.usage(project, mode, days: days, in: zone), by: dimensions)
        )
    }
}
