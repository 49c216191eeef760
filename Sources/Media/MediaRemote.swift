/// The far end's half of an agreed session description: where its audio comes from and goes to, and in what form.
package struct MediaRemote: Sendable, Hashable {
    /// A numeric IPv4 or IPv6 address. `0.0.0.0` is the old way of putting a call on hold (RFC 3264 section 8.4).
    package var address: String
    /// The far end's RTP port. Packets from any other address or port are never heard.
    package var port: Int
    /// The far end's RTCP port; nil means the port above (RFC 3550 section 11).
    package var rtcpPort: Int?
    /// What we send.
    package var codec: MediaCodec
    /// The number that announces `codec` in the packets, both ways.
    package var payloadType: Int
    /// Other numbers that the far end may switch to, because both sides named them.
    package var alternatives: [Int: MediaCodec]
    /// The number of `telephone-event/8000` (RFC 4733). Nil: digits go out as tones in the audio.
    package var telephoneEventPayload: Int?
    /// Whether we may send: false while the far end holds us with `sendonly` or `inactive`.
    package var sends: Bool
    /// Whether the far end sends: false for its `recvonly` and `inactive`.
    package var receives: Bool

    package init(
        address: String,
        port: Int,
        rtcpPort: Int? = nil,
        codec: MediaCodec,
        payloadType: Int? = nil,
        alternatives: [Int: MediaCodec] = [:],
        telephoneEventPayload: Int? = nil,
        sends: Bool = true,
        receives: Bool = true
    ) {
        self.address = address
        self.port = port
        self.rtcpPort = rtcpPort
        self.codec = codec
        self.payloadType = payloadType ?? codec.staticPayloadType
        self.alternatives = alternatives
        self.telephoneEventPayload = telephoneEventPayload
        self.sends = sends
        self.receives = receives
    }
}
