import Glibc

/// Converts a stream of samples from one rate to another, by any ratio of whole numbers.
///
/// A windowed-sinc low-pass, kept as one short filter per output phase. Flat to 85 % of the smaller Nyquist frequency, more than 60 dB down
/// from 110 % of it. Output sample k stands for the moment k / `outputRate`: the filter's delay is taken out, so the last few
/// samples come with `finish`.
package struct Resampler: Sendable {
    package let inputRate: Int
    package let outputRate: Int

    /// Reduced ratio: `up` output samples for every `down` input samples.
    private let up: Int
    private let down: Int
    /// Taps of phase p at `p * tapCount ..< (p + 1) * tapCount`, for the oldest input sample first.
    private let taps: [Float]
    private let tapCount: Int

    /// Input samples that are still needed; the first one is input sample `historyStart`.
    private var history: [Float]
    private var historyStart: Int
    private var inputCount = 0
    private var outputCount = 0

    private static let zeroCrossings = 24
    /// Where the low-pass is 6 dB down, as a share of the smaller Nyquist frequency.
    private static let cutoff = 0.955
    private static let kaiserBeta = 7.5

    package init(from inputRate: Int, to outputRate: Int) {
        precondition(inputRate > 0 && outputRate > 0, "A sample rate is a positive number of Hz")
        self.inputRate = inputRate
        self.outputRate = outputRate
        let divisor = Self.greatestCommonDivisor(inputRate, outputRate)
        up = outputRate / divisor
        down = inputRate / divisor
        // In input samples; wider when the band gets narrower.
        let scale = min(1, Double(outputRate) / Double(inputRate)) * Self.cutoff
        let reach = Int((Double(Self.zeroCrossings) / scale).rounded(.up))
        tapCount = up == down ? 1 : 2 * reach
        taps = up == down ? [1] : Self.design(phases: up, reach: reach, scale: scale)
        let lead = up == down ? 0 : reach - 1
        history = [Float](repeating: 0, count: lead)
        historyStart = -lead
    }

    /// Output that the input so far decides. Chunk borders do not matter.
    package mutating func process(_ samples: [Int16]) -> [Int16] {
        history.reserveCapacity(history.count + samples.count)
        for sample in samples { history.append(Float(sample)) }
        inputCount += samples.count
        return produce(until: .max)
    }

    /// What is left, after the last input. Starts afresh after it.
    package mutating func finish() -> [Int16] {
        let wanted = (inputCount * up + down - 1) / down
        history.append(contentsOf: repeatElement(0, count: tapCount))
        let rest = produce(until: wanted)
        self = Resampler(from: inputRate, to: outputRate)
        return rest
    }

    /// The whole of a recording at once.
    package static func convert(_ samples: [Int16], from inputRate: Int, to outputRate: Int) -> [Int16] {
        guard inputRate != outputRate else { return samples }
        var resampler = Resampler(from: inputRate, to: outputRate)
        return resampler.process(samples) + resampler.finish()
    }

    private mutating func produce(until limit: Int) -> [Int16] {
        var output: [Int16] = []
        output.reserveCapacity(history.count * up / down + 1)
        let available = historyStart + history.count
        let lead = up == down ? 0 : tapCount / 2 - 1
        while outputCount < limit {
            let place = outputCount * down
            let first = place / up - lead
            guard first + tapCount <= available else { break }
            let phase = place % up
            var sum: Float = 0
            let tap = phase * tapCount
            let start = first - historyStart
            for index in 0..<tapCount { sum += taps[tap + index] * history[start + index] }
            output.append(Int16(max(-32_768, min(32_767, sum.rounded()))))
            outputCount += 1
        }
        let needed = outputCount * down / up - lead
        let spent = min(history.count, max(0, needed - historyStart))
        history.removeFirst(spent)
        historyStart += spent
        return output
    }

    /// Phase p's filter gives the value p / `phases` of an input sample after the sample at its middle.
    private static func design(phases: Int, reach: Int, scale: Double) -> [Float] {
        var taps: [Float] = []
        taps.reserveCapacity(phases * reach * 2)
        for phase in 0..<phases {
            let middle = Double(reach - 1) + Double(phase) / Double(phases)
            let filter = (0..<2 * reach).map { index in
                let distance = Double(index) - middle
                return scale * sinc(scale * distance) * kaiser(distance / Double(reach))
            }
            // Each phase passes a constant unchanged, or a steady level would ripple at the output rate.
            let sum = filter.reduce(0, +)
            taps += filter.map { Float($0 / sum) }
        }
        return taps
    }

    private static func sinc(_ x: Double) -> Double {
        abs(x) < 1e-9 ? 1 : sin(.pi * x) / (.pi * x)
    }

    /// The Kaiser window, for −1…1.
    private static func kaiser(_ x: Double) -> Double {
        abs(x) >= 1 ? 0 : bessel(kaiserBeta * (1 - x * x).squareRoot()) / bessel(kaiserBeta)
    }

    /// The modified Bessel function of the first kind, order 0, by its power series.
    private static func bessel(_ x: Double) -> Double {
        var term = 1.0
        var sum = 1.0
        var n = 1.0
        while term > sum * 1e-12 {
            term *= (x / (2 * n)) * (x / (2 * n))
            sum += term
            n += 1
        }
        return sum
    }

    private static func greatestCommonDivisor(_ a: Int, _ b: Int) -> Int {
        b == 0 ? a : greatestCommonDivisor(b, a % b)
    }
}
