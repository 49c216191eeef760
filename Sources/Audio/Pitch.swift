import Glibc

/// How high a voice is, by autocorrelation.
package enum Pitch {
    /// In Hz: from a low man's to a child's.
    private static let lowest = 70.0
    private static let highest = 400.0
    /// 30 ms.
    private static let window = 120
    /// How alike two periods of a voice are at the least.
    private static let likeness = 0.5

    /// The pitch in each 20 ms of `samples`, at 8,000 Hz, in Hz. Nil where there is no voice.
    package static func track(_ samples: ArraySlice<Int16>) -> [Double?] {
        // Every other sample is enough for so low a sound, and costs a quarter.
        let half = stride(from: samples.startIndex, to: samples.endIndex - 1, by: 2).map {
            Float(Int32(samples[$0]) + Int32(samples[$0 + 1]))
        }
        let rate = 4000.0
        let (shortest, longest) = (Int(rate / highest), Int(rate / lowest))
        return stride(from: 0, through: half.count - window - longest, by: 80).map { start in
            period(half, start, shortest...longest).map { rate / Double($0) }
        }
    }

    /// From one pitch to another, up or down.
    package static func semitones(from: Double, to: Double) -> Double { 12 * log2(to / from) }

    private static func period(_ samples: [Float], _ start: Int, _ lags: ClosedRange<Int>) -> Float? {
        var energy: Float = 0
        for index in start..<(start + window) { energy += samples[index] * samples[index] }
        guard energy > Float(window) * 10_000 else { return nil }
        var best: Float = 0
        var lag = 0
        for candidate in lags {
            var product: Float = 0
            var other: Float = 0
            for index in start..<(start + window) {
                let later = samples[index + candidate]
                product += samples[index] * later
                other += later * later
            }
            guard other > 0, product > 0 else { continue }
            let likeness = product / (energy * other).squareRoot()
            // A longer period is as like as the shortest one it is a multiple of.
            if likeness > best * 1.05 { (best, lag) = (likeness, candidate) }
        }
        return best >= Float(likeness) ? Float(lag) : nil
    }
}
