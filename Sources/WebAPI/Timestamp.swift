import Calls
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

    /// Reads any RFC 3339 time, to the microsecond. Nil for anything else, times without a zone included.
    package static func date(_ text: String) -> Date? {
        let parts = text.split(separator: ".", maxSplits: 1, omittingEmptySubsequences: false)
        guard parts.count == 2 else { return whole(text) }
        let digits = parts[1].prefix { $0.isASCII && $0.isNumber }
        guard (1...9).contains(digits.count), let second = whole(parts[0] + parts[1].dropFirst(digits.count)) else {
            return nil
        }
        let padded = digits.prefix(6) + String(repeating: "0", count: max(0, 6 - digits.count))
        guard let fraction = Int64(padded) else { return nil }
        return Date(microseconds: second.microseconds + fraction)
    }

    private static func whole(_ text: String) -> Date? {
        try? Date(text, strategy: .iso8601)
    }

    private static func whole(_ text: Substring) -> Date? {
        whole(String(text))
    }
}
