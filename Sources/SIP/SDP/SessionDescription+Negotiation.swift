/// The two codecs of every telephone network (ITU-T G.711).
package enum TrunkCodec: String, Sendable, Hashable, Codable, CaseIterable {
    case pcmu
    case pcma

    /// The static payload type (RFC 3551 table 4).
    var payload: UInt8 {
        switch self {
        case .pcmu: 0
        case .pcma: 8
        }
    }

    /// As in `a=rtpmap`.
    var encoding: String {
        switch self {
        case .pcmu: "PCMU/8000"
        case .pcma: "PCMA/8000"
        }
    }
}

/// What both sides agreed on.
struct NegotiatedAudio: Sendable, Hashable {
    /// Where the far end wants our packets.
    var address: String
    var port: UInt16
    var codec: TrunkCodec
    /// The number the far end wants `codec` under.
    var payload: UInt8
    /// The other codecs of ours that the far end named, under its numbers: it may switch without a word.
    var alternatives: [UInt8: TrunkCodec]
    /// For RFC 4733 events; nil if the far end takes none.
    var telephoneEventPayload: UInt8?
    /// What we may do.
    var sends: Bool
    var receives: Bool
}

extension SessionDescription {
    /// Our own side, as often as it is described: the address and port stay, the version grows when the text changes.
    struct Local: Sendable {
        let sessionID: UInt64
        let address: String
        let port: UInt16
        let codecs: [TrunkCodec]
        private var last: SessionDescription?

        init(sessionID: UInt64, address: String, port: UInt16, codecs: [TrunkCodec]) {
            self.sessionID = sessionID
            self.address = address
            self.port = port
            self.codecs = codecs
        }

        /// Everything we can do (RFC 3264 section 5).
        mutating func offer() -> SessionDescription {
            describe([audio(codecs: codecs.map { ($0, String($0.payload)) }, event: "101", direction: .sendrecv)])
        }

        /// The answer to `offer`: the first of its codecs that we know, and every other medium refused (RFC 3264 section 6).
        mutating func answer(_ offer: SessionDescription) throws(SDPError) -> (SessionDescription, NegotiatedAudio) {
            let index = try offer.audioIndex()
            var agreed = try offer.negotiated(at: index, codecs: codecs)
            // Our answer names one codec: the far end has to stay with it.
            agreed.alternatives = [:]
            let direction: Direction =
                switch (agreed.sends, agreed.receives) {
                case (true, true): .sendrecv
                case (true, false): .sendonly
                case (false, true): .recvonly
                case (false, false): .inactive
                }
            let media = offer.media.indices.map { position in
                position == index
                    ? audio(
                        codecs: [(agreed.codec, String(agreed.payload))],
                        event: agreed.telephoneEventPayload.map(String.init),
                        direction: direction
                    )
                    : offer.media[position].refused
            }
            return (describe(media), agreed)
        }

        private mutating func describe(_ media: [Media]) -> SessionDescription {
            var description = SessionDescription(
                origin: Origin(sessionID: sessionID, version: last?.origin.version ?? 1, address: address),
                media: media
            )
            if let last, last != description { description.origin.version += 1 }
            last = description
            return description
        }

        private func audio(codecs: [(TrunkCodec, String)], event: String?, direction: Direction) -> Media {
            var encodings = Dictionary(uniqueKeysWithValues: codecs.map { ($0.1, $0.0.encoding) })
            if let event { encodings[event] = "telephone-event/8000" }
            return Media(
                kind: "audio",
                port: port,
                transport: "RTP/AVP",
                formats: codecs.map(\.1) + (event.map { [$0] } ?? []),
                address: nil,
                direction: direction,
                encodings: encodings,
                parameters: event.map { [$0: "0-15"] } ?? [:],
                packetTime: 20
            )
        }
    }

    /// Reads this description as the far end's: what we may send it, and under which numbers.
    func negotiated(codecs: [TrunkCodec]) throws(SDPError) -> NegotiatedAudio {
        try negotiated(at: audioIndex(), codecs: codecs)
    }

    /// The first audio that is not refused.
    private func audioIndex() throws(SDPError) -> Int {
        if let index = media.firstIndex(where: { $0.kind == "audio" && $0.port != 0 }) { return index }
        throw media.contains { $0.kind == "audio" } ? .audioRefused : .noAudio
    }

    private func negotiated(at index: Int, codecs: [TrunkCodec]) throws(SDPError) -> NegotiatedAudio {
        let audio = media[index]
        guard audio.transport == "RTP/AVP" else { throw .unsupportedTransport(audio.transport) }
        guard let address = audio.address else { throw .noAddress }
        guard let (codec, payload) = audio.firstCodec(among: codecs) else { throw .noCommonCodec }
        // 0.0.0.0 is how RFC 2543 put a call on hold: nothing can be sent there.
        let direction = audio.direction.answered
        return NegotiatedAudio(
            address: address,
            port: audio.port,
            codec: codec,
            payload: payload,
            alternatives: audio.codecs(among: codecs).filter { $0.key != payload },
            telephoneEventPayload: audio.telephoneEvent,
            sends: direction.sends && address != "0.0.0.0",
            receives: direction.receives
        )
    }
}

extension SessionDescription.Media {
    /// The same medium with port 0, as an answer has to list it.
    fileprivate var refused: Self {
        var media = self
        media.port = 0
        return media
    }

    /// The encoding of `format`: by its `a=rtpmap`, or by its static number.
    private func encoding(of format: String) -> String? {
        encodings[format]?.uppercased()
            ?? TrunkCodec.allCases.first { String($0.payload) == format }?.encoding
    }

    /// Which of `codecs` the payload type `format` stands for.
    private func codec(_ format: String, among codecs: [TrunkCodec]) -> (TrunkCodec, UInt8)? {
        guard let payload = UInt8(format), payload < 128, let encoding = encoding(of: format) else { return nil }
        // One channel may be written out or left away.
        return codecs.first { encoding == $0.encoding || encoding == $0.encoding + "/1" }.map { ($0, payload) }
    }

    fileprivate func firstCodec(among codecs: [TrunkCodec]) -> (TrunkCodec, UInt8)? {
        for format in formats {
            if let found = codec(format, among: codecs) { return found }
        }
        return nil
    }

    fileprivate func codecs(among codecs: [TrunkCodec]) -> [UInt8: TrunkCodec] {
        let found = formats.compactMap { codec($0, among: codecs) }
        return Dictionary(found.map { ($0.1, $0.0) }) { first, _ in first }
    }

    fileprivate var telephoneEvent: UInt8? {
        for format in formats where encodings[format]?.uppercased() == "TELEPHONE-EVENT/8000" {
            if let payload = UInt8(format), payload < 128 { return payload }
        }
        return nil
    }
}
