package import FoundationEssentials

extension Date {
    /// The present, in whole microseconds, so that a date read back from a column equals the date that was stored.
    package static func stamp() -> Date {
        Date(microseconds: Date().microseconds)
    }

    package init(microseconds: Int64) {
        self.init(timeIntervalSince1970: Double(microseconds) / 1_000_000)
    }

    /// Whole microseconds since 1970.
    package var microseconds: Int64 {
        Int64((timeIntervalSince1970 * 1_000_000).rounded())
    }
}
