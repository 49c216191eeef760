package import FoundationEssentials

/// Times as they are on the wire: RFC 3339, UTC, microseconds.
package enum Timestamp {
    /// `2026-06-11T12:50:03.843960Z`
    package static func text(_ date: Date) -> String {
        let microseconds = date.microseconds
        let fraction = ((microseconds % 1_000_000) + 1_000_000) % 1_000_000
        let second = Date(microseconds: microseconds - fraction).formatted(.iso8601)
        return "\(second.dropLast()).\(String(1_000_000 + fraction).dropFirst())Z"
    }

    /// `2026-06-11T12:50:03.843Z`, the rest of the second cut off.
    package static func milliseconds(_ date: Date) -> String { text(date).dropLast(4) + "Z" }

    /// Reads any RFC 3339 time, to the microsecond. Nil for anything else: times without a zone, days and hours that there are not, and text
    /// behind the time, all of which Foundation reads. The colon in the zone may be missing (ISO 8601).
    package static func date(_ text: String) -> Date? {
        var reader = TimestampReader(text)
        guard let year = reader.number(4, in: 0...9999), reader.take("-"),
            let month = reader.number(2, in: 1...12), reader.take("-"),
            let day = reader.number(2, in: 1...days(in: month, of: year)), reader.take("Tt"),
            let hour = reader.number(2, in: 0...23), reader.take(":"),
            let minute = reader.number(2, in: 0...59), reader.take(":"),
            // A leap second is the moment in which the next minute begins.
            let second = reader.number(2, in: 0...60),
            let fraction = reader.fraction(), let offset = reader.offset(), reader.isAtEnd
        else { return nil }
        let seconds = daysSince1970(year, month, day) * 86_400 + hour * 3600 + minute * 60 + second - offset
        return Date(microseconds: Int64(seconds) * 1_000_000 + fraction)
    }

    private static func days(in month: Int, of year: Int) -> Int {
        let isLeap = year.isMultiple(of: 4) && !year.isMultiple(of: 100) || year.isMultiple(of: 400)
        return switch month {
        case 2: isLeap ? 29 : 28
        case 4, 6, 9, 11: 30
        default: 31
        }
    }

    /// Of the Gregorian calendar, whose years are counted from March here, so that the day that may be missing is the last.
    private static func daysSince1970(_ year: Int, _ month: Int, _ day: Int) -> Int {
        let (years, months) = month > 2 ? (year, month - 3) : (year - 1, month + 9)
        let leapDays = floored(years, 4) - floored(years, 100) + floored(years, 400)
        // 719,468 days lie between the first of March of the year 0 and 1970.
        return years * 365 + leapDays + (153 * months + 2) / 5 + day - 1 - 719_468
    }

    private static func floored(_ number: Int, _ divisor: Int) -> Int {
        (number - ((number % divisor) + divisor) % divisor) / divisor
    }
}

/// Takes a time's text apart from its beginning on.
private struct TimestampReader {
    private var rest: Substring.UTF8View

    init(_ text: String) {
        rest = text[...].utf8
    }

    var isAtEnd: Bool { rest.isEmpty }

    /// Exactly so many digits.
    mutating func number(_ count: Int, in range: ClosedRange<Int>) -> Int? {
        let digits = rest.prefix(count)
        guard digits.count == count, digits.allSatisfy(Self.isDigit) else { return nil }
        rest = rest.dropFirst(count)
        let value = digits.reduce(0) { $0 * 10 + Int($1 - UInt8(ascii: "0")) }
        return range.contains(value) ? value : nil
    }

    /// Any one of `bytes`.
    mutating func take(_ bytes: StaticString) -> Bool {
        guard let first = rest.first, bytes.description.utf8.contains(first) else { return false }
        rest = rest.dropFirst()
        return true
    }

    /// In microseconds, of up to nine digits; 0 if there is none.
    mutating func fraction() -> Int64? {
        guard take(".") else { return 0 }
        let digits = rest.prefix(while: Self.isDigit)
        guard (1...9).contains(digits.count) else { return nil }
        rest = rest.dropFirst(digits.count)
        let six = Array(digits.prefix(6)) + Array(repeating: UInt8(ascii: "0"), count: max(0, 6 - digits.count))
        return six.reduce(0) { $0 * 10 + Int64($1 - UInt8(ascii: "0")) }
    }

    /// What the clock is ahead of UTC, in seconds.
    mutating func offset() -> Int? {
        if take("Zz") { return 0 }
        let sign = rest.first == UInt8(ascii: "-") ? -1 : 1
        guard take("+-"), let hours = number(2, in: 0...23) else { return nil }
        _ = take(":")
        guard let minutes = number(2, in: 0...59) else { return nil }
        return sign * (hours * 3600 + minutes * 60)
    }

    private static func isDigit(_ byte: UInt8) -> Bool {
        (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
    }
}
