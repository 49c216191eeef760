package import FoundationEssentials

/// A day of the calendar somewhere on earth. It has 23 or 25 hours when the clocks change.
package struct CalendarDay: Sendable, Hashable, Comparable, CustomStringConvertible {
    package let year: Int
    package let month: Int
    package let day: Int

    /// The day that `date` falls on in `zone`.
    package init(of date: Date, in zone: TimeZone) {
        let parts = Self.calendar(zone).dateComponents([.year, .month, .day], from: date)
        year = parts.year ?? 1970
        month = parts.month ?? 1
        day = parts.day ?? 1
    }

    /// Reads `2026-06-11`. Nil for anything else, days that no calendar has included.
    package init?(_ text: String) {
        let parts = text.split(separator: "-", omittingEmptySubsequences: false)
        let isNumber = text.utf8.allSatisfy { $0 == UInt8(ascii: "-") || (0x30...0x39).contains($0) }
        guard isNumber, parts.map(\.count) == [4, 2, 2],
            let year = Int(parts[0]), let month = Int(parts[1]), let day = Int(parts[2]),
            year >= 1970
        else { return nil }
        self.year = year
        self.month = month
        self.day = day
        guard CalendarDay(of: start(in: .gmt), in: .gmt) == self else { return nil }
    }

    /// `2026-06-11`
    package var description: String {
        [(year, 4), (month, 2), (day, 2)].map { number, width in
            let digits = String(number)
            return String(repeating: "0", count: max(0, width - digits.count)) + digits
        }.joined(separator: "-")
    }

    /// Its first moment: midnight, or what comes after it where the clocks leave midnight out.
    package func start(in zone: TimeZone) -> Date {
        let calendar = Self.calendar(zone)
        let noon = calendar.date(from: DateComponents(year: year, month: month, day: day, hour: 12)) ?? .distantPast
        return calendar.startOfDay(for: noon)
    }

    package var firstOfMonth: CalendarDay { adding(days: 1 - day) }

    package func adding(days: Int) -> CalendarDay {
        CalendarDay(of: start(in: .gmt) + TimeInterval(days) * 86_400, in: .gmt)
    }

    /// When the next day begins.
    package func end(in zone: TimeZone) -> Date { adding(days: 1).start(in: zone) }

    package static func < (left: CalendarDay, right: CalendarDay) -> Bool {
        (left.year, left.month, left.day) < (right.year, right.month, right.day)
    }

    private static func calendar(_ zone: TimeZone) -> Calendar {
        var calendar = Calendar(identifier: .gregorian)
        calendar.timeZone = zone
        return calendar
    }
}
