/// The audio of one leg: 8,000 samples a second, 16-bit, mono, both ways, on one clock.
///
/// The clock is the media thread's: it starts with the answer and advances by 160 samples (20 ms) per tick whether or not a packet
/// came. What was not received is concealed or silent, what was not given to `play` is silence, so position n of the recording's left
/// channel is the same moment as position n of its right channel.
package protocol LegAudio: Sendable {
    /// What the callee says, from the answer to the end of the line. For one consumer. Slow consumers lose the oldest ticks.
    var ticks: AsyncStream<AudioTick> { get }

    /// Queues samples behind what is still to be played. Returns where they begin and end, counted in samples ever queued.
    @discardableResult
    func play(_ samples: [Int16]) -> Range<Int64>

    /// Drops everything queued and not yet sent; the wire is silent within one packet (20 ms). Returns how far it had come, in samples
    /// ever queued; the dropped ones are skipped, so `AudioTick.played` jumps over them.
    @discardableResult
    func stopPlaying() -> Int64

    /// Makes what is played quieter (0…1) until set again. 0 holds it: the wire is silent, and what is queued waits. Used while it is not yet
    /// sure that the callee interrupts.
    func setGain(_ gain: Float)

    /// From now on also gives both sides to `listener`, until the line is down or nobody reads any more; then finishes it. Any number may
    /// listen, and none can hold up the audio: `listener` should buffer a bounded number of the newest.
    func listen(_ listener: AsyncStream<LegSound>.Continuation)

    /// How the far end wants the audio written, as far as it has said so.
    var coding: LineCoding { get }

    /// Gives `AudioTick.none` as the next tick, at once: whoever has something to do need not wait for the line's next 20 ms. A line whose clock
    /// stands still meanwhile has no reason to.
    func wake()

    /// Whether it was the far end that put the line down. Known when `ticks` is over.
    var isHungUp: Bool { get }
}

extension LegAudio {
    package var isHungUp: Bool { false }
    package var coding: LineCoding { .muLaw }
    package func wake() {}
}

/// The two codings of the telephone network (ITU-T G.711).
package enum LineCoding: Sendable, Hashable {
    case muLaw
    case aLaw
}

/// 20 ms or more of both sides of one leg, as the recording has them.
package struct LegSound: Sendable, Hashable {
    /// Pairs of samples: what the callee said, then what was played to them.
    package var samples: [Int16]
    /// The first pair's place on the recording's clock.
    package var position: Int64

    package init(samples: [Int16], position: Int64) {
        self.samples = samples
        self.position = position
    }
}

/// 20 ms or more of one leg.
package struct AudioTick: Sendable {
    /// In which no time has passed.
    package static let none = AudioTick(samples: [], position: 0, played: 0, isIdle: false)

    /// What the callee said: a multiple of 160 samples. Nothing: the tick is `none`, and says nothing of the line.
    package var samples: [Int16]
    /// The first sample's place on the recording's clock.
    package var position: Int64
    /// Everything given to `play` before this place has gone out, or was dropped, at the end of this tick.
    package var played: Int64
    /// Whether nothing given to `play` is left to go out.
    package var isIdle: Bool

    package init(samples: [Int16], position: Int64, played: Int64, isIdle: Bool) {
        self.samples = samples
        self.position = position
        self.played = played
        self.isIdle = isIdle
    }
}
