import Audio

/// Makes telephone audio look like what the acoustic model was trained on.
///
/// The model knows quiet rooms, not lines coded in eight bits: it reads their hiss, which comes and goes with the signal, as words. So the
/// utterance is cut to the speech in it, brought to one level, and given an even hiss of its own at −55 dB below that. Short answers
/// score half as far from the unconstrained reading that way.
enum LineConditioning {
    private static let frame = 160
    /// Kept in front of and behind the speech, in frames of 20 ms.
    private static let lead = 15
    private static let trail = 30
    /// The loudest sample afterwards.
    private static let peak: Float = 20_000
    /// Nothing is made louder than this: a line that quiet carries noise.
    private static let largestGain: Float = 16
    private static let hiss = 40

    /// Samples at 8,000 Hz in, samples at 16,000 Hz for the decoder out; none if nothing in them is loud enough to be speech.
    static func prepare(_ samples: [Int16]) -> [Int16] {
        let speech = samples[speech(in: samples)]
        guard !speech.isEmpty else { return [] }
        let loudest = speech.reduce(1) { max($0, abs(Int($1))) }
        let gain = min(largestGain, peak / Float(loudest))
        // The same hiss every time, so that the same audio is the same answer.
        var seed: UInt32 = 1
        let even = speech.map { sample in
            seed = seed &* 1_664_525 &+ 1_013_904_223
            let noise = Int(seed >> 16) % (2 * hiss + 1) - hiss
            return Int16(clamping: Int((Float(sample) * gain).rounded()) + noise)
        }
        return Resampler.convert(even, from: 8000, to: 16_000)
    }

    /// From a little before the first to a little after the last frame that stands out; nothing if it is a tone.
    private static func speech(in samples: [Int16]) -> Range<Int> {
        let levels = stride(from: 0, to: samples.count, by: frame).map { start in
            Level.decibels(samples[start..<min(samples.count, start + frame)])
        }
        guard let loudest = levels.max(), let quietest = levels.min(), loudest > VoiceActivity.quietestSpeech else {
            return 0..<0
        }
        let bound = max(loudest - 35, min(quietest + 10, loudest - 12))
        guard let first = levels.firstIndex(where: { $0 > bound }), let last = levels.lastIndex(where: { $0 > bound })
        else {
            return samples.indices
        }
        guard !isTone(levels[first...last]) else { return 0..<0 }
        return max(0, (first - lead) * frame)..<min(samples.count, (last + 1 + trail) * frame)
    }

    /// Whether the levels are those of a tone: a beep, ringback, a modem. Three of four frames are then as loud as the middle one. Of words, which
    /// rise and fall, not even half are; but a grammar finds a "bye" in any hum.
    private static func isTone(_ levels: ArraySlice<Double>) -> Bool {
        let middle = levels.sorted()[levels.count / 2]
        return levels.count { abs($0 - middle) < 1.5 } * 4 >= levels.count * 3
    }
}
