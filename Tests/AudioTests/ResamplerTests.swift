import Audio
import Glibc
import Testing

@Suite("Resampling")
struct ResamplerTests {
    static let rates = [
        (8_000, 16_000), (16_000, 8_000), (22_050, 8_000), (24_000, 8_000), (8_000, 24_000), (44_100, 8_000),
    ]

    @Test("Tones of the telephone band pass at their level and frequency", arguments: rates)
    func passband(from: Int, to: Int) {
        for frequency in [100.0, 300, 1_000, 2_000, 3_000, 3_400] {
            let tone = sine(frequency, rate: Double(from), count: from / 5)
            let heard = Resampler.convert(tone, from: from, to: to)
            let middle = Array(heard[to / 20..<to * 3 / 20])
            let change = Level.decibels(middle) - Level.decibels(tone)
            #expect(abs(change) < 0.2, "\(frequency) Hz changed by \(change) dB")
            #expect(strength(of: frequency, in: middle, rate: Double(to)) > 0.999)
        }
    }

    @Test(
        "What the lower rate cannot carry is taken out, not folded back",
        arguments: [16_000, 22_050, 24_000, 44_100]
    )
    func aliases(from: Int) {
        for frequency in stride(from: 4_450.0, to: Double(from) / 2, by: 450) {
            let tone = sine(frequency, rate: Double(from), count: from / 5)
            let heard = Resampler.convert(tone, from: from, to: 8_000)
            #expect(Level.decibels(heard[400..<1_200]) < -70, "\(frequency) Hz at \(from)")
        }
    }

    @Test("Doubling the rate leaves no image above the old band")
    func images() {
        let tone = sine(3_000, rate: 8_000, count: 8_000)
        let heard = Resampler.convert(tone, from: 8_000, to: 16_000)
        let middle = Array(heard[1_600..<14_400])
        #expect(strength(of: 5_000, in: middle, rate: 16_000) < 1e-6)
    }

    @Test("It does not matter how the stream is cut", arguments: rates)
    func chunks(from: Int, to: Int) {
        let samples = sine(700, rate: Double(from), count: from / 2)
        let whole = Resampler.convert(samples, from: from, to: to)
        var resampler = Resampler(from: from, to: to)
        var pieces: [Int16] = []
        var start = 0
        var length = 1
        while start < samples.count {
            let end = min(samples.count, start + length)
            pieces += resampler.process(Array(samples[start..<end]))
            start = end
            length = length % 487 + 61
        }
        pieces += resampler.finish()
        #expect(pieces == whole)
    }

    @Test("The output is as long as the input, and in step with it", arguments: rates)
    func alignment(from: Int, to: Int) {
        // A step in the middle must come out in the middle.
        let samples = [Int16](repeating: 0, count: from / 2) + [Int16](repeating: 8_000, count: from / 2)
        let heard = Resampler.convert(samples, from: from, to: to)
        #expect(heard.count == (samples.count * to + from - 1) / from)
        let crossing = heard.firstIndex { $0 > 4_000 }
        #expect(abs((crossing ?? 0) - to / 2) <= max(2, to / 8_000))
    }

    @Test("One rate to the same changes nothing")
    func identity() {
        let samples = sine(1_000, rate: 8_000, count: 500)
        var resampler = Resampler(from: 8_000, to: 8_000)
        #expect(resampler.process(samples) + resampler.finish() == samples)
    }

    @Test("A constant stays the same constant")
    func constant() {
        let heard = Resampler.convert([Int16](repeating: 12_345, count: 22_050), from: 22_050, to: 8_000)
        #expect(heard[1_000..<7_000].allSatisfy { $0 == 12_345 })
    }
}
