import CMediaSocket

/// What the packets of a payload type carry.
enum PayloadKind: Sendable {
    case foreign
    case audio(MediaCodec)
    case telephoneEvent
    /// Comfort noise (RFC 3389): the far end is silent and says so. Our silence is as good.
    case comfortNoise
}

/// What a session description agreed on, ready for the media thread.
struct StreamTerms: Sendable {
    var codec: MediaCodec
    var payloadType: UInt8
    var telephoneEventPayload: UInt8?
    /// By payload type, 128 of them.
    var kinds: [PayloadKind]
    var sends: Bool
    var receives: Bool

    init(_ remote: MediaRemote, isNowhere: Bool) {
        codec = remote.codec
        payloadType = UInt8(remote.payloadType & 0x7F)
        telephoneEventPayload = remote.telephoneEventPayload.map { UInt8($0 & 0x7F) }
        sends = remote.sends && !isNowhere
        receives = remote.receives && !isNowhere
        kinds = [PayloadKind](repeating: .foreign, count: 128)
        kinds[13] = .comfortNoise
        for (payload, codec) in remote.alternatives { kinds[payload & 0x7F] = .audio(codec) }
        kinds[Int(payloadType)] = .audio(remote.codec)
        if let telephoneEventPayload { kinds[Int(telephoneEventPayload)] = .telephoneEvent }
    }
}

/// Where the far end is, and what was agreed with it.
struct StreamPeer: Sendable {
    var rtp = media_address()
    var rtcp = media_address()
    /// `0.0.0.0` or `::`: the far end is there, but no audio goes anywhere.
    var isNowhere: Bool
    var terms: StreamTerms

    /// `family` is that of our own sockets.
    init(_ remote: MediaRemote, family: sa_family_t) throws(MediaError) {
        isNowhere = remote.address == "0.0.0.0" || remote.address == "::"
        terms = StreamTerms(remote, isNowhere: isNowhere)
        let rtcpPort = remote.rtcpPort ?? min(remote.port + 1, 65_535)
        guard (1...65_535).contains(remote.port), (1...65_535).contains(rtcpPort),
            media_resolve(remote.address, UInt16(remote.port), &rtp) == 0,
            media_resolve(remote.address, UInt16(rtcpPort), &rtcp) == 0,
            rtp.storage.ss_family == family
        else { throw MediaError.badAddress(remote.address, port: remote.port) }
    }
}

extension media_address {
    func isSame(as other: media_address) -> Bool {
        withUnsafeBytes(of: storage) { mine in
            withUnsafeBytes(of: other.storage) { theirs in
                mine.prefix(Int(length)).elementsEqual(theirs.prefix(Int(other.length)))
            }
        }
    }
}
