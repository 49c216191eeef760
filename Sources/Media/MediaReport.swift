/// What a stream has done so far. A snapshot: the numbers go on while the stream is open.
package struct MediaReport: Sendable, Hashable {
    package var packetsSent = 0
    /// Payload bytes sent, without RTP headers.
    package var bytesSent = 0
    /// Valid packets of the far end, duplicates included.
    package var packetsReceived = 0
    /// Payload bytes received, without RTP headers.
    package var bytesReceived = 0
    /// Sequence numbers that never came (RFC 3550 appendix A.3); duplicates can make it smaller than the truth.
    package var packetsLost = 0
    /// Packets that came after their moment had passed, and were thrown away.
    package var packetsLate = 0
    /// Datagrams that were not RTP of this session: foreign sender, foreign source or payload type, garbage.
    package var packetsRefused = 0
    /// Samples that were made up because nothing was there to be played while the far end was talking.
    package var samplesConcealed = 0
    /// Interarrival jitter in ms (RFC 3550 section 6.4.1).
    package var jitterMilliseconds = 0.0
    /// How much of the far end's audio is held back at present, in ms.
    package var bufferMilliseconds = 0
    /// What the far end says it lost of ours, 0…1 of the last interval; nil before its first RTCP report.
    package var remoteLoss: Double?
    /// From the far end's RTCP reports, in ms.
    package var roundTripMilliseconds: Double?
    /// Microseconds since 1970.
    package var firstPacketSentAt: Int64?
    /// Microseconds since 1970.
    package var firstPacketReceivedAt: Int64?
    package var recording: RecordingOutcome = .none
}

/// What became of a stream's recording.
package enum RecordingOutcome: Sendable, Hashable {
    /// None was asked for, or the clock never started.
    case none
    case running
    /// The file lies at its final path; samples per channel.
    case complete(samples: Int)
    /// The disk refused. The call went on.
    case failed(String)
}
