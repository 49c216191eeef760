/// How 8 kHz speech is written into a packet: one byte per sample (ITU-T G.711).
package enum MediaCodec: Sendable, Hashable {
    /// µ-law, North America and Japan.
    case pcmu
    /// A-law, everywhere else.
    case pcma

    /// The payload type that RFC 3551 section 6 gives it.
    package var staticPayloadType: Int {
        switch self {
        case .pcmu: 0
        case .pcma: 8
        }
    }
}
