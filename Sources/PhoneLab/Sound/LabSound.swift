import Glibc

/// The sounds of a telephone network, at 8,000 samples a second. Levels are in dB below full scale, per sine.
package enum LabSound {
    /// The sum of `frequencies` (Hz), without clicks at its ends only if they fall on whole periods.
    package static func tone(_ frequencies: [Double], milliseconds: Int, level: Double) -> [Int16] {
        let amplitude = 32_767 * pow(10, level / 20)
        return (0..<milliseconds * 8).map { index in
            let sum = frequencies.reduce(0.0) { $0 + sin(2 * .pi * $1 * Double(index) / 8000) }
            return Int16(max(-32_768, min(32_767, (amplitude * sum).rounded())))
        }
    }

    /// A tone that swells and fades within 40 ms at its ends.
    package static func note(_ frequencies: [Double], milliseconds: Int, level: Double) -> [Int16] {
        let samples = tone(frequencies, milliseconds: milliseconds, level: level)
        let edge = 320.0
        return samples.enumerated().map { index, sample in
            let distance = Double(min(index, samples.count - 1 - index))
            return Int16(Double(sample) * min(1, distance / edge))
        }
    }

    package static func silence(milliseconds: Int) -> [Int16] {
        [Int16](repeating: 0, count: milliseconds * 8)
    }

    /// What a caller in North America hears while it rings: 440 and 480 Hz, 2 s of every 6 s.
    package static func ringback(milliseconds: Int) -> [Int16] {
        let cycle = tone([440, 480], milliseconds: 2000, level: -19) + silence(milliseconds: 4000)
        return (0..<milliseconds * 8).map { cycle[$0 % cycle.count] }
    }

    /// The three rising tones before "the number you have dialed" (ITU-T E.180, Telcordia "intercept").
    package static let specialInformation: [Int16] =
        tone([913.8], milliseconds: 274, level: -15) + tone([1370.6], milliseconds: 274, level: -15)
        + tone([1776.7], milliseconds: 380, level: -15) + silence(milliseconds: 100)

    /// The same before "all circuits are busy" (Telcordia GR-674, "no circuit").
    package static let noCircuit: [Int16] =
        tone([985.2], milliseconds: 380, level: -15) + tone([1428.5], milliseconds: 380, level: -15)
        + tone([1776.7], milliseconds: 380, level: -15) + silence(milliseconds: 100)

    /// Half a second of North America's busy tone; as much silence follows.
    package static let busy = tone([480, 620], milliseconds: 500, level: -18)

    /// What a fax sends that calls (ITU-T T.30 section 4.1.1).
    package static let faxCalling = tone([1100], milliseconds: 500, level: -13)

    /// Bits at 300 a second that jump between V.21's two tones: a modem to the ear.
    package static func modem(milliseconds: Int) -> [Int16] {
        var random = SplitMix64(seed: 21)
        return (0..<milliseconds / 3).flatMap { _ in
            tone([random.next() & 1 == 0 ? 1650 : 1850], milliseconds: 3, level: -13)
        }
    }
}
