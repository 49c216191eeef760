import Audio
import Calls
import Testing

@Suite("Beeps and tones")
struct BeepTests {
    @Test(
        "A beep of any usual pitch and length is heard once, within 150 ms of its onset",
        arguments: [350.0, 440, 620, 850, 1_000, 1_400, 1_775, 2_100, 2_200],
        [80, 120, 300, 900]
    )
    func beep(frequency: Double, length: Int) {
        // A voice holds low tones for as long as this: the shortest of them are not asked for.
        if frequency < 520, length < 120 { return }
        // At several places within a frame.
        for offset in [0, 7, 13] {
            var line = LineSound(seed: UInt64(length + offset), noise: -50)
            line.talk(1_500)
            line.pause(700 + offset)
            let onset = line.milliseconds
            line.tone([frequency], length)
            line.pause(1_000)
            let known = line.tones.first { $0.kind == .beep }
            #expect(
                known.map { $0.known - onset <= 150 && abs($0.start - onset) <= 30 } == true,
                "\(frequency) \(offset)"
            )
            let beeps = line.beeps
            #expect(beeps.count == 1)
            #expect(beeps.first?.end.map { abs($0 - onset - length) <= 40 } == true)
            #expect(beeps.first.map { abs(Double($0.frequency) - frequency) < 20 } == true)
        }
    }

    @Test("It is heard through noise 10 dB below it", arguments: [400.0, 1_000, 1_900])
    func noise(frequency: Double) {
        for seed in 1...10 {
            var line = LineSound(seed: UInt64(seed), noise: -30)
            line.pause(1_500)
            line.tone([frequency], 300, level: -20)
            line.pause(800)
            #expect(line.beeps.count == 1, "\(seed)")
        }
    }

    @Test("A chirp is a beep", arguments: [(600.0, 1_400.0), (1_800, 900), (400, 700)])
    func chirp(ends: (Double, Double)) {
        var line = LineSound()
        line.talk(1_500)
        line.pause(600)
        line.chirp(ends.0, ends.1, 200)
        line.pause(800)
        #expect(line.beeps.count == 1)
    }

    @Test("Two tones at once are a beep, and two beeps in a row are one")
    func doubles() {
        var both = LineSound()
        both.pause(800)
        both.tone([800, 1_200], 300)
        both.pause(800)
        #expect(both.beeps.count == 1)
        var row = LineSound()
        row.pause(800)
        row.tone([1_000], 150)
        row.pause(150)
        row.tone([1_000], 150)
        row.pause(800)
        #expect(row.beeps.count == 1)
        #expect(row.beeps.first?.end.map { abs($0 - 1_250) <= 40 } == true)
        #expect(row.tones.count { $0.end == nil } == 1)
    }

    @Test("A lost packet does not make two of it")
    func loss() {
        var line = LineSound(noise: nil)
        line.pause(800)
        line.tone([1_000], 400)
        for index in 8 * 960..<8 * 980 { line.samples[index] = 0 }
        line.pause(800)
        #expect(line.beeps.count == 1)
    }

    @Test("No speech is a beep")
    func speech() {
        for seed in 1...12 {
            var line = LineSound(seed: UInt64(seed))
            for _ in 0..<4 {
                line.talk(4_000)
                line.pause(400)
            }
            #expect(line.tones == [])
        }
    }

    @Test("No key, ringback, busy or dial tone is a beep")
    func network() {
        for digit in "0123456789*#ABCD" {
            var line = LineSound()
            line.pause(500)
            line.tone(Tone.frequencies(of: digit) ?? [], 120)
            line.pause(600)
            #expect(line.beeps == [], "\(digit)")
        }
        for tones in [Tone.ringback, [400, 450], Tone.busy, [350, 440]] {
            var line = LineSound()
            line.pause(500)
            line.tone(tones, 1_500)
            line.pause(600)
            #expect(line.tones.contains { $0.kind == .beep } == false, "\(tones)")

            #expect(line.tones.isEmpty == false, "\(tones)")
        }
    }

    @Test("Special information tones and an answering fax are called by their names")
    func announcements() {
        var line = LineSound()
        line.pause(300)
        for frequency in [913.8, 1_370.6] { line.tone([frequency], 274) }
        line.tone([1_776.7], 380)
        line.pause(700)
        #expect(line.tones.last?.kind == .specialInformation)
        var european = LineSound()
        european.pause(300)
        for frequency in [950.0, 1_400, 1_800] { european.tone([frequency], 330) }
        european.pause(700)
        #expect(european.tones.last?.kind == .specialInformation)
        var busy = LineSound()
        busy.pause(300)
        for frequency in [985.2, 1_428.5, 1_776.7] { busy.tone([frequency], 380) }
        busy.pause(700)
        #expect(busy.tones.last?.kind == .noCircuit)
        var fax = LineSound()
        fax.pause(300)
        fax.tone([2_100], 3_000)
        fax.pause(700)
        #expect(fax.tones.contains { $0.kind == .faxAnswering })
        #expect(fax.beeps == [])
    }

    @Test("A calling fax is known by its second tone")
    func callingFax() {
        var line = LineSound()
        for _ in 0..<2 {
            line.tone([1_100], 500)
            line.pause(3_000)
        }
        #expect(line.tones.contains { $0.kind == .faxCalling })
    }
}
