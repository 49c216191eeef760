import Testing

@testable import SIP

@Suite("Session descriptions")
struct SessionDescriptionTests {
    private func local(codecs: [TrunkCodec] = [.pcmu, .pcma]) -> SessionDescription.Local {
        SessionDescription.Local(sessionID: 42, address: "192.0.2.1", port: 4000, codecs: codecs)
    }

    private func remote(_ lines: String...) -> String {
        (["v=0", "o=- 1 1 IN IP4 198.51.100.7", "s=x"] + lines).map { $0 + "\r\n" }.joined()
    }

    @Test("The offer names both codecs, keys and 20 ms packets")
    func offer() {
        var local = local()
        let text = local.offer().text
        #expect(
            text
                == [
                    "v=0", "o=- 42 1 IN IP4 192.0.2.1", "s=-", "c=IN IP4 192.0.2.1", "t=0 0",
                    "m=audio 4000 RTP/AVP 0 8 101",
                    "a=rtpmap:0 PCMU/8000", "a=rtpmap:8 PCMA/8000", "a=rtpmap:101 telephone-event/8000",
                    "a=fmtp:101 0-15",
                    "a=ptime:20", "a=sendrecv", "",
                ].joined(separator: "\r\n")
        )
        // The same description again is the same version (RFC 3264 section 8).
        #expect(local.offer().origin.version == 1)
    }

    @Test("What is written is read back")
    func roundTrip() throws {
        var local = local()
        let offer = local.offer()
        let parsed = try SessionDescription(parsing: offer.text)
        #expect(parsed.origin == offer.origin)
        #expect(parsed.media.first?.formats == ["0", "8", "101"])
        #expect(parsed.media.first?.address == "192.0.2.1")
        #expect(parsed.media.first?.packetTime == 20)
    }

    @Test("The far end's first codec that we know is taken, under its number")
    func firstCommon() throws {
        let text = remote(
            "c=IN IP4 198.51.100.7",
            "t=0 0",
            "m=audio 5000 RTP/AVP 18 97 0 96",
            "a=rtpmap:97 pcma/8000",
            "a=rtpmap:96 telephone-event/8000"
        )
        let agreed = try SessionDescription(parsing: text).negotiated(codecs: [.pcmu, .pcma])
        #expect(agreed.codec == .pcma)
        #expect(agreed.payload == 97)
        #expect(agreed.alternatives == [0: .pcmu])
        #expect(agreed.telephoneEventPayload == 96)
        #expect(agreed.address == "198.51.100.7")
        #expect(agreed.port == 5000)
        #expect(agreed.sends && agreed.receives)
    }

    @Test("The media level's address and direction win over the session's, and LF alone ends a line")
    func levels() throws {
        let text = "v=0\nc=IN IP4 10.0.0.1\na=inactive\nm=audio 5000 RTP/AVP 8\nc=IN IP4 10.0.0.2/127\na=sendonly\n"
        let agreed = try SessionDescription(parsing: text).negotiated(codecs: [.pcmu, .pcma])
        #expect(agreed.address == "10.0.0.2")
        #expect(!agreed.sends && agreed.receives)
        let inherited = "v=0\nc=IN IP4 10.0.0.1\na=inactive\nm=audio 5000 RTP/AVP 8\n"
        let still = try SessionDescription(parsing: inherited).negotiated(codecs: [.pcma])
        #expect(!still.sends && !still.receives)
    }

    @Test(
        "An answer lists every medium of the offer and refuses all but one",
        arguments: [
            ("sendrecv", "sendrecv"), ("sendonly", "recvonly"), ("recvonly", "sendonly"), ("inactive", "inactive"),
        ]
    )
    func answer(offered: String, answered: String) throws {
        let offer = remote(
            "c=IN IP4 198.51.100.7",
            "m=video 7000 RTP/AVP 31",
            "m=audio 0 RTP/AVP 0",
            "m=audio 5000 RTP/AVP 8 0",
            "a=\(offered)",
            "m=image 9 udptl t38"
        )
        var local = local()
        _ = local.offer()
        let (answer, agreed) = try local.answer(SessionDescription(parsing: offer))
        #expect(answer.media.map(\.port) == [0, 0, 4000, 0])
        #expect(answer.media.map(\.kind) == ["video", "audio", "audio", "image"])
        #expect(answer.media[2].formats == ["8"])
        #expect(answer.media[2].direction.rawValue == answered)
        #expect(agreed.sends == (answered == "sendrecv" || answered == "sendonly"))
        // It differs from the offer we made before.
        #expect(answer.origin.version == 2)
    }

    @Test("0.0.0.0 is a hold: nothing can be sent there")
    func oldHold() throws {
        let text = remote("c=IN IP4 0.0.0.0", "m=audio 5000 RTP/AVP 0")
        let agreed = try SessionDescription(parsing: text).negotiated(codecs: [.pcmu])
        #expect(!agreed.sends)
        #expect(agreed.receives)
    }

    @Test(
        "What cannot be used is named",
        arguments: [
            ("", SDPError.empty), ("\r\n\r\n", .empty), ("hello", .malformedLine("hello")),
            ("v=0\r\nm=audio\r\n", .malformedLine("m=audio")),
            ("v=0\r\nm=audio 70000 RTP/AVP 0\r\n", .malformedLine("m=audio 70000 RTP/AVP 0")),
            ("v=0\r\nc=IN IP4 10.0.0.1\r\n", .noAudio), ("v=0\r\nm=audio 0 RTP/AVP 0\r\n", .audioRefused),
            ("v=0\r\nm=audio 4000 RTP/AVP 0\r\n", .noAddress), ("v=0\r\nc=IN IP6 ::1\r\n", .unsupportedAddress("::1")),
            ("v=0\r\nc=IN IP4 phone.example\r\n", .unsupportedAddress("phone.example")),
            ("v=0\r\nc=IN IP4 10.0.0.1\r\nm=audio 4000 RTP/SAVP 0\r\n", .unsupportedTransport("RTP/SAVP")),
            ("v=0\r\nc=IN IP4 10.0.0.1\r\nm=audio 4000 RTP/AVP 18 3\r\n", .noCommonCodec),
        ]
    )
    func refused(text: String, expected: SDPError) {
        #expect(throws: expected) {
            _ = try SessionDescription(parsing: text).negotiated(codecs: [.pcmu, .pcma])
        }
    }

    @Test("Garbled descriptions are read or refused, never more", arguments: [UInt64(1), 2, 3, 4])
    func fuzz(seed: UInt64) {
        var random = SplitMix(state: seed)
        let original = Array(
            remote(
                "c=IN IP4 198.51.100.7",
                "t=0 0",
                "m=audio 5000 RTP/AVP 0 8 97",
                "a=rtpmap:97 telephone-event/8000",
                "a=fmtp:97 0-16",
                "a=ptime:20",
                "a=sendonly",
                "m=video 7000 RTP/AVP 31"
            ).utf8
        )
        var readable = 0
        for _ in 0..<5000 {
            var bytes = original
            for _ in 0..<Int.random(in: 1...12, using: &random) {
                let index = Int.random(in: 0..<bytes.count, using: &random)
                switch Int.random(in: 0..<4, using: &random) {
                case 0: bytes[index] = .random(in: 0...255, using: &random)
                case 1: bytes.remove(at: index)
                case 2: bytes.insert(bytes[Int.random(in: 0..<bytes.count, using: &random)], at: index)
                default: bytes.swapAt(index, Int.random(in: 0..<bytes.count, using: &random))
                }
            }
            var local = local()
            guard let description = try? SessionDescription(parsing: String(decoding: bytes, as: UTF8.self)) else {
                continue
            }
            readable += 1
            if let (answer, agreed) = try? local.answer(description) {
                #expect(answer.media.count == description.media.count)
                #expect(agreed.port != 0)
                #expect(!answer.text.contains("\n\n"))
            }
        }
        #expect(readable > 500)
    }
}

/// Vigna's SplitMix64: the same seed, the same mutations.
private struct SplitMix: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var word = state
        word = (word ^ word >> 30) &* 0xBF58_476D_1CE4_E5B9
        word = (word ^ word >> 27) &* 0x94D0_49BB_1331_11EB
        return word ^ word >> 31
    }
}
