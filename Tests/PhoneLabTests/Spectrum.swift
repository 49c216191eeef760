import Foundation

/// How much of a sound lies at one frequency: Goertzel's algorithm (1958) over windows of 20 ms.
enum Spectrum {
    /// For each 20 ms, the share (0…1) of its energy that lies within about 50 Hz of `frequency`; 0 where there is next to no sound.
    static func shares(of frequency: Double, in samples: [Int16]) -> [Double] {
        stride(from: 0, to: samples.count - 159, by: 160).map { start in
            let window = samples[start..<start + 160].map(Double.init)
            let energy = window.reduce(0) { $0 + $1 * $1 }
            guard energy > 160 * 100 * 100 else { return 0 }
            let coefficient = 2 * cos(2 * .pi * frequency / 8000)
            var previous = 0.0
            var last = 0.0
            for sample in window { (previous, last) = (last, sample + coefficient * last - previous) }
            let power = last * last + previous * previous - coefficient * last * previous
            return min(1, 2 * power / (160 * energy))
        }
    }

    /// Ms of sound that is nearly only this frequency.
    static func milliseconds(of frequency: Double, in samples: [Int16]) -> Int {
        shares(of: frequency, in: samples).count { $0 > 0.9 } * 20
    }

    /// Ms in which there is any sound to speak of.
    static func soundMilliseconds(_ samples: some Collection<Int16>) -> Int {
        let all = Array(samples)
        return stride(from: 0, to: all.count - 159, by: 160).count { start in
            all[start..<start + 160].reduce(0.0) { $0 + Double($1) * Double($1) } > 160 * 200 * 200
        } * 20
    }
}
