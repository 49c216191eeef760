import Glibc

/// How the power of 32 ms of sound at 8 kHz is spread over frequencies, in 129 bins of 31.25 Hz.
///
/// A Hann window over the last 256 samples, and a fast Fourier transform of half that length, because the samples are real. Some 3 µs a time.
struct PowerSpectrum: Sendable {
    static let length = 256
    /// Hz from one bin to the next.
    static let resolution = 8_000.0 / Double(length)

    /// A full-scale sine has a power of about 1 in its bin and the two beside it together.
    private(set) var bins = [Float](repeating: 0, count: length / 2 + 1)

    private var real = [Float](repeating: 0, count: length / 2)
    private var imaginary = [Float](repeating: 0, count: length / 2)

    private static let window: [Float] = (0..<length).map { index in
        Float(0.5 - 0.5 * cos(2 * .pi * (Double(index) + 0.5) / Double(length)))
    }
    /// Of e^(−2πik/256), for k = 0…127.
    private static let cosines: [Float] = (0..<length / 2).map { Float(cos(2 * .pi * Double($0) / Double(length))) }
    private static let sines: [Float] = (0..<length / 2).map { Float(-sin(2 * .pi * Double($0) / Double(length))) }
    private static let reversed: [Int] = (0..<length / 2).map { index in
        (0..<7).reduce(0) { $0 << 1 | (index >> $1) & 1 }
    }
    /// Makes the power of a full-scale sine 1: the window keeps 3/8 of it.
    private static let scale: Float = 16.0 / 3.0 / Float(length) / Float(length) / (32_768 * 32_768)

    /// Takes exactly `length` samples.
    mutating func measure(_ samples: [Float]) {
        let half = Self.length / 2
        let window = Self.window
        let order = Self.reversed
        for index in 0..<half {
            let place = order[index]
            real[place] = samples[2 * index] * window[2 * index]
            imaginary[place] = samples[2 * index + 1] * window[2 * index + 1]
        }
        transform()
        // The even samples went in as real parts and the odd ones as imaginary parts: here they are told apart again.
        let cosines = Self.cosines
        let sines = Self.sines
        for index in 0...half {
            let low = index % half
            let high = (half - index) % half
            let evenReal = (real[low] + real[high]) / 2
            let evenImaginary = (imaginary[low] - imaginary[high]) / 2
            let oddReal = (imaginary[low] + imaginary[high]) / 2
            let oddImaginary = (real[high] - real[low]) / 2
            let (cosine, sine) = index == half ? (-1, 0) : (cosines[index], sines[index])
            let sumReal = evenReal + cosine * oddReal - sine * oddImaginary
            let sumImaginary = evenImaginary + cosine * oddImaginary + sine * oddReal
            bins[index] = (sumReal * sumReal + sumImaginary * sumImaginary) * Self.scale
        }
    }

    /// In place, over input in bit-reversed order.
    private mutating func transform() {
        let half = Self.length / 2
        let cosines = Self.cosines
        let sines = Self.sines
        var size = 2
        while size <= half {
            let step = Self.length / size
            for start in stride(from: 0, to: half, by: size) {
                for index in 0..<size / 2 {
                    let cosine = cosines[index * step]
                    let sine = sines[index * step]
                    let low = start + index
                    let high = low + size / 2
                    let turnedReal = cosine * real[high] - sine * imaginary[high]
                    let turnedImaginary = cosine * imaginary[high] + sine * real[high]
                    real[high] = real[low] - turnedReal
                    imaginary[high] = imaginary[low] - turnedImaginary
                    real[low] += turnedReal
                    imaginary[low] += turnedImaginary
                }
            }
            size *= 2
        }
    }
}
