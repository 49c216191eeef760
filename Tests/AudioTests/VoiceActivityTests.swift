import Audio
import Glibc
import Testing

/// Speech-like sound: bursts of a buzzing vowel of 120 to 280 ms with short gaps, over noise.
private struct Talk {
    var samples: [Int16] = []
    /// Per frame of 20 ms.
    var isSpeech: [Bool] = []
    private var state: UInt64

    init(seed: UInt64) {
        state = seed
    }

    private mutating func random() -> Double {
        state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        return Double(state >> 11) / Double(1 << 53)
    }

    /// Noise at a level in dB below full scale; nil: digital silence.
    private mutating func noise(_ level: Double?) -> Double {
        guard let level else { return 0 }
        // A uniform distribution of this width has the wanted RMS.
        return (random() * 2 - 1) * 3.0.squareRoot() * pow(10, level / 20) * 32_768
    }

    mutating func pause(frames: Int, noise level: Double?) {
        for _ in 0..<frames * 160 { samples.append(Int16(clamping: Int(noise(level)))) }
        isSpeech += [Bool](repeating: false, count: frames)
    }

    mutating func word(frames: Int, level: Double, noise noiseLevel: Double?) {
        let pitch = 100 + 80 * random()
        let amplitude = pow(10, level / 20) * 32_768
        for index in 0..<frames * 160 {
            var sum = 0.0
            for harmonic in 1...12 {
                sum += sin(2 * .pi * pitch * Double(harmonic) * Double(index) / 8_000) / Double(harmonic).squareRoot()
            }
            samples.append(Int16(clamping: Int(amplitude * sum / 1.25 + noise(noiseLevel))))
        }
        isSpeech += [Bool](repeating: true, count: frames)
    }

    mutating func sentence(words: Int, level: Double, noise: Double?) {
        for _ in 0..<words {
            word(frames: 6 + Int(random() * 8), level: level, noise: noise)
            pause(frames: 2 + Int(random() * 3), noise: noise)
        }
    }

    /// The decision about each frame.
    func decisions(_ configuration: VoiceActivity.Configuration = .init()) -> [Bool] {
        var activity = VoiceActivity(configuration: configuration)
        return stride(from: 0, to: samples.count - 159, by: 160).map {
            activity.decide(samples[$0..<$0 + 160]).isSpeech
        }
    }
}

@Suite("Voice activity")
struct VoiceActivityTests {
    @Test(
        "Words are found on quiet and noisy lines, at loud and soft voices",
        arguments: [nil, -65, -50, -40],
        [-12.0, -20, -28]
    )
    func finds(noise: Double?, level: Double) {
        var talk = Talk(seed: 7)
        for _ in 0..<8 {
            talk.pause(frames: 60, noise: noise)
            talk.sentence(words: 6, level: level, noise: noise)
        }
        let decisions = talk.decisions()
        let pairs = zip(talk.isSpeech, decisions)
        let spoken = pairs.count { $0.0 }
        let found = pairs.count { $0.0 && $0.1 }
        // The onset of each sentence takes one frame to be believed.
        #expect(Double(found) / Double(spoken) > (level - (noise ?? -100) < 15 ? 0.9 : 0.96))
    }

    @Test("Background alone is not speech, whatever its level", arguments: [nil, -70.0, -50, -40, -30])
    func rejects(noise: Double?) {
        var talk = Talk(seed: 3)
        talk.pause(frames: 1_500, noise: noise)
        // While a loud background is new it cannot be told from speech.
        let decisions = talk.decisions().dropFirst(noise == -30 || noise == -40 ? 250 : 0)
        #expect(decisions.count { $0 } == 0)
    }

    @Test("Speech ends between 100 and 240 ms after the last word")
    func hangover() {
        var talk = Talk(seed: 5)
        talk.pause(frames: 50, noise: -60)
        talk.word(frames: 40, level: -18, noise: -60)
        talk.pause(frames: 50, noise: -60)
        let last = talk.decisions().lastIndex(of: true) ?? 0
        #expect((5...12).contains(last - 89))
    }

    @Test("A pause inside a word does not cut it")
    func shortPause() {
        var talk = Talk(seed: 11)
        talk.pause(frames: 50, noise: -60)
        talk.word(frames: 10, level: -18, noise: -60)
        talk.pause(frames: 5, noise: -60)
        talk.word(frames: 10, level: -18, noise: -60)
        #expect(talk.decisions()[52..<75].allSatisfy { $0 })
    }

    @Test("A click is not speech")
    func click() {
        var talk = Talk(seed: 13)
        talk.pause(frames: 50, noise: -60)
        talk.word(frames: 1, level: -6, noise: -60)
        talk.pause(frames: 50, noise: -60)
        #expect(!talk.decisions().contains(true))
    }

    @Test("A background that grows louder is believed within six seconds")
    func risingBackground() {
        var talk = Talk(seed: 17)
        talk.pause(frames: 250, noise: -60)
        talk.pause(frames: 600, noise: -38)
        #expect(!talk.decisions()[550...].contains(true))
    }

    @Test("Someone who talks without a break for ten seconds is speech to the end")
    func longTalk() {
        var talk = Talk(seed: 19)
        talk.pause(frames: 50, noise: -55)
        talk.sentence(words: 40, level: -18, noise: -55)
        let decisions = talk.decisions()[52..<(talk.isSpeech.count - 6)]
        #expect(Double(decisions.count { $0 }) / Double(decisions.count) > 0.97)
    }

    @Test("Silence before the first packet does not make the noise behind it speech")
    func silenceFirst() {
        var talk = Talk(seed: 23)
        talk.pause(frames: 10, noise: nil)
        talk.pause(frames: 400, noise: -46)
        #expect(talk.decisions().count { $0 } == 0)
    }

    @Test("A hello in the first moment of the call is heard")
    func helloAtOnce() {
        var talk = Talk(seed: 29)
        talk.word(frames: 20, level: -20, noise: -55)
        talk.pause(frames: 50, noise: -55)
        #expect(talk.decisions()[2..<20].allSatisfy { $0 })
    }

    @Test("A constant offset of the line is not sound")
    func offset() {
        var activity = VoiceActivity()
        let frame = [Int16](repeating: 2_000, count: 160)
        for _ in 0..<100 { #expect(activity.decide(frame).isSpeech == false) }
    }
}
