import Glibc

/// Loudness of 16-bit samples.
package enum Level {
    /// What silence measures.
    package static let floor = -100.0

    /// The root mean square in dB below full scale: 0 for a full-scale square wave, −100 for digital silence and below.
    @specialized(where Samples == ArraySlice<Int16>)
    @specialized(where Samples == [Int16])
    package static func decibels<Samples: Sequence<Int16>>(_ samples: Samples) -> Double {
        var sum = 0.0
        var count = 0
        for sample in samples {
            sum += Double(sample) * Double(sample)
            count += 1
        }
        guard count > 0, sum > 0 else { return floor }
        return max(floor, 20 * log10((sum / Double(count)).squareRoot() / 32_768))
    }
}
