import Glibc

/// The share of the whole energy that lies at one frequency: 1 for a pure tone. By Goertzel's sum, for samples at `rate`.
func strength(of frequency: Double, in samples: [Int16], rate: Double = 8_000) -> Double {
    var real = 0.0
    var imaginary = 0.0
    var energy = 0.0
    for (index, sample) in samples.enumerated() {
        let angle = 2 * Double.pi * frequency * Double(index) / rate
        real += Double(sample) * cos(angle)
        imaginary += Double(sample) * sin(angle)
        energy += Double(sample) * Double(sample)
    }
    guard energy > 0 else { return 0 }
    return 2 * (real * real + imaginary * imaginary) / (Double(samples.count) * energy)
}

/// A sine wave of amplitude 10,000 at any rate.
func sine(_ frequency: Double, rate: Double, count: Int) -> [Int16] {
    (0..<count).map { Int16(10_000 * sin(2 * .pi * frequency * Double($0) / rate)) }
}
