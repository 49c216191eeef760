import Glibc
import Synchronization
package import Telephony

/// The audio of one call: an RTP and an RTCP socket, a clock, and what is heard and said on it.
///
/// A stream that nobody holds any more closes itself, without waiting for its recording.
package final class MediaStream: LegAudio, Sendable {
    package let localAddress: String
    /// Even; RTCP has the port above.
    package let localPort: Int
    package let ticks: AsyncStream<AudioTick>
    /// In order; finishes at `close`. For one consumer.
    package let events: AsyncStream<MediaEvent>

    private let family: sa_family_t
    private let core: StreamCore
    private let thread: MediaThread

    private var shared: StreamShared { core.shared }

    init(
        localAddress: String,
        localPort: Int,
        family: sa_family_t,
        ticks: AsyncStream<AudioTick>,
        events: AsyncStream<MediaEvent>,
        core: StreamCore,
        thread: MediaThread
    ) {
        self.localAddress = localAddress
        self.localPort = localPort
        self.family = family
        self.ticks = ticks
        self.events = events
        self.core = core
        self.thread = thread
    }

    deinit {
        thread.post(.close(core))
    }

    /// Says where the audio goes to and may come from. May be called again: for 183 and 200, a re-INVITE, a hold.
    ///
    /// Nothing else ever moves the far end: a packet from elsewhere is not heard, let alone answered.
    package func connect(to remote: MediaRemote) throws(MediaError) {
        thread.post(.connect(core, try StreamPeer(remote, family: family)))
        shared.isALaw.store(remote.codec == .pcma, ordering: .relaxed)
    }

    /// Starts ticks, recording and sending, at the answer; the first packet leaves at once. Again: no effect.
    ///
    /// Before it nothing is ever sent. An exchange that plays early media starts the clock early.
    package func startClock() {
        shared.playing.startClock()
        thread.post(.startClock(core))
    }

    /// Queues RFC 4733 events, 100 ms each; in-band tones if the far end has no telephone-event. Anything but `0`–`9`, `*`, `#`, `A`–`D` is
    /// skipped. What is queued to be played waits meanwhile.
    package func sendDigits(_ digits: String) {
        thread.post(.press(core, digits.compactMap { TelephoneEvent.code(of: $0) }))
    }

    @discardableResult
    package func play(_ samples: [Int16]) -> Range<Int64> {
        let range = shared.playing.append(samples)
        return Int64(range.lowerBound)..<Int64(range.upperBound)
    }

    @discardableResult
    package func stopPlaying() -> Int64 {
        Int64(shared.playing.drop())
    }

    package func setGain(_ gain: Float) {
        shared.gain.store(min(1, max(0, gain)).bitPattern, ordering: .relaxed)
    }

    package func listen(_ listener: AsyncStream<LegSound>.Continuation) {
        shared.listeners.add(listener)
    }

    package func wake() {
        shared.ticks.yield(.none)
    }

    package var coding: LineCoding { shared.isALaw.load(ordering: .relaxed) ? .aLaw : .muLaw }

    /// Drops this share of our own outgoing RTP packets, by the seed: the phone lab's lossy line. Zero ends it.
    package func impair(lossPercent: Double, seed: UInt64) {
        thread.post(.impair(core, sending: Impairment(lossPercent: lossPercent, seed: seed), receiving: nil))
    }

    /// Drops this share of the RTP packets in either direction, by the seed.
    package func impairBothWays(lossPercent: Double, seed: UInt64) {
        let sending = Impairment(lossPercent: lossPercent, seed: seed)
        thread.post(.impair(core, sending: sending, receiving: Impairment(lossPercent: lossPercent, seed: ~seed)))
    }

    package var isHungUp: Bool { shared.isHungUp.load(ordering: .acquiring) }

    /// Stops sending, says BYE by RTCP, frees the ports, and finishes the recording before it returns. Again: waits for the same end. `isHungUp`: the far
    /// end put the line down.
    package func close(isHungUp: Bool = false) async {
        if isHungUp { shared.isHungUp.store(true, ordering: .releasing) }
        thread.post(.close(core))
        await shared.waitUntilClosed()
    }

    package var report: MediaReport {
        shared.counters.report(recording: shared.recording?.outcome ?? .none)
    }
}
