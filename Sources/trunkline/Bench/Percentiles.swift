import Foundation

/// The middle and the ends of some measurements.
struct Percentiles {
    let count: Int
    let p50: Double
    let p99: Double
    let max: Double

    init(_ values: [Double]) {
        let sorted = values.sorted()
        count = sorted.count
        p50 = sorted.isEmpty ? 0 : sorted[sorted.count / 2]
        p99 = sorted.isEmpty ? 0 : sorted[min(sorted.count - 1, sorted.count * 99 / 100)]
        max = sorted.last ?? 0
    }

    var text: String { "p50 \(digits(p50, 2)), p99 \(digits(p99, 2)), max \(digits(max, 2))" }
}

func digits(_ value: Double, _ count: Int) -> String {
    value.formatted(
        .number.precision(.fractionLength(count)).grouping(.never).locale(Locale(identifier: "en_US_POSIX"))
    )
}

/// How many times `floor` the `value` is.
func ratio(_ value: Double, _ floor: Double) -> String {
    floor > 0 ? digits(value / floor, 1) : "unknown"
}

/// What the disk itself needs for a commit: 4 KiB written and flushed.
enum DiskFloor {
    /// Ms that `count` commits in a row took, `times` times.
    static func commits(_ count: Int, times: Int, in directory: String) throws -> [Double] {
        let path = "\(directory)/floor"
        defer { try? FileManager.default.removeItem(atPath: path) }
        guard FileManager.default.createFile(atPath: path, contents: nil), let file = FileHandle(forWritingAtPath: path)
        else { throw Complaint("Cannot write \(path)") }
        let page = Data(count: 4096)
        return try (0..<times).map { _ in
            let start = ContinuousClock.now
            for _ in 0..<count {
                try file.write(contentsOf: page)
                try file.synchronize()
            }
            return (ContinuousClock.now - start) / .milliseconds(1)
        }
    }
}
