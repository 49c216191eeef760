package import FoundationEssentials

extension CallingHours {
    /// Whether it may be called now; if not, from when on.
    package enum Opening: Sendable, Hashable {
        case open
        case opens(Date)
        /// There is no moment at which it is open in all the zones.
        case never
    }

    /// Looks at `now` in every one of `zones`: it is open only while it is open in all of them.
    ///
    /// An instant is open if the clock on the callee's wall shows an open minute then. So an hour that daylight saving skips is not made up for,
    /// and one that comes twice counts twice.
    package func opening(in zones: [TimeZone], at now: Date) -> Opening {
        let ranges = minutesOfWeek
        guard !zones.isEmpty, !ranges.isEmpty else { return .never }
        if zones.allSatisfy({ Self.isOpen(ranges, in: $0, at: now) }) { return .open }
        for horizon in Self.horizons {
            let span = now..<now + horizon
            let open = zones.reduce([span]) { Self.intersection($0, Self.openings(ranges, in: $1, during: span)) }
            if let first = open.first { return .opens(first.lowerBound) }
        }
        return .never
    }

    /// The weekday and the minute of the day that a clock in `zone` shows.
    package static func localTime(in zone: TimeZone, at date: Date) -> (weekday: Weekday, minute: Int) {
        let minute = minuteOfWeek(at: date, offset: zone.secondsFromGMT(for: date))
        return (Weekday.allCases[minute / 1440], minute % 1440)
    }

    /// How far ahead is looked, in seconds. Most hours begin within a long weekend, and lists ask for a great many callees. A window that a change
    /// of the clocks swallowed comes again a week later; what has not come in two weeks never does.
    private static let horizons: [TimeInterval] = [4 * 86_400, 15 * 86_400]

    private static let minutesOfOneWeek = 7 * 1440

    private static func isOpen(_ ranges: [Range<Int>], in zone: TimeZone, at date: Date) -> Bool {
        let minute = minuteOfWeek(at: date, offset: zone.secondsFromGMT(for: date))
        return ranges.contains { $0.contains(minute) }
    }

    /// 1970 began on a Thursday.
    private static func minuteOfWeek(at date: Date, offset: Int) -> Int {
        let minutes = Int(((date.timeIntervalSince1970 + TimeInterval(offset)) / 60).rounded(.down)) + 3 * 1440
        return (minutes % minutesOfOneWeek + minutesOfOneWeek) % minutesOfOneWeek
    }

    /// The open stretches within `span`, in order.
    private static func openings(_ ranges: [Range<Int>], in zone: TimeZone, during span: Range<Date>) -> [Range<Date>] {
        var openings: [Range<Date>] = []
        for (stretch, offset) in offsets(of: zone, during: span) {
            // The last Monday 00:00 by this clock, as an instant.
            let minute = minuteOfWeek(at: stretch.lowerBound, offset: offset)
            let wholeMinute = (stretch.lowerBound.timeIntervalSince1970 / 60).rounded(.down) * 60
            var monday = Date(timeIntervalSince1970: wholeMinute - TimeInterval(60 * minute))
            while monday < stretch.upperBound {
                for range in ranges {
                    let start = max(monday + TimeInterval(60 * range.lowerBound), stretch.lowerBound)
                    let end = min(monday + TimeInterval(60 * range.upperBound), stretch.upperBound)
                    if start < end { openings.append(start..<end) }
                }
                monday += TimeInterval(60 * minutesOfOneWeek)
            }
        }
        return openings
    }

    /// The stretches of `span` in which `zone` keeps one offset from UTC, in seconds.
    private static func offsets(of zone: TimeZone, during span: Range<Date>) -> [(Range<Date>, Int)] {
        var stretches: [(Range<Date>, Int)] = []
        var start = span.lowerBound
        var current = zone.secondsFromGMT(for: start)
        var before = start
        // No zone changes its clocks twice in a day.
        while before < span.upperBound {
            let after = min(before + 86_400, span.upperBound)
            let offset = zone.secondsFromGMT(for: after)
            if offset != current {
                let change = change(of: zone, from: current, between: before, and: after)
                stretches.append((start..<change, current))
                (start, current) = (change, offset)
            }
            before = after
        }
        if start < span.upperBound { stretches.append((start..<span.upperBound, current)) }
        return stretches
    }

    /// The first whole second at which `zone` no longer keeps `offset`.
    private static func change(of zone: TimeZone, from offset: Int, between early: Date, and late: Date) -> Date {
        var low = Int64(early.timeIntervalSince1970.rounded(.down))
        var high = Int64(late.timeIntervalSince1970.rounded(.up))
        while high - low > 1 {
            let middle = (low + high) / 2
            if zone.secondsFromGMT(for: Date(timeIntervalSince1970: TimeInterval(middle))) == offset {
                low = middle
            } else {
                high = middle
            }
        }
        return Date(timeIntervalSince1970: TimeInterval(high))
    }

    private static func intersection(_ left: [Range<Date>], _ right: [Range<Date>]) -> [Range<Date>] {
        var common: [Range<Date>] = []
        var (i, j) = (0, 0)
        while i < left.count, j < right.count {
            let start = max(left[i].lowerBound, right[j].lowerBound)
            let end = min(left[i].upperBound, right[j].upperBound)
            if start < end { common.append(start..<end) }
            if left[i].upperBound < right[j].upperBound { i += 1 } else { j += 1 }
        }
        return common
    }
}
