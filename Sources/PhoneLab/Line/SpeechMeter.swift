import Audio

/// Follows what the caller sends: when its first sound came, and when it spoke.
struct SpeechMeter: Sendable {
    /// Louder than this, in dB of full scale, is a sound and not the noise of an encoder.
    private static let soundLevel = -50.0

    private var activity = VoiceActivity()
    /// Where the first sound was, in samples on the line's clock.
    private(set) var firstSound: Int64?
    private(set) var isSpeech = false

    /// Whether speech began or ended, and where, in samples.
    enum Change: Sendable, Hashable {
        case began(Int64)
        case ended(Int64)
    }

    /// Notes the first sound only.
    mutating func note(_ samples: [Int16], at position: Int64) {
        guard firstSound == nil else { return }
        for start in stride(from: 0, to: samples.count, by: VoiceActivity.frameLength) {
            let frame = samples[start..<min(samples.count, start + VoiceActivity.frameLength)]
            if Level.decibels(frame) > Self.soundLevel {
                firstSound = position + Int64(start)
                return
            }
        }
    }

    /// Follows speech and silence too. `samples` are whole frames of 20 ms.
    mutating func follow(_ samples: [Int16], at position: Int64) -> [Change] {
        note(samples, at: position)
        var changes: [Change] = []
        for start in stride(from: 0, to: samples.count, by: VoiceActivity.frameLength) {
            let frame = samples[start..<min(samples.count, start + VoiceActivity.frameLength)]
            let wasSpeech = isSpeech
            isSpeech = activity.decide(frame).isSpeech
            guard isSpeech != wasSpeech else { continue }
            let place = position + Int64(start)
            changes.append(isSpeech ? .began(place) : .ended(place))
        }
        return changes
    }
}
