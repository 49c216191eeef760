import Audio
import Foundation
import Media
import Telephony
import Testing

@Suite("A stream on the wire", .timeLimit(.minutes(1)))
struct WireTests {
    @Test("Nothing is sent before the clock starts; then the greeting is in the first packet")
    func greeting() async throws {
        let loopback = try Loopback()
        let peer = try RawPeer()
        let stream = try loopback.engine.open()
        try stream.connect(to: peer.asRemote())
        let greeting = noise(800, seed: 1)
        stream.play(greeting)
        // Proof that the thread has seen the stream: it hears early media, and still says nothing.
        for packet in 0..<4 {
            peer.send(
                rtp([UInt8](repeating: 0x90, count: 160), sequence: packet, timestamp: packet * 160),
                to: stream.localPort
            )
        }
        for await event in stream.events where event == .firstPacket { break }
        #expect(peer.drain().isEmpty)
        #expect(stream.report.firstPacketSentAt == nil)
        stream.startClock()
        var sequence: Int?
        var timestamp: Int?
        for packet in 0..<5 {
            let bytes = try #require(peer.receive())
            #expect(bytes.count == 172)
            #expect(bytes[0] == 0x80)
            #expect(bytes[1] == (packet == 0 ? 0x80 : 0))
            #expect(Array(bytes[12...]) == G711.encode(Array(greeting[packet * 160..<packet * 160 + 160]), as: .mu))
            let number = Int(bytes[2]) << 8 | Int(bytes[3])
            let time = bytes[4..<8].reduce(0) { $0 << 8 | Int($1) }
            if let sequence, let timestamp {
                #expect(number == (sequence + 1) & 0xFFFF)
                #expect(time == (timestamp + 160) & 0xFFFF_FFFF)
            }
            sequence = number
            timestamp = time
        }
        #expect(stream.report.firstPacketSentAt != nil)
        await stream.close()
    }

    @Test("Keys are sent as RFC 4733 wants them: one timestamp, marker on the first packet, three ends")
    func digitsOnTheWire() async throws {
        let loopback = try Loopback()
        let peer = try RawPeer()
        let stream = try loopback.engine.open()
        try stream.connect(to: peer.asRemote(events: 97))
        stream.sendDigits("7#")
        stream.startClock()
        var keys: [[UInt8]] = []
        while keys.count < 14 {
            let bytes = try #require(peer.receive())
            if bytes[1] & 0x7F == 97 { keys.append(bytes) }
        }
        await stream.close()
        for (key, code) in zip([keys[..<7], keys[7...]], [UInt8(7), 11]) {
            let packets = Array(key)
            #expect(packets.allSatisfy { $0[12] == code && $0.count == 16 })
            #expect(Set(packets.map { $0[4..<8] }).count == 1)
            #expect(packets.map { $0[1] & 0x80 != 0 } == [true] + [Bool](repeating: false, count: 6))
            #expect(packets.map { $0[13] & 0x80 != 0 } == [false, false, false, false, true, true, true])
            #expect(packets.map { Int($0[14]) << 8 | Int($0[15]) } == [160, 320, 480, 640, 800, 800, 800])
        }
        // 100 ms of key and 60 ms until the next.
        let starts = [keys[0], keys[7]].map { $0[4..<8].reduce(UInt32(0)) { $0 << 8 | UInt32($1) } }
        #expect(starts[1] &- starts[0] == 1_280)
    }

    @Test("Reordered, duplicated and lost packets are put right")
    func reorderingPeer() async throws {
        let loopback = try Loopback()
        let peer = try RawPeer()
        let stream = try loopback.engine.open()
        try stream.connect(to: peer.asRemote())
        stream.startClock()
        let speech = Tone.samples(frequencies: [300], milliseconds: 2_000)
        let codes = G711.encode(speech, as: .mu)
        var heard: [Int16] = []
        var packet = 0
        for await tick in stream.ticks {
            heard += tick.samples
            // Two packets for every two ticks, the second first; the first one twice; one pair in eight is lost.
            while packet * 160 < heard.count, packet + 1 < codes.count / 160 {
                for number in [packet + 1, packet, packet] where packet % 16 != 8 {
                    let payload = Array(codes[number * 160..<number * 160 + 160])
                    peer.send(rtp(payload, sequence: 65_500 + number, timestamp: number * 160), to: stream.localPort)
                }
                packet += 2
            }
            if heard.count > 20_000 { break }
        }
        let report = stream.report
        #expect(report.packetsReceived > 90)
        #expect(
            (8...20).contains(report.packetsLost + report.packetsReceived / 3 - 100 / 2 + 12) || report.packetsLost < 16
        )
        let middle = Array(heard.drop { $0 == 0 }.prefix(12_000))
        #expect(Level.decibels(middle) > -20)
        await stream.close()
    }

    @Test("Nobody but the negotiated far end is heard, however much he sends")
    func foreignSender() async throws {
        let loopback = try Loopback()
        let peer = try RawPeer()
        let stranger = try RawPeer()
        let stream = try loopback.engine.open(recordingPath: loopback.path("a.wav"))
        let loud = [UInt8](repeating: 0x80, count: 160)
        // Before the far end is known, so it waits in the socket's queue.
        for packet in 0..<50 {
            stranger.send(
                rtp(loud, sequence: packet, timestamp: packet * 160, source: 0x5151_5151),
                to: stream.localPort
            )
        }
        try stream.connect(to: peer.asRemote())
        stream.startClock()
        var heard: [Int16] = []
        var packet = 0
        for await tick in stream.ticks {
            heard += tick.samples
            for _ in 0..<10 {
                stranger.send(
                    rtp(loud, sequence: packet, timestamp: packet * 160, source: 0x5151_5151),
                    to: stream.localPort
                )
                packet += 1
            }
            if heard.count > 8_000 { break }
        }
        #expect(heard.allSatisfy { $0 == 0 })
        #expect(stream.report.packetsReceived == 0)
        #expect(stranger.drain().isEmpty)
        await stream.close()
        #expect(try loopback.recording("a.wav").callee.allSatisfy { $0 == 0 })
    }

    @Test("A second source from the right address is not heard while the first one talks")
    func foreignSource() async throws {
        let loopback = try Loopback()
        let peer = try RawPeer()
        let stream = try loopback.engine.open()
        try stream.connect(to: peer.asRemote())
        stream.startClock()
        let soft = G711.encode(Tone.samples(frequencies: [300], milliseconds: 20, level: -40), as: .mu)
        let loud = [UInt8](repeating: 0x80, count: 160)
        var heard: [Int16] = []
        var packet = 0
        for await tick in stream.ticks {
            heard += tick.samples
            while packet * 160 < heard.count {
                peer.send(rtp(soft, sequence: packet, timestamp: packet * 160), to: stream.localPort)
                if packet > 2 {
                    peer.send(rtp(loud, sequence: packet, timestamp: packet * 160, source: 7), to: stream.localPort)
                    peer.send(
                        rtp(loud, sequence: packet, timestamp: packet * 160, payloadType: 96),
                        to: stream.localPort
                    )
                }
                packet += 1
            }
            if heard.count > 12_000 { break }
        }
        #expect(heard.allSatisfy { abs(Int($0)) < 2_000 })
        #expect(stream.report.packetsRefused > 50)
        await stream.close()
    }

    @Test("The far end does not move with its packets, only with a new description")
    func noSymmetricRTP() async throws {
        let loopback = try Loopback()
        let first = try RawPeer()
        let second = try RawPeer()
        let stream = try loopback.engine.open()
        try stream.connect(to: first.asRemote())
        stream.startClock()
        for packet in 0..<20 {
            second.send(rtp([0xFF], sequence: packet, timestamp: packet * 160), to: stream.localPort)
        }
        for _ in 0..<10 { #expect(first.receive() != nil) }
        #expect(second.drain().isEmpty)
        try stream.connect(to: second.asRemote())
        for _ in 0..<10 { #expect(second.receive() != nil) }
        await stream.close()
    }

    @Test("Garbage, odd headers and floods change nothing that is heard and crash nothing")
    func hostileInput() async throws {
        let loopback = try Loopback()
        let peer = try RawPeer()
        let stream = try loopback.engine.open(recordingPath: loopback.path("a.wav"))
        try stream.connect(to: peer.asRemote())
        stream.startClock()
        var random = Seeded(state: 77)
        var heard = 0
        for await tick in stream.ticks {
            heard += tick.samples.count
            for _ in 0..<200 {
                var bytes = (0..<Int.random(in: 0...1_900, using: &random)).map { _ in
                    UInt8.random(in: 0...255, using: &random)
                }
                // Half of them look like RTP of ours, with flags that promise more than there is.
                if bytes.count > 2, Bool.random(using: &random) {
                    bytes[0] = 0x80 | bytes[0] & 0x3F
                    bytes[1] = [0, 8, 13, 101][Int(bytes[1] % 4)]
                }
                peer.send(bytes, to: stream.localPort)
                peer.send(Array(bytes.prefix(100)), to: stream.localPort + 1)
            }
            if heard > 6_000 { break }
        }
        #expect(stream.report.packetsRefused > 500)
        // Random sources never send two packets in a row, so none of it was believed.
        #expect(stream.report.packetsReceived == 0)
        await stream.close()
        #expect(try loopback.recording("a.wav").callee.allSatisfy { $0 == 0 })
    }

    @Test("Other packet lengths and headers with extras are heard")
    func oddPackets() async throws {
        let loopback = try Loopback()
        let peer = try RawPeer()
        let stream = try loopback.engine.open()
        try stream.connect(to: peer.asRemote())
        stream.startClock()
        let codes = G711.encode(noise(16_000, seed: 3), as: .mu)
        var heard: [Int16] = []
        var number = 0
        for await tick in stream.ticks {
            heard += tick.samples
            // 60 ms packets with a contributing source, a header extension and padding.
            while (number + 1) * 480 <= min(heard.count, codes.count) {
                var bytes = rtp([], sequence: number, timestamp: number * 480)
                bytes[0] = 0xB1
                bytes +=
                    [1, 2, 3, 4] + [0xBE, 0xDE, 0, 1, 0, 0, 0, 0] + codes[number * 480..<number * 480 + 480] + [
                        0, 0, 0, 4,
                    ]
                peer.send(bytes, to: stream.localPort)
                number += 1
            }
            if heard.count > 14_000 { break }
        }
        let sent = G711.decode(Array(codes[4_000..<5_000]), as: .mu)
        #expect(find(sent[...], in: heard).fit > 0.98)
        await stream.close()
    }

    @Test("Comfort noise keeps the line alive and is not heard")
    func comfortNoise() async throws {
        let loopback = try Loopback()
        let peer = try RawPeer()
        let stream = try loopback.engine.open()
        try stream.connect(to: peer.asRemote())
        stream.startClock()
        var heard: [Int16] = []
        for await tick in stream.ticks {
            heard += tick.samples
            let number = heard.count / 160
            peer.send(rtp([40], sequence: number, timestamp: heard.count, payloadType: 13), to: stream.localPort)
            if heard.count > 4_000 { break }
        }
        #expect(heard.allSatisfy { $0 == 0 })
        #expect(stream.report.packetsRefused == 0)
        await stream.close()
    }

    @Test("A far end that sends nothing is noticed, but not while it is meant to be silent")
    func noMedia() async throws {
        let loopback = try Loopback(noMediaTimeout: .milliseconds(300))
        let peer = try RawPeer()
        let held = try loopback.engine.open()
        let silent = try loopback.engine.open()
        try held.connect(to: peer.asRemote(receives: false))
        try silent.connect(to: peer.asRemote())
        held.startClock()
        silent.startClock()
        for await event in silent.events where event == .noMedia { break }
        await held.close()
        for await event in held.events { #expect(event != .noMedia) }
        await silent.close()
    }

    @Test("The end of a stream is told by RTCP, with a report before it")
    func goodbye() async throws {
        let loopback = try Loopback()
        let media = try RawPeer()
        let control = try RawPeer()
        let stream = try loopback.engine.open()
        var remote = media.asRemote()
        remote.rtcpPort = control.port
        try stream.connect(to: remote)
        stream.startClock()
        for _ in 0..<5 { _ = media.receive() }
        await stream.close()
        let bytes = try #require(control.drain().last)
        #expect(bytes[1] == 200)
        #expect(Array(bytes.suffix(8).prefix(4)) == [0x81, 203, 0, 1])
        // Its packet count is that of the packets that came.
        let packets = bytes[20..<24].reduce(0) { $0 << 8 | Int($1) }
        #expect(packets == 5 + media.drain().count)
    }

    @Test("The far end's report about our loss and the round trip reach the stream's report")
    func remoteReport() async throws {
        let loopback = try Loopback()
        let media = try RawPeer()
        let control = try RawPeer()
        let stream = try loopback.engine.open()
        var remote = media.asRemote()
        remote.rtcpPort = control.port
        try stream.connect(to: remote)
        stream.startClock()
        let packet = try #require(media.receive())
        let source = Array(packet[8..<12])
        // A receiver report about it: a quarter lost.
        let report: [UInt8] = [0x81, 201, 0, 7, 1, 1, 1, 1] + source + [64] + [UInt8](repeating: 0, count: 19)
        control.send(report, to: stream.localPort + 1)
        for await _ in stream.ticks where stream.report.remoteLoss != nil { break }
        #expect(stream.report.remoteLoss == 0.25)
        await stream.close()
    }

    @Test(
        "An address that is none is refused at once",
        arguments: [("example.com", 4_000), ("::1", 4_000), ("127.0.0.1", 0)]
    )
    func badAddress(address: String, port: Int) async throws {
        let loopback = try Loopback()
        let stream = try loopback.engine.open()
        #expect(throws: MediaError.badAddress(address, port: port)) {
            try stream.connect(to: MediaRemote(address: address, port: port, codec: .pcmu))
        }
        await stream.close()
    }

    @Test("The old way of holding, 0.0.0.0, stops sending and keeps the far end")
    func zeroAddress() async throws {
        let loopback = try Loopback()
        let peer = try RawPeer()
        let stream = try loopback.engine.open()
        try stream.connect(to: peer.asRemote())
        stream.startClock()
        #expect(peer.receive() != nil)
        try stream.connect(to: MediaRemote(address: "0.0.0.0", port: peer.port, codec: .pcmu))
        var sentAtHold: Int?
        var ticks = 0
        for await _ in stream.ticks {
            ticks += 1
            if ticks == 10 { sentAtHold = stream.report.packetsSent }
            if ticks == 30 { break }
        }
        #expect(stream.report.packetsSent == sentAtHold)
        _ = peer.drain()
        try stream.connect(to: peer.asRemote())
        #expect(peer.receive() != nil)
        await stream.close()
    }
}
