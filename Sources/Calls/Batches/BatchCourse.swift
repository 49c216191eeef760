package import FoundationEssentials

/// How the calls of a batch ended over its time, in stretches of one length.
package struct BatchCourse: Sendable, Hashable {
    package struct Stretch: Sendable, Hashable {
        package var start: Date
        package var ends: [EndReason: Int]

        package init(start: Date, ends: [EndReason: Int] = [:]) {
            self.start = start
            self.ends = ends
        }
    }

    /// Of a stretch, in seconds.
    package var width: Int
    /// Every one from the first call's end to the last one's, those in which nothing ended included.
    package var stretches: [Stretch]

    package init(width: Int, stretches: [Stretch]) {
        self.width = width
        self.stretches = stretches
    }

    private static let widths = [
        1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 10_800, 21_600, 43_200, 86_400,
    ]

    /// The shortest round length of a stretch, in seconds, that makes at most `columns` of a span of `seconds`; a day if none does.
    package static func width(of seconds: Int, columns: Int) -> Int {
        widths.first { seconds / $0 + 2 <= columns } ?? 86_400
    }
}
