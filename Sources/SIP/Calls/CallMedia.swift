import Media
import Telephony

/// The audio of a call and the session descriptions that steer it.
final class CallMedia {
    let stream: MediaStream
    private var local: SessionDescription.Local
    private let codecs: [TrunkCodec]

    /// `advertisedAddress` replaces the address of the socket in what the far end reads.
    init(stream: MediaStream, advertisedAddress: String?, sessionID: UInt64, codecs: [TrunkCodec]) {
        self.stream = stream
        self.codecs = codecs
        local = SessionDescription.Local(
            sessionID: sessionID,
            address: advertisedAddress ?? stream.localAddress,
            port: UInt16(clamping: stream.localPort),
            codecs: codecs
        )
    }

    func offer() -> String { local.offer().text }

    /// Takes the far end's answer to our offer. `isEarly`: nothing may be sent before the call is answered.
    func take(answer: String, isEarly: Bool) throws {
        var agreed = try SessionDescription(parsing: answer).negotiated(codecs: codecs)
        if isEarly { agreed.sends = false }
        try stream.connect(to: MediaRemote(agreed))
    }

    /// Our answer to the far end's offer. Nothing changes yet: `connect` makes it so.
    func answer(to offer: String) throws(SDPError) -> Answer {
        let (description, agreed) = try local.answer(SessionDescription(parsing: offer))
        return Answer(text: description.text, agreed: agreed)
    }

    struct Answer {
        let text: String
        fileprivate let agreed: NegotiatedAudio
    }

    func connect(_ answer: Answer) throws {
        try stream.connect(to: MediaRemote(answer.agreed))
    }
}

extension MediaRemote {
    fileprivate init(_ agreed: NegotiatedAudio) {
        self.init(
            address: agreed.address,
            port: Int(agreed.port),
            codec: MediaCodec(agreed.codec),
            payloadType: Int(agreed.payload),
            alternatives: Dictionary(
                uniqueKeysWithValues: agreed.alternatives.map { (Int($0.key), MediaCodec($0.value)) }
            ),
            telephoneEventPayload: agreed.telephoneEventPayload.map(Int.init),
            sends: agreed.sends,
            receives: agreed.receives
        )
    }
}

extension MediaCodec {
    fileprivate init(_ codec: TrunkCodec) {
        self =
            switch codec {
            case .pcmu: .pcmu
            case .pcma: .pcma
            }
    }
}
