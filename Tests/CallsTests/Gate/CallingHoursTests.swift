import Calls
// Brings the zones into the process: without it `TimeZone` knows UTC alone.
import Foundation
import Testing

@Suite("Calling hours")
struct CallingHoursTests {
    /// Reads `2026-06-11T12:50:00Z`.
    static func at(_ text: String) throws -> Date { try Date(text, strategy: .iso8601) }

    static func zone(_ name: String) throws -> TimeZone { try #require(TimeZone(identifier: name)) }

    static func hours(
        _ text: String,
        on days: [CallingHours.Weekday] = CallingHours.Weekday.allCases
    ) throws
        -> CallingHours
    {
        let windows = try text.split(separator: " ").map { try #require(CallingHours.Window(String($0))) }
        return CallingHours(windows: Dictionary(uniqueKeysWithValues: days.map { ($0, windows) }))
    }

    private struct Case: Sendable, CustomTestStringConvertible {
        var testDescription: String
        var zones: [String]
        var hours: String
        var now: String
        /// Nil: open now.
        var opens: String?
    }

    private static let cases: [Case] = [
        Case(
            testDescription: "the first minute is in",
            zones: ["Europe/Berlin"],
            hours: "08:00-21:00",
            now: "2026-06-11T06:00:00Z"
        ),
        Case(
            testDescription: "the last one is out",
            zones: ["Europe/Berlin"],
            hours: "08:00-21:00",
            now: "2026-06-11T19:00:00Z",
            opens: "2026-06-12T06:00:00Z"
        ),
        Case(
            testDescription: "the evening before daylight saving begins, the morning comes an hour early",
            zones: ["Europe/Berlin"],
            hours: "08:00-21:00",
            now: "2026-03-28T20:30:00Z",
            opens: "2026-03-29T06:00:00Z"
        ),
        Case(
            testDescription: "the evening before it ends, an hour late",
            zones: ["Europe/Berlin"],
            hours: "08:00-21:00",
            now: "2026-10-24T20:30:00Z",
            opens: "2026-10-25T07:00:00Z"
        ),
        Case(
            testDescription: "in the southern half of the world it is the other way round",
            zones: ["Australia/Sydney"],
            hours: "08:00-21:00",
            now: "2026-10-03T12:00:00Z",
            opens: "2026-10-03T21:00:00Z"
        ),
        Case(
            testDescription: "and back in April",
            zones: ["Australia/Sydney"],
            hours: "08:00-21:00",
            now: "2026-04-04T12:00:00Z",
            opens: "2026-04-04T22:00:00Z"
        ),
        Case(
            testDescription: "an island that moves its clocks by half an hour",
            zones: ["Australia/Lord_Howe"],
            hours: "08:00-21:00",
            now: "2026-04-04T12:00:00Z",
            opens: "2026-04-04T21:30:00Z"
        ),
        Case(
            testDescription: "half an hour off",
            zones: ["Asia/Kolkata"],
            hours: "08:00-21:00",
            now: "2026-06-11T02:29:59Z",
            opens: "2026-06-11T02:30:00Z"
        ),
        Case(
            testDescription: "three quarters off",
            zones: ["Asia/Kathmandu"],
            hours: "08:00-21:00",
            now: "2026-06-11T02:00:00Z",
            opens: "2026-06-11T02:15:00Z"
        ),
        Case(
            testDescription: "the last day of a month",
            zones: ["America/New_York"],
            hours: "08:00-21:00",
            now: "2026-02-01T03:00:00Z",
            opens: "2026-02-01T13:00:00Z"
        ),
        Case(
            testDescription: "the last day of a year",
            zones: ["Pacific/Auckland"],
            hours: "08:00-21:00",
            now: "2026-12-31T09:00:00Z",
            opens: "2026-12-31T19:00:00Z"
        ),
        Case(
            testDescription: "a leap day",
            zones: ["Europe/London"],
            hours: "08:00-21:00",
            now: "2028-02-28T22:00:00Z",
            opens: "2028-02-29T08:00:00Z"
        ),
        Case(
            testDescription: "an hour that is skipped is skipped",
            zones: ["America/New_York"],
            hours: "02:00-03:00",
            now: "2026-03-08T06:30:00Z",
            opens: "2026-03-09T06:00:00Z"
        ),
        Case(
            testDescription: "an hour that comes twice is open twice: the first time",
            zones: ["America/New_York"],
            hours: "01:00-02:00",
            now: "2026-11-01T05:30:00Z"
        ),
        Case(
            testDescription: "and the second",
            zones: ["America/New_York"],
            hours: "01:00-02:00",
            now: "2026-11-01T06:30:00Z"
        ),
        Case(
            testDescription: "over midnight, before it",
            zones: ["Europe/Berlin"],
            hours: "22:00-02:00",
            now: "2026-06-11T21:00:00Z"
        ),
        Case(
            testDescription: "over midnight, after it",
            zones: ["Europe/Berlin"],
            hours: "22:00-02:00",
            now: "2026-06-11T23:30:00Z"
        ),
        Case(
            testDescription: "over midnight, over",
            zones: ["Europe/Berlin"],
            hours: "22:00-02:00",
            now: "2026-06-11T00:00:00Z",
            opens: "2026-06-11T20:00:00Z"
        ),
        Case(
            testDescription: "between two windows",
            zones: ["Europe/Berlin"],
            hours: "08:00-12:00 13:00-21:00",
            now: "2026-06-11T10:15:00Z",
            opens: "2026-06-11T11:00:00Z"
        ),
        Case(
            testDescription: "two zones are open when both are: too early in the west",
            zones: ["America/New_York", "America/Los_Angeles"],
            hours: "08:00-21:00",
            now: "2026-06-11T12:00:00Z",
            opens: "2026-06-11T15:00:00Z"
        ),
        Case(
            testDescription: "too late in the east",
            zones: ["America/New_York", "America/Los_Angeles"],
            hours: "08:00-21:00",
            now: "2026-06-12T01:00:00Z",
            opens: "2026-06-12T15:00:00Z"
        ),
        Case(
            testDescription: "in time in both",
            zones: ["America/New_York", "America/Los_Angeles"],
            hours: "08:00-21:00",
            now: "2026-06-12T00:59:00Z"
        ),
        Case(
            testDescription: "all day, every day",
            zones: ["Europe/Berlin", "Asia/Tokyo"],
            hours: "00:00-24:00",
            now: "2026-10-25T00:30:00Z"
        ),
    ]

    @Test("By the callee's clock, whatever it does", arguments: cases)
    private func openings(one: Case) throws {
        let opening = try Self.hours(one.hours).opening(in: one.zones.map(Self.zone), at: Self.at(one.now))
        #expect(opening == (try one.opens.map { .opens(try Self.at($0)) } ?? .open))
    }

    @Test("A day without windows is skipped, and the one after it is that of the callee's calendar")
    func weekdays() throws {
        let weekdays = try Self.hours("09:00-17:00", on: [.monday, .tuesday, .wednesday, .thursday, .friday])
        // Friday evening in Tokyo is Friday morning in London.
        let now = try Self.at("2026-06-12T08:30:00Z")
        #expect(try weekdays.opening(in: [Self.zone("Asia/Tokyo")], at: now) == .opens(Self.at("2026-06-15T00:00:00Z")))
        #expect(try weekdays.opening(in: [Self.zone("Europe/London")], at: now) == .open)
    }

    @Test("A window that starts on Sunday reaches into Monday")
    func weekEnd() throws {
        let hours = try Self.hours("22:00-03:00", on: [.sunday])
        let berlin = [try Self.zone("Europe/Berlin")]
        #expect(try hours.opening(in: berlin, at: Self.at("2026-06-15T00:30:00Z")) == .open)
        #expect(
            try hours.opening(in: berlin, at: Self.at("2026-06-15T01:00:00Z"))
                == .opens(Self.at("2026-06-21T20:00:00Z"))
        )
    }

    @Test("A window that the clocks swallow comes a week later")
    func swallowed() throws {
        let hours = try Self.hours("02:00-02:30", on: [.sunday])
        let opening = try hours.opening(in: [Self.zone("Europe/Berlin")], at: Self.at("2026-03-28T12:00:00Z"))
        #expect(opening == .opens(try Self.at("2026-04-05T00:00:00Z")))
    }

    @Test("Where no moment suits all zones, none is made up")
    func never() throws {
        let hours = try Self.hours("09:00-12:00")
        let zones = try ["Pacific/Auckland", "America/New_York"].map(Self.zone)
        #expect(try hours.opening(in: zones, at: Self.at("2026-06-11T12:00:00Z")) == .never)
        #expect(try CallingHours(windows: [:]).opening(in: zones, at: Self.at("2026-06-11T12:00:00Z")) == .never)
        #expect(try hours.opening(in: [], at: Self.at("2026-06-11T12:00:00Z")) == .never)
    }

    @Test("What opens is open then, and was closed a moment before, whatever the zone, the hours and the time of year")
    func property() throws {
        var random = SplitMix64(seed: 42)
        let names = [
            "Europe/Berlin", "America/New_York", "Australia/Sydney", "Australia/Lord_Howe", "Asia/Kolkata",
            "America/St_Johns", "Pacific/Chatham", "Africa/Casablanca", "America/Santiago", "Asia/Tehran",
            "Pacific/Kiritimati", "America/Adak",
        ]
        let start = try Self.at("2026-01-01T00:00:00Z")
        for _ in 0..<1000 {
            let zones = try (0..<Int.random(in: 1...2, using: &random)).map { _ in
                try Self.zone(try #require(names.randomElement(using: &random)))
            }
            let windows = try CallingHours.Weekday.allCases.map { day in
                let window = try #require(
                    CallingHours.Window(
                        start: Int.random(in: 0..<1440, using: &random),
                        end: Int.random(in: 0...1440, using: &random)
                    )
                )
                return (day, Bool.random(using: &random) ? [window] : [])
            }
            let hours = CallingHours(windows: Dictionary(uniqueKeysWithValues: windows))
            let now = start + TimeInterval(Int.random(in: 0..<366 * 86_400, using: &random))
            guard case .opens(let date) = hours.opening(in: zones, at: now) else { continue }
            #expect(date > now)
            #expect(hours.opening(in: zones, at: date) == .open, "\(zones) \(hours) \(now) \(date)")
            #expect(hours.opening(in: zones, at: date - 1) == .opens(date), "\(zones) \(hours) \(now) \(date)")
            let between = now + date.timeIntervalSince(now) * Double.random(in: 0..<1, using: &random)
            #expect(hours.opening(in: zones, at: between) == .opens(date), "\(zones) \(hours) \(now) \(date)")
        }
    }

    @Test(
        "A window is two clock times and nothing else",
        arguments: ["8:00-21:00", "08:00", "08:00-25:00", "24:00-08:00", "08:60-09:00", "08:00-21:00-22:00", ""]
    )
    func malformed(text: String) {
        #expect(CallingHours.Window(text) == nil)
    }
}
