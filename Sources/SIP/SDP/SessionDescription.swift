/// A session description (RFC 4566), as much of it as a telephone call needs.
///
/// Reading is tolerant: unknown lines are skipped, a description that breaks the order of lines is taken, and what the media level
/// does not say is inherited from the session level. Writing is strict.
struct SessionDescription: Sendable, Hashable {
    /// The `o=` line. The version grows by one with every changed description of the same session (RFC 3264 section 8).
    struct Origin: Sendable, Hashable {
        var sessionID: UInt64
        var version: UInt64
        var address: String
    }

    enum Direction: String, Sendable, Hashable {
        case sendrecv
        case sendonly
        case recvonly
        case inactive

        /// What the answerer may do when this was offered (RFC 3264 section 6.1).
        var answered: Direction {
            switch self {
            case .sendrecv: .sendrecv
            case .sendonly: .recvonly
            case .recvonly: .sendonly
            case .inactive: .inactive
            }
        }

        var sends: Bool { self == .sendrecv || self == .sendonly }
        var receives: Bool { self == .sendrecv || self == .recvonly }
    }

    /// One `m=` line and what follows it.
    struct Media: Sendable, Hashable {
        /// `audio`, `video`, `image`, …
        var kind: String
        /// 0 means refused, or not used any more.
        var port: UInt16
        /// `RTP/AVP`
        var transport: String
        /// Payload types in order of preference, as written: for RTP, numbers.
        var formats: [String]
        /// IPv4. Nil if neither here nor at the session level.
        var address: String?
        var direction: Direction
        /// `a=rtpmap`, by payload type: `PCMU/8000`.
        var encodings: [String: String]
        /// `a=fmtp`, by payload type.
        var parameters: [String: String]
        /// Milliseconds of audio in a packet.
        var packetTime: Int?
    }

    var origin: Origin
    var media: [Media]
}

/// Why a description could not be used.
enum SDPError: Error, Hashable {
    case empty
    /// The line, as far as it is needed to find it.
    case malformedLine(String)
    case noAudio
    /// An `m=audio` line with port 0.
    case audioRefused
    case noAddress
    case unsupportedAddress(String)
    case unsupportedTransport(String)
    case noCommonCodec
}
