import Audio
import CMediaSocket
import Glibc
import Synchronization

/// The media thread's side of a stream: sockets, sequence numbers, jitter buffer, clock.
///
/// `@unchecked Sendable`: made by whoever opens the stream, then handed to one media thread, which is the only one to touch it.
final class StreamCore: @unchecked Sendable {
    let shared: StreamShared
    let rtp: Int32
    let rtcp: Int32
    let noMediaTimeout: Int64
    /// Where the media thread keeps it.
    var slot = 0

    /// Nil until the far end is known.
    var terms: StreamTerms?
    let rtpPeer: UnsafeMutablePointer<media_address>
    let rtcpPeer: UnsafeMutablePointer<media_address>
    /// RTP datagrams that may still be taken in this tick; what is more waits in the kernel, and is dropped there.
    var budget = StreamCore.budgetPerTick
    var isMuted = false

    // What is heard.
    var source = RTPSource()
    var jitter: JitterBuffer
    var telephoneEvents = TelephoneEventReader()
    let concealment = Concealment()
    var lastHeard: Int64 = 0
    var hasReportedNoMedia = false
    var hasHeardAnything = false
    /// The first packet of a source that is not proved yet.
    let unproven: UnsafeMutableBufferPointer<UInt8>
    var unprovenLength = 0
    let decoded: UnsafeMutableBufferPointer<Int16>
    let heard: UnsafeMutableBufferPointer<Int16>
    var receivingLoss: Impairment?

    // What is said.
    let ssrc = UInt32.random(in: 1...UInt32.max)
    let firstTimestamp = UInt32.random(in: 0...UInt32.max)
    var sequence = UInt16.random(in: 0...0x7FFF)
    var keys = KeyPresses()
    var keyTimestamp: UInt32 = 0
    var needsMarker = true
    var gain: Float = 1
    var sendingLoss: Impairment?
    let packet: UnsafeMutableBufferPointer<UInt8>
    let said: UnsafeMutableBufferPointer<Int16>

    // The clock.
    var isClockRunning = false
    /// In samples since it started.
    var position = 0
    /// Samples that the RTP clock is ahead of `position`.
    private var skippedSamples: UInt32 = 0

    // RTCP.
    let name: [UInt8] = Array(String(UInt64.random(in: 0...UInt64.max), radix: 36).utf8)
    var nextReport: Int64 = 0
    var senderReport: (clock: UInt32, at: Int64)?

    static let tickLength = 160
    private static let budgetPerTick = 64
    private static let longestUnproven = 2_048
    private static let timeForNewSource: Int64 = 2_000_000_000

    init(shared: StreamShared, rtp: Int32, rtcp: Int32, noMediaTimeout: Duration, jitterDelay: Int) {
        jitter = JitterBuffer(delay: jitterDelay)
        self.shared = shared
        self.rtp = rtp
        self.rtcp = rtcp
        self.noMediaTimeout =
            noMediaTimeout.components.seconds * 1_000_000_000 + noMediaTimeout.components.attoseconds / 1_000_000_000
        rtpPeer = .allocate(capacity: 1)
        rtcpPeer = .allocate(capacity: 1)
        rtpPeer.initialize(to: media_address())
        rtcpPeer.initialize(to: media_address())
        unproven = .allocate(capacity: Self.longestUnproven)
        decoded = .allocate(capacity: JitterBuffer.longestPacket)
        heard = .allocate(capacity: Self.tickLength)
        packet = .allocate(capacity: RTCPReport.longest)
        said = .allocate(capacity: Self.tickLength)
        unproven.initialize(repeating: 0)
        decoded.initialize(repeating: 0)
        heard.initialize(repeating: 0)
        packet.initialize(repeating: 0)
        said.initialize(repeating: 0)
    }

    deinit {
        rtpPeer.deallocate()
        rtcpPeer.deallocate()
        unproven.deallocate()
        decoded.deallocate()
        heard.deallocate()
        packet.deallocate()
        said.deallocate()
    }

    var canSend: Bool { terms?.sends == true && isClockRunning }

    /// Takes what the session description says now. Returns an errno if the sockets refuse the address.
    func connect(to peer: StreamPeer, at now: Int64) -> Int32 {
        let isSamePlace = terms != nil && rtpPeer.pointee.isSame(as: peer.rtp) && rtcpPeer.pointee.isSame(as: peer.rtcp)
        if !isSamePlace, !peer.isNowhere {
            rtpPeer.pointee = peer.rtp
            rtcpPeer.pointee = peer.rtcp
            let failure = min(media_udp_connect(rtp, rtpPeer), media_udp_connect(rtcp, rtcpPeer))
            guard failure == 0 else { return -failure }
        }
        terms = peer.terms
        // Another place, or another device in the same place: ringback ended, somebody answered.
        source.reopen(until: now + Self.timeForNewSource)
        needsMarker = true
        lastHeard = now
        hasReportedNoMedia = false
        return 0
    }

    func startClock(at now: Int64) {
        guard !isClockRunning else { return }
        isClockRunning = true
        lastHeard = now
        nextReport = now + Self.reportInterval()
        sendTick(at: now)
        heard.update(repeating: 0)
        advanceClock()
    }

    /// The receiving half of a tick; the sending half goes before, for all streams.
    func receiveTick(at now: Int64) {
        budget = Self.budgetPerTick
        guard terms != nil || isClockRunning else { return }
        var tick = heard.mutableSpan
        jitter.take(into: &tick)
        concealment.repair(heard)
        shared.counters.samplesConcealed.set(jitter.concealed)
        shared.counters.depth.set(jitter.depth)
        guard isClockRunning else { return }
        advanceClock()
        watchForSilence(at: now)
        if now >= nextReport {
            nextReport = now + Self.reportInterval()
            sendReport(isGoodbye: false, at: now)
        }
    }

    /// The last packets, and the end of both sockets.
    func close(at now: Int64) {
        if shared.counters.packetsSent.value > 0 { sendReport(isGoodbye: true, at: now) }
        Glibc.close(rtp)
        Glibc.close(rtcp)
        shared.isSilent.store(true, ordering: .releasing)
    }

    /// Ticks that the thread could not make up for: the clock on the wire goes on, that of the recording does not.
    func skipTicks(_ count: Int) {
        guard isClockRunning else { return }
        skippedSamples &+= UInt32(truncatingIfNeeded: count * Self.tickLength)
        needsMarker = true
    }

    var timestamp: UInt32 {
        firstTimestamp &+ UInt32(truncatingIfNeeded: position) &+ skippedSamples
    }

    func tell(_ news: UInt8) {
        if shared.news.reserve() != nil { shared.news.publish(news) }
    }

    private func advanceClock() {
        let (played, isIdle) = shared.playing.progress
        _ = shared.clocked.push(
            HeardAndSaid.Tick(position: position, played: played, isIdle: isIdle),
            heard: heard,
            said: said
        )
        position += Self.tickLength
    }

    private func watchForSilence(at now: Int64) {
        guard noMediaTimeout > 0, terms?.receives == true, !hasReportedNoMedia, now - lastHeard > noMediaTimeout else {
            return
        }
        hasReportedNoMedia = true
        tell(StreamNews.noMedia)
    }

    /// Five seconds, spread so that the reports of many calls do not fall together (RFC 3550 section 6.2).
    private static func reportInterval() -> Int64 {
        Int64.random(in: 2_500_000_000...7_500_000_000)
    }
}
