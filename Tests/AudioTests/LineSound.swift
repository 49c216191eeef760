import Audio
import Calls
import Glibc

/// The sound of a call's other end, put together piece by piece.
struct LineSound {
    var samples: [Int16] = []
    /// dB below full scale. Nil: none.
    var noise: Double? = -60
    private var state: UInt64

    init(seed: UInt64 = 1, noise: Double? = -60) {
        state = seed
        self.noise = noise
    }

    var milliseconds: Int { samples.count / 8 }

    private mutating func random() -> Double {
        state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        return Double(state >> 11) / Double(1 << 53)
    }

    private mutating func add(_ sound: [Double]) {
        let width = noise.map { 3.0.squareRoot() * pow(10, $0 / 20) * 32_768 } ?? 0
        for value in sound { samples.append(Int16(clamping: Int(value + (random() * 2 - 1) * width))) }
    }

    mutating func pause(_ milliseconds: Int) { add([Double](repeating: 0, count: milliseconds * 8)) }

    /// Takes away what is silent at the end.
    mutating func cutSilence() {
        while samples.count >= 80, Level.decibels(samples.suffix(80)) < -40 { samples.removeLast(80) }
    }

    /// A voice that wanders in pitch, loudness and colour, a syllable of 120 to 280 ms after the other, 40 to 80 ms apart.
    mutating func talk(_ milliseconds: Int, level: Double = -20) {
        let end = samples.count + milliseconds * 8
        while end - samples.count > 1_280 {
            let count = min(end - samples.count, 960 + Int(random() * 1_280))
            let (pitch, glide, colour) = (110 + 90 * random(), 0.7 + 0.6 * random(), 300 + 900 * random())
            var phase = 0.0
            add(
                (0..<count).map { index in
                    let share = Double(index) / Double(count)
                    let now = pitch * (1 + (glide - 1) * share) * (1 + 0.01 * sin(Double(index) / 250))
                    phase += 2 * .pi * now / 8_000
                    let sum = (1...16).reduce(0.0) { sum, harmonic in
                        let distance = (now * Double(harmonic) - colour) / 400
                        return sum + sin(phase * Double(harmonic)) / (1 + distance * distance)
                    }
                    return sum * sin(.pi * share).squareRoot() * pow(10, level / 20) * 32_768 * 0.8
                }
            )
            pause(min((end - samples.count) / 8, 40 + Int(random() * 40)))
        }
        let left = end - samples.count
        if left > 0 { add([Double](repeating: 0, count: left)) }
    }

    /// From one frequency to another, in Hz.
    mutating func chirp(_ from: Double, _ to: Double, _ milliseconds: Int, level: Double = -15) {
        let count = milliseconds * 8
        var phase = 0.0
        let amplitude = pow(10, level / 20) * 32_768 * 2.0.squareRoot()
        add(
            (0..<count).map { index in
                phase += 2 * .pi * (from + (to - from) * Double(index) / Double(count)) / 8_000
                return amplitude * sin(phase)
            }
        )
    }

    mutating func tone(_ frequencies: [Double], _ milliseconds: Int, level: Double = -15) {
        add(Tone.samples(frequencies: frequencies, milliseconds: milliseconds, level: level).map(Double.init))
    }

    /// Everything that `WhoAnswered` says of it, when the agent speaks in these ms.
    func heard(
        agent: [Range<Int>] = [],
        words: [(text: String, at: Int)] = [],
        by who: inout WhoAnswered
    ) -> [AnswerEvent] {
        var events: [AnswerEvent] = []
        for start in stride(from: 0, to: samples.count - 159, by: 160) {
            let time = start / 8
            for said in words where said.at == time { who.hear(words: said.text) }
            events += who.hear(samples[start..<start + 160], agentSpeaks: agent.contains { $0.contains(time) })
        }
        return events
    }

    func verdicts(agent: [Range<Int>] = [], words: [(text: String, at: Int)] = []) -> [Reached] {
        var who = WhoAnswered()
        return heard(agent: agent, words: words, by: &who).compactMap { event in
            if case .verdict(let verdict) = event { verdict.answerer } else { nil }
        }
    }

    var tones: [HeardTone] {
        var detector = ToneDetector()
        return stride(from: 0, to: samples.count - 159, by: 160).flatMap { detector.hear(samples[$0..<$0 + 160]) }
    }

    /// The beeps that were over.
    var beeps: [HeardTone] { tones.filter { $0.kind == .beep && $0.end != nil } }
}
