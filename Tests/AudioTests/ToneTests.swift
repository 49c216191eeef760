import Audio
import Testing

@Suite("Tones")
struct ToneTests {
    @Test("A tone is as long and as loud as asked", arguments: [[440.0], [440, 480], [697, 1_209]])
    func lengthAndLevel(frequencies: [Double]) {
        let samples = Tone.samples(frequencies: frequencies, milliseconds: 1_000, level: -20)
        #expect(samples.count == 8_000)
        #expect(abs(Level.decibels(samples) + 20) < 0.1)
    }

    @Test("It holds its frequencies and nothing else")
    func frequencies() {
        let samples = Tone.samples(frequencies: Tone.ringback, milliseconds: 1_000, level: -20)
        #expect(strength(of: 440, in: samples) > 0.4)
        #expect(strength(of: 480, in: samples) > 0.4)
        #expect(strength(of: 620, in: samples) < 0.01)
    }

    @Test("The keypad's frequencies are those of Q.23")
    func keypad() {
        #expect(Tone.frequencies(of: "1") == [697, 1_209])
        #expect(Tone.frequencies(of: "0") == [941, 1_336])
        #expect(Tone.frequencies(of: "#") == [941, 1_477])
        #expect(Tone.frequencies(of: "D") == [941, 1_633])
        #expect(Tone.frequencies(of: "x") == nil)
    }
}
