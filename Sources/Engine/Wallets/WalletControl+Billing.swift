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
        let (days, zone) = try await period(mode, from: first, to: last, project: project)
        let each = Array(sequence(first: days.lowerBound) { $0 < days.upperBound ? $0.adding(days: 1) : nil })
        return Bill(
            mode: mode,
            days: days,
            timeZone: zone,
            report: BillingReport(try await store.usage(project, mode, days: each, in: zone), by: dimensions)
        )
    }

    /// The days that are meant by `first` and `last`, and whose midnight they begin at.
    func period(
        _ mode: CallMode,
        from first: CalendarDay?,
        to last: CalendarDay?,
        project: Project.ID
    ) async throws -> (days: ClosedRange<CalendarDay>, zone: TimeZone) {
        let zone = try await wallet(mode, project: project).timeZone
        let last = last ?? max(first ?? CalendarDay(of: now(), in: zone), CalendarDay(of: now(), in: zone))
        let first = first ?? last.firstOfMonth
        guard first <= last else { throw Refusal.invalid(field: "to", message: "\(last) is before \(first)") }
        guard first.adding(days: Self.longestBill) > last else {
            throw Refusal.invalid(field: "from", message: "at most \(Self.longestBill) days at once")
        }
        return (first...last, zone)
    }
}
