import Audio
import Calls
import Glibc
import Testing

@Suite("Music on hold")
struct MusicDetectorTests {
    /// What is told of `samples`, and when, in ms.
    private static func changes(in samples: [Int16]) -> [(at: Int, change: MusicDetector.Change)] {
        var detector = MusicDetector()
        return stride(from: 0, to: samples.count - 159, by: 160).compactMap { start in
            detector.hear(samples[start..<start + 160]).map { ((start + 160) / 8, $0) }
        }
    }

    /// Three voices, a chord of 600 ms after the other, with some noise.
    private static func chords(_ milliseconds: Int) -> [Int16] {
        let roots = [262.0, 220, 175, 196]
        return (0..<milliseconds * 8).map { index in
            let time = Double(index) / 8000
            let root = roots[Int(time / 0.6) % roots.count]
            let fade = 1 - 0.6 * (time / 0.6).truncatingRemainder(dividingBy: 1)
            let sum = [1, 1.26, 1.5, 2, 3].reduce(0) { $0 + sin(2 * .pi * root * $1 * time) }
            return Int16(900 * fade * sum) + Int16(index * 7919 % 61 - 30)
        }
    }

    private static func coded(_ samples: [Int16]) -> [Int16] {
        G711.decode(G711.encode(samples, as: .mu), as: .mu)
    }

    @Test("is known by its tones, from where it began, until a voice takes its place")
    func music() throws {
        var before = LineSound(seed: 3)
        before.talk(5000)
        before.pause(500)
        var after = LineSound(seed: 4)
        after.pause(200)
        after.talk(5000)
        let samples = before.samples + Self.chords(15_000) + after.samples
        let changes = Self.changes(in: Self.coded(samples))
        try #require(changes.count == 2, "\(changes)")
        guard case .began(let since) = changes[0].change, case .ended(let ago) = changes[1].change else {
            Issue.record("\(changes)")
            return
        }
        let (start, end) = (before.milliseconds, before.milliseconds + 15_000)
        #expect(changes[0].at - start < 6000, "\(changes)")
        #expect(abs(changes[0].at - since - start) < 700, "\(changes), music began at \(start)")
        #expect(changes[1].at - end < 4000, "\(changes)")
        #expect(abs(changes[1].at - ago - end) < 1000, "\(changes), music ended at \(end)")
    }

    private static func heard(_ samples: [Int16]) -> WhoAnswered {
        var who = WhoAnswered()
        for start in stride(from: 0, to: samples.count - 159, by: 160) {
            _ = who.hear(samples[start..<start + 160], agentSpeaks: (200..<3000).contains(start / 8))
        }
        return who
    }

    @Test("makes nobody of what answered, from the first sound on; behind a voice, or after one, it does not")
    func opening() throws {
        let music = Self.chords(12_000)
        let queue = Self.heard(Self.coded(music))
        let known = try #require(queue.evidence.music?.first)
        #expect(known.start < 7000, "\(known)")
        #expect(queue.verdict.answerer == .machine && queue.verdict.isDoubtful, "\(queue.verdict)")
        #expect(queue.verdict.reason.contains("music"))
        var please = LineSound(seed: 3)
        please.pause(300)
        please.talk(2200)
        please.pause(400)
        let hold = Self.heard(Self.coded(please.samples + music))
        #expect(hold.evidence.music == nil && hold.verdict.answerer == .person, "\(hold.verdict)")
        var hello = LineSound(seed: 4)
        hello.pause(500)
        hello.talk(700, level: -14)
        hello.pause(12_000)
        let behind = zip(hello.samples, music).map { Int16(clamping: Int($0) + Int($1) / 6) }
        let radio = Self.heard(Self.coded(behind))
        #expect(radio.evidence.music == nil && radio.verdict.answerer == .person, "\(radio.verdict)")
    }

    @Test("is not what voices do, nor silence, nor noise")
    func voices() {
        for seed in 1...6 as ClosedRange<UInt64> {
            var voice = LineSound(seed: seed)
            for _ in 0..<10 {
                voice.talk(5000)
                voice.pause(300)
            }
            #expect(Self.changes(in: Self.coded(voice.samples)).isEmpty)
        }
        var noise = LineSound(noise: -25)
        noise.pause(20_000)
        #expect(Self.changes(in: noise.samples).isEmpty)
        #expect(Self.changes(in: [Int16](repeating: 0, count: 160_000)).isEmpty)
    }

    @Test("costs less than a millisecond for each second of sound")
    func cost() {
        let samples = Self.chords(60_000)
        let time = ContinuousClock().measure { _ = Self.changes(in: samples) }
        print("music: \(time / .microseconds(1) / 60) µs for a second of sound")
        // A machine under load takes its time; tenfold is none of its doing.
        #expect(time / .milliseconds(1) / 60 < 5)
    }
}
