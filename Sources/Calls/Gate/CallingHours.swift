/// When a callee may be called, by the callee's own clock.
package struct CallingHours: Sendable, Hashable {
    /// In the order of ISO 8601.
    package enum Weekday: String, Sendable, Hashable, Codable, CaseIterable {
        case monday = "mon"
        case tuesday = "tue"
        case wednesday = "wed"
        case thursday = "thu"
        case friday = "fri"
        case saturday = "sat"
        case sunday = "sun"
    }

    /// A stretch of one day, from its first minute to the one it ends before. It reaches into the next day if it ends no later than it
    /// starts: `22:00-02:00`, and `00:00-00:00` is a whole day.
    package struct Window: Sendable, Hashable {
        /// Minutes after midnight, 0 to 1439.
        package var start: Int
        /// Minutes after midnight, 0 to 1440.
        package var end: Int

        /// Nil unless both are minutes of a day.
        package init?(start: Int, end: Int) {
            guard (0..<1440).contains(start), (0...1440).contains(end) else { return nil }
            self.start = start
            self.end = end
        }

        /// In minutes.
        var length: Int { end > start ? end - start : end + 1440 - start }
    }

    package private(set) var windows: [Weekday: [Window]]

    /// A day that is not named has no hours.
    package init(windows: [Weekday: [Window]]) {
        self.windows = windows.filter { !$0.value.isEmpty }
    }

    /// 08:00 to 21:00 on every day: the hours in which United States rules allow telephone solicitation (47 CFR 64.1200(c)(1)).
    package static let standard = CallingHours(
        windows: Dictionary(
            uniqueKeysWithValues: Weekday.allCases.map {
                ($0, [Window(start: 8 * 60, end: 21 * 60)].compactMap(\.self))
            }
        )
    )

    /// The open minutes of a week, counted from Monday 00:00, in order and without overlap.
    var minutesOfWeek: [Range<Int>] {
        var ranges: [Range<Int>] = []
        for (day, weekday) in Weekday.allCases.enumerated() {
            for window in windows[weekday] ?? [] {
                let start = day * 1440 + window.start
                let end = start + window.length
                ranges.append(start..<min(end, Self.week))
                if end > Self.week { ranges.append(0..<end - Self.week) }
            }
        }
        ranges.sort { $0.lowerBound < $1.lowerBound }
        return ranges.reduce(into: []) { merged, range in
            if let last = merged.last, range.lowerBound <= last.upperBound {
                merged[merged.count - 1] = last.lowerBound..<max(last.upperBound, range.upperBound)
            } else {
                merged.append(range)
            }
        }
    }

    /// In minutes.
    private static let week = 7 * 1440
}

extension CallingHours.Window {
    /// Reads `08:00-21:00`. Nil for anything else.
    package init?(_ text: String) {
        let parts = text.split(separator: "-", omittingEmptySubsequences: false).map(Self.minute)
        guard parts.count == 2, let start = parts[0], let end = parts[1] else { return nil }
        self.init(start: start, end: end)
    }

    package var text: String { "\(Self.clock(start))-\(Self.clock(end))" }

    /// Minutes after midnight as `08:05`.
    package static func clock(_ minute: Int) -> String {
        func twoDigits(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }
        return "\(twoDigits(minute / 60)):\(twoDigits(minute % 60))"
    }

    private static func minute(_ text: Substring) -> Int? {
        let parts = text.split(separator: ":", omittingEmptySubsequences: false)
        guard parts.count == 2, parts.allSatisfy({ $0.utf8.count == 2 && $0.allSatisfy(\.isASCIIDigit) }),
            let hour = Int(parts[0]), let minute = Int(parts[1]), minute < 60
        else { return nil }
        return hour * 60 + minute
    }
}

extension Character {
    fileprivate var isASCIIDigit: Bool { isASCII && isNumber }
}
