import Calls
// Time zones by name come with Foundation.
import Foundation
import Testing

@Suite("Days of the calendar")
struct CalendarDayTests {
    private func zone(_ name: String) throws -> TimeZone { try #require(TimeZone(identifier: name)) }

    @Test(
        "A day has 23, 24 or 25 hours, and begins where its zone says",
        arguments: [
            ("2026-03-29", "Europe/Madrid", 23), ("2026-10-25", "Europe/Madrid", 25),
            ("2026-06-11", "Europe/Madrid", 24),
            ("2026-03-08", "America/New_York", 23), ("2026-11-01", "America/New_York", 25), ("2026-03-29", "UTC", 24),
            // Midnight itself is left out here.
            ("2026-09-06", "America/Santiago", 23), ("2026-02-28", "Asia/Kathmandu", 24),
        ]
    )
    func length(text: String, name: String, hours: Int) throws {
        let (day, zone) = (try #require(CalendarDay(text)), try zone(name))
        let (start, end) = (day.start(in: zone), day.end(in: zone))
        #expect(end.timeIntervalSince(start) == TimeInterval(hours) * 3600)
        #expect(CalendarDay(of: start, in: zone) == day)
        #expect(CalendarDay(of: end - 0.000001, in: zone) == day)
        #expect(CalendarDay(of: start - 0.000001, in: zone) == day.adding(days: -1))
        #expect(CalendarDay(of: end, in: zone) == day.adding(days: 1))
    }

    @Test("Days follow each other over the ends of months, of years, and of February")
    func succession() throws {
        for (day, next) in [
            ("2026-01-31", "2026-02-01"), ("2026-12-31", "2027-01-01"), ("2027-02-28", "2027-03-01"),
            ("2028-02-28", "2028-02-29"), ("2028-02-29", "2028-03-01"),
        ] {
            let first = try #require(CalendarDay(day))
            #expect(first.adding(days: 1).description == next)
            #expect(first.adding(days: 1).adding(days: -1) == first)
            #expect(first < first.adding(days: 1))
        }
        #expect(CalendarDay("2028-02-29")?.firstOfMonth.description == "2028-02-01")
    }

    @Test("It is read as it is written", arguments: ["1970-01-01", "2026-06-11", "2028-02-29", "9999-12-30"])
    func read(text: String) {
        #expect(CalendarDay(text)?.description == text)
    }

    @Test(
        "What is no day is none",
        arguments: [
            "", "2026-6-11", "2026-06-31", "2026-02-29", "2026-13-01", "2026-00-10", "20260611", "2026-06-11T00",
            "١٢٣٤-٠١-٠١",
            "-026-06-11", "1969-12-31", "2026--6-11",
        ]
    )
    func none(text: String) {
        #expect(CalendarDay(text) == nil)
    }
}
