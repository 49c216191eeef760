package import Telephony

/// The audio of one call: an RTP and an RTCP socket, a clock, and what is heard and said on it.
package final class MediaStream: LegAudio, Sendable {
    package let localAddress: String
    /// Even; RTCP has the port above.
    package let localPort: Int
    package let ticks: AsyncStream<AudioTick>
    /// In order; finishes at `close`. For one consumer.
    package let events: AsyncStream<MediaEvent>

    private let tickContinuation: AsyncStream<AudioTick>.Continuation
    private let eventContinuation: AsyncStream<MediaEvent>.Continuation

    init(localAddress: String, localPort: Int) {
        self.localAddress = localAddress
        self.localPort = localPort
        (ticks, tickContinuation) = AsyncStream.makeStream(bufferingPolicy: .bufferingNewest(250))
        (events, eventContinuation) = AsyncStream.makeStream()
    }

    /// Says where the audio goes to and may come from. May be called again: for 183 and 200, a re-INVITE, a hold.
    package func connect(to remote: MediaRemote) throws(MediaError) {}

    /// Starts ticks, recording and sending, at the answer; the first packet leaves at once. Again: no effect.
    ///
    /// Before it nothing is ever sent. An exchange that plays early media starts the clock early.
    package func startClock() {}

    /// Queues RFC 4733 events, 100 ms each. Anything but `0`–`9`, `*`, `#`, `A`–`D` is skipped.
    package func sendDigits(_ digits: String) {}

    @discardableResult
    package func play(_ samples: [Int16]) -> Range<Int64> { 0..<Int64(samples.count) }

    @discardableResult
    package func stopPlaying() -> Int64 { 0 }

    package func setGain(_ gain: Float) {}

    /// Drops this share of our own outgoing RTP packets, by the seed: the phone lab's lossy line. Zero ends it.
    package func impair(lossPercent: Double, seed: UInt64) {}

    /// Stops sending, says BYE by RTCP, frees the ports, and finishes the recording before it returns.
    package func close() async {
        tickContinuation.finish()
        eventContinuation.finish()
    }

    package var report: MediaReport { MediaReport() }
}
