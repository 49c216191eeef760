import Glibc

/// What one frame of 20 ms sounds like to somebody who listens for tones.
struct ToneFrame: Sendable, Hashable {
    /// Of the strongest tone, in Hz. Exact to a few Hz if it is alone.
    var frequency = 0.0
    /// Of the strongest tone besides, in Hz.
    var second = 0.0
    /// The share of the power between 190 and 3,600 Hz that lies within 80 Hz of `frequency`: 1 for a pure tone.
    var purity = 0.0
    /// The same with that around `second` added.
    var pairPurity = 0.0
    /// How much stronger the first is than the second, in dB.
    var twist = 0.0
    /// Of the frame, in dB below full scale.
    var level = -100.0
    /// The quietest of its eight parts against the loudest, in dB: two tones close together beat.
    var dip = 0.0

    /// The lower tone first, as two that are equally loud would else change places.
    var ascending: ToneFrame {
        var frame = self
        frame.frequency = min(frequency, second)
        frame.second = max(frequency, second)
        return frame
    }
}

/// Takes frames apart.
struct ToneEar: Sendable {
    private var samples = [Float](repeating: 0, count: PowerSpectrum.length)
    private var spectrum = PowerSpectrum()

    /// Bins from 190 to 3,600 Hz.
    private static let band = 6...115
    /// Bins from 280 to 2,400 Hz.
    private static let searched = 9...77
    /// Bins on either side that hold a steady tone's power.
    private static let reach = 2

    mutating func hear(_ frame: ArraySlice<Int16>) -> ToneFrame {
        let kept = PowerSpectrum.length - frame.count
        for index in 0..<kept { samples[index] = samples[index + frame.count] }
        for (offset, sample) in frame.enumerated() { samples[kept + offset] = Float(sample) }
        var tone = ToneFrame()
        (tone.level, tone.dip) = Self.levels(samples, from: kept)
        guard tone.level > -60 else { return tone }
        spectrum.measure(samples)
        let bins = spectrum.bins
        var total: Float = 0
        for bin in Self.band { total += bins[bin] }
        guard total > 0 else { return tone }
        let first = Self.peak(of: bins, except: nil)
        let second = Self.peak(of: bins, except: first)
        let firstPower = Self.power(of: bins, around: first)
        let secondPower = Self.power(of: bins, around: second)
        tone.frequency = Self.frequency(of: bins, at: first)
        tone.second = Self.frequency(of: bins, at: second)
        tone.purity = Double(firstPower / total)
        // Their surroundings may overlap by a bin.
        tone.pairPurity = min(1, Double((firstPower + secondPower) / total))
        tone.twist = 10 * log10(Double(firstPower) / max(1e-12, Double(secondPower)))
        return tone
    }

    private static func levels(_ samples: [Float], from start: Int) -> (level: Double, dip: Double) {
        let length = (samples.count - start) / 8
        var (sum, least, most): (Float, Float, Float) = (0, .infinity, 0)
        for part in 0..<8 {
            var energy: Float = 0
            for index in start + part * length..<start + (part + 1) * length {
                energy += samples[index] * samples[index]
            }
            sum += energy
            least = min(least, energy)
            most = max(most, energy)
        }
        guard sum > 0 else { return (-100, 0) }
        let level = 10 * log10(Double(sum) / Double(8 * length)) - 20 * log10(32_768)
        return (level, 10 * log10(Double(max(least, 1)) / Double(max(most, 1))))
    }

    private static func peak(of bins: [Float], except other: Int?) -> Int {
        var best = searched.lowerBound
        var most: Float = -1
        for bin in searched where bins[bin] > most && other.map({ abs($0 - bin) > reach }) ?? true {
            best = bin
            most = bins[bin]
        }
        return best
    }

    private static func power(of bins: [Float], around bin: Int) -> Float {
        var sum: Float = 0
        for index in bin - reach...bin + reach { sum += bins[index] }
        return sum
    }

    /// Between bins: the ratio of the neighbours tells how far, because the window's shape is known.
    private static func frequency(of bins: [Float], at bin: Int) -> Double {
        let left = Double(bins[bin - 1]).squareRoot()
        let middle = Double(bins[bin]).squareRoot()
        let right = Double(bins[bin + 1]).squareRoot()
        guard middle > 0 else { return 0 }
        // For a Hann window the next bin's amplitude is (1 + d) / (2 − d) of the peak's, d bins away from it.
        let ratio = max(left, right) / middle
        let distance = min(0.5, max(0, (2 * ratio - 1) / (1 + ratio)))
        return (Double(bin) + (right > left ? distance : -distance)) * PowerSpectrum.resolution
    }
}
