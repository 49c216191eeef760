import Telephony

/// What the callee sends: its own sound, and the ambience behind it.
///
/// Without ambience, sound goes straight into the line's queue. With it, the queue is kept here and mixed tick by tick, a cushion ahead of
/// what goes out, because a line plays one sound at a time.
struct LineOutput {
    /// 60 ms.
    private static let cushion = 480
    /// 200 ms. Further ahead than this after a stall of this machine, ticks are left out until the cushion is thin again.
    private static let thickest = 1600

    private let audio: any LegAudio
    private var ambience: AmbientSound?
    /// Own sound that is not in the line's queue yet. Used with an ambience only.
    private var waiting: [Int16] = []
    /// Where what was queued ends, in samples ever queued.
    private var queued: Int64 = 0
    /// How far the line had come at the end of the last tick.
    private var played: Int64 = 0

    init(audio: any LegAudio) {
        self.audio = audio
    }

    /// From here on the caller hears it behind everything.
    mutating func begin(_ ambience: AmbientSound) {
        self.ambience = ambience
        queued = audio.play([Int16](repeating: 0, count: Self.cushion)).upperBound
    }

    /// Own sound still to go out, in samples.
    var backlog: Int { ambience == nil ? max(0, Int(queued - played)) : waiting.count }

    mutating func send(_ samples: [Int16]) {
        guard !samples.isEmpty else { return }
        if ambience == nil {
            queued = audio.play(samples).upperBound
        } else {
            waiting += samples
        }
    }

    /// A tick has passed.
    mutating func advance(_ tick: AudioTick) {
        played = max(played, tick.played)
        guard let background = ambience?.next(hearing: tick.samples), queued - played < Self.thickest else { return }
        let own = waiting.prefix(background.count)
        let mixed = background.enumerated().map { index, sample in
            index < own.count ? Int16(clamping: Int(sample) + Int(own[index])) : sample
        }
        waiting.removeFirst(own.count)
        queued = audio.play(mixed).upperBound
    }
}
