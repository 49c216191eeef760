import Glibc

/// Tells speech from background by its level, in frames of 20 ms at 8 kHz.
///
/// The level of the background is followed by the quietest frames of the last seconds; a frame well above it is speech, and speech goes on for
/// a hangover so that the pauses inside words do not cut it. Works without knowing how loud the line is.
package struct VoiceActivity: Sendable {
    package struct Configuration: Sendable {
        /// How far above the background speech begins, in dB.
        package var rise: Double
        /// How far above the background it may fall while it goes on, in dB.
        package var sustain: Double
        /// No quieter frame is speech, however quiet the background, in dB below full scale.
        package var minimumLevel: Double
        /// Loud frames in a row before it counts as speech: a click is not a word.
        package var onsetFrames: Int
        /// Quiet frames after which it is over.
        package var hangoverFrames: Int
        /// The background is the loudest of so many frames in a row: shorter dips are lost packets that fade, and no pause between words.
        package var fadeFrames: Int

        package init(
            rise: Double = 6,
            sustain: Double = 4,
            minimumLevel: Double = VoiceActivity.quietestSpeech,
            onsetFrames: Int = 2,
            hangoverFrames: Int = 8,
            fadeFrames: Int = 1
        ) {
            self.rise = rise
            self.sustain = sustain
            self.minimumLevel = minimumLevel
            self.onsetFrames = onsetFrames
            self.hangoverFrames = hangoverFrames
            self.fadeFrames = fadeFrames
        }
    }

    package struct Decision: Sendable, Hashable {
        package var isSpeech: Bool
        /// Whether this frame itself stands out from the background, which in the hangover it does not.
        package var isLoud: Bool
        /// Of this frame, in dB below full scale.
        package var level: Double
        /// What the background is taken to be, in dB below full scale.
        package var background: Double
    }

    /// 20 ms at 8 kHz.
    package static let frameLength = 160
    /// No frame quieter than this is speech on a telephone line, in dB below full scale.
    package static let quietestSpeech = -52.0

    private let configuration: Configuration
    private var background: BackgroundLevel
    private var loudFrames = 0
    private var quietFrames = 0
    private var isSpeech = false

    package init(configuration: Configuration = Configuration()) {
        self.configuration = configuration
        background = BackgroundLevel(fadeFrames: configuration.fadeFrames)
    }

    /// Decides about the next frame. Frames must follow one another without a gap.
    @specialized(where Samples == ArraySlice<Int16>)
    @specialized(where Samples == [Int16])
    package mutating func decide<Samples: Collection<Int16>>(_ frame: Samples) -> Decision {
        let level = Self.levelWithoutOffset(frame)
        background.note(level)
        let above = level - background.level
        let threshold = isSpeech ? configuration.sustain : configuration.rise
        let isLoud = above > threshold && level > configuration.minimumLevel
        if isLoud {
            loudFrames += 1
            quietFrames = 0
            if loudFrames >= configuration.onsetFrames { isSpeech = true }
        } else {
            loudFrames = 0
            quietFrames += 1
            if quietFrames >= configuration.hangoverFrames { isSpeech = false }
        }
        return Decision(isSpeech: isSpeech, isLoud: isLoud, level: level, background: background.level)
    }

    /// The RMS level around the frame's own mean: cheap lines have a constant offset.
    private static func levelWithoutOffset(_ frame: some Collection<Int16>) -> Double {
        guard !frame.isEmpty else { return Level.floor }
        var sum = 0.0
        var squares = 0.0
        for sample in frame {
            sum += Double(sample)
            squares += Double(sample) * Double(sample)
        }
        let count = Double(frame.count)
        let variance = squares / count - (sum / count) * (sum / count)
        guard variance > 0 else { return Level.floor }
        return max(Level.floor, 10 * log10(variance) - 20 * log10(32_768))
    }
}

/// The level of the quietest part of the last four seconds, smoothed.
///
/// Even fast talkers pause within four seconds, so the minimum of that time is background; a background that grows louder is believed after
/// as long.
private struct BackgroundLevel: Sendable {
    /// In dB below full scale.
    private(set) var level = Self.assumed

    private let fadeFrames: Int
    /// The last levels, as many as a fading packet has.
    private var recent: [Double] = []
    /// Minima of eight half seconds.
    private var minima: [Double] = []
    private var current = Double.infinity
    private var frames = 0
    private var smoothed: Double?
    private var silentFrames = 0
    private var hasHeardSound = false

    private static let framesPerMinimum = 25
    private static let minimaKept = 8
    /// The minimum of many frames lies below their mean; by about this much for stationary noise.
    private static let bias = 2.0
    /// Until half a second was heard, a line that is louder than this is taken for speech: callees say hello at once.
    private static let assumed = -45.0
    /// No background is taken to be quieter, or the line's own hiss would be speech after a moment of near silence.
    private static let quietest = -75.0
    /// What a digitally silent line is taken to have for background.
    private static let digitalSilence = -60.0
    private static let silentFramesBelieved = 3

    init(fadeFrames: Int) {
        self.fadeFrames = fadeFrames
    }

    mutating func note(_ frameLevel: Double) {
        guard let believed = believed(frameLevel) else { return }
        recent.append(believed)
        if recent.count > fadeFrames { recent.removeFirst() }
        let frameLevel = recent.max() ?? believed
        // Single frames fluctuate; two at a time fluctuate less.
        let steady = smoothed.map { 0.5 * $0 + 0.5 * frameLevel } ?? frameLevel
        smoothed = steady
        current = min(current, max(steady, Self.quietest))
        frames += 1
        if frames == Self.framesPerMinimum {
            minima.append(current)
            if minima.count > Self.minimaKept { minima.removeFirst() }
            current = .infinity
            frames = 0
        }
        level = min(current, minima.min() ?? Self.assumed) + Self.bias
    }

    /// Digital silence is no background. Before the first sound it means that no packet came yet, and a frame or two of it that some were lost. Only
    /// a longer run means that the line is silent between words.
    private mutating func believed(_ frameLevel: Double) -> Double? {
        guard frameLevel <= Level.floor else {
            silentFrames = 0
            hasHeardSound = true
            return frameLevel
        }
        silentFrames += 1
        return hasHeardSound && silentFrames >= Self.silentFramesBelieved ? Self.digitalSilence : nil
    }
}
