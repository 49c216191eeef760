import Calls
import Glibc

/// Music that is heard from the first sound on, and in front of which nobody has spoken: a queue, or music on hold.
struct OpeningMusic: Sendable {
    private var detector = MusicDetector()
    /// Of steady tones among the first sounds, in ms.
    private let least: Int
    /// What is louder than the tones by this, in dB, is in front of them.
    private let step: Double
    /// Frames since the first sound.
    private var frames = 0
    private var isOpening = false
    /// The last frames: it takes a moment to know that a tone stays.
    private var recent: [(level: Double, isSteady: Bool, isSpeech: Bool)] = []
    private var steady = Loudness()
    /// Of what sounds like speech and is not steady.
    private var other = Loudness()

    /// The first sounds, in frames.
    private static let opening = 150
    private static let remembered = 7

    init(_ thresholds: AnswerThresholds) {
        least = thresholds[.openingMusic]
        step = Double(thresholds[.musicStep])
    }

    /// The next 20 ms. Returns whether it plays, as far as is known.
    mutating func hear(_ frame: ToneFrame, isSpeech: Bool) -> Bool {
        let before = detector.steadiness
        _ = detector.hear(frame)
        if frames > 0 || isSpeech { frames += 1 }
        if frames <= Self.opening { isOpening = detector.steadiness >= least }
        note(frame.level, steady: (detector.steadiness - before) / 20, isSpeech)
        return detector.isPlaying && isOpening && other.level < steady.level + step
    }

    /// `steady`: how many of the last frames are known now to be, this one among them.
    private mutating func note(_ level: Double, steady count: Int, _ isSpeech: Bool) {
        recent.append((level, false, isSpeech))
        for index in recent.indices.suffix(count) { recent[index].isSteady = true }
        guard recent.count > Self.remembered else { return }
        let frame = recent.removeFirst()
        if frame.isSteady { steady.add(frame.level) } else if frame.isSpeech { other.add(frame.level) }
    }
}

/// How loud frames are on average.
private struct Loudness: Sendable {
    private var power = 0.0
    private var count = 0

    /// In dB. Of none it is as low as can be.
    var level: Double { count == 0 ? -100 : 10 * log10(power / Double(count)) }

    mutating func add(_ level: Double) {
        power += pow(10, level / 10)
        count += 1
    }
}
