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
            let early = rtp([UInt8](repeating: 0x90, count: 160), sequence: packet, timestamp: packet * 160)
            peer.send(early, to: stream.localPort)
        }
        for await event in stream.events where event == .firstPacket { break }
        #expect(peer.drain().isEmpty)
        #expect(stream.report.firstPacketSentAt == nil)
        stream.startClock()
        let packets = await peer.forEachPacket(5) { _ in }
        try #require(packets.count == 5)
        for (number, packet) in packets.enumerated() {
            #expect(packet.count == 172)
            #expect(packet[0] == 0x80)
            #expect(packet[1] == (number == 0 ? 0x80 : 0))
            #expect(Array(packet[12...]) == G711.encode(Array(greeting[number * 160..<number * 160 + 160]), as: .mu))
        }
        for (packet, next) in zip(packets, packets.dropFirst()) {
            #expect(UInt16(bigEndian: next, at: 2) == UInt16(bigEndian: packet, at: 2) &+ 1)
            #expect(UInt32(bigEndian: next, at: 4) == UInt32(bigEndian: packet, at: 4) &+ 160)
            #expect(packet[8..<12] == next[8..<12])
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
        let keys = await peer.forEachPacket(24) { _ in }.filter { $0[1] & 0x7F == 97 }
        await stream.close()
        try #require(keys.count == 14)
        for (key, code) in zip([keys[..<7], keys[7...]], [UInt8(7), 11]) {
            let packets = Array(key)
            #expect(packets.allSatisfy { $0[12] == code && $0.count == 16 })
            #expect(Set(packets.map { $0[4..<8] }).count == 1)
            #expect(packets.map { $0[1] & 0x80 != 0 } == [true] + [Bool](repeating: false, count: 6))
            #expect(packets.map { $0[13] & 0x80 != 0 } == [false, false, false, false, true, true, true])
            #expect(packets.map { UInt16(bigEndian: $0, at: 14) } == [160, 320, 480, 640, 800, 800, 800])
        }
        // 100 ms of key and 60 ms until the next.
        #expect(UInt32(bigEndian: keys[7], at: 4) &- UInt32(bigEndian: keys[0], at: 4) == 1_280)
    }

    @Test("Reordered, duplicated and lost packets are put right")
    func reorderingPeer() async throws {
        let loopback = try Loopback()
        let peer = try RawPeer()
        let stream = try loopback.engine.open(recordingPath: loopback.path("a.wav"))
        try stream.connect(to: peer.asRemote())
        stream.startClock()
        let codes = G711.encode(Tone.samples(frequencies: [300], milliseconds: 2_000), as: .mu)
        let port = stream.localPort
        await peer.forEachPacket(110) { number in
            // Two packets for every two ticks, the second first; the first one twice; one pair in eight is lost.
            guard number % 2 == 1, number < 100, number % 16 != 9 else { return }
            for packet in [number, number - 1, number - 1] {
                let payload = Array(codes[packet * 160..<packet * 160 + 160])
                peer.send(rtp(payload, sequence: 65_500 + packet, timestamp: packet * 160), to: port)
            }
        }
        // Of a hundred packets six pairs never came, and half of the others came twice.
        #expect(stream.report.packetsReceived == 88 * 3 / 2)
        #expect(stream.report.samplesConcealed >= 10 * 160)
        await stream.close()
        let callee = try loopback.recording("a.wav").callee
        if loopback.engine.statistics.lateTicks == 0 {
            let speech = callee.drop { $0 == 0 }.prefix(12_000)
            let levels = stride(from: speech.startIndex, to: speech.endIndex - 159, by: 160).map {
                Level.decibels(speech[$0..<$0 + 160])
            }
            #expect(levels.count { $0 > -20 } > levels.count * 9 / 10)
        }
    }

    @Test("Nobody but the negotiated far end is heard, however much he sends")
    func foreignSender() async throws {
        let loopback = try Loopback()
        let peer = try RawPeer()
        let stranger = try RawPeer()
        let stream = try loopback.engine.open(recordingPath: loopback.path("a.wav"))
        let loud = [UInt8](repeating: 0x80, count: 160)
        let port = stream.localPort
        // Before the far end is known, so it waits in the socket's queue.
        for packet in 0..<50 { stranger.send(rtp(loud, sequence: packet, timestamp: packet * 160), to: port) }
        try stream.connect(to: peer.asRemote())
        stream.startClock()
        await peer.forEachPacket(50) { number in
            for extra in 0..<10 {
                let packet = number * 10 + extra
                stranger.send(rtp(loud, sequence: packet, timestamp: packet * 160), to: port)
            }
        }
        #expect(stream.report.packetsReceived == 0)
        #expect(stranger.drain().isEmpty)
        await stream.close()
        let callee = try loopback.recording("a.wav").callee
        #expect(callee.count >= 50 * 160)
        #expect(callee.allSatisfy { $0 == 0 })
    }

    @Test("A second source from the right address is not heard while the first one talks")
    func foreignSource() async throws {
        let loopback = try Loopback()
        let peer = try RawPeer()
        let stream = try loopback.engine.open(recordingPath: loopback.path("a.wav"))
        try stream.connect(to: peer.asRemote())
        stream.startClock()
        let soft = G711.encode(Tone.samples(frequencies: [300], milliseconds: 20, level: -40), as: .mu)
        let loud = [UInt8](repeating: 0x80, count: 160)
        let port = stream.localPort
        await peer.forEachPacket(75) { number in
            peer.send(rtp(soft, sequence: number, timestamp: number * 160), to: port)
            guard number > 2 else { return }
            // The same moment, another source; and our source, with a payload type that was not agreed on.
            peer.send(rtp(soft, sequence: 30_000, timestamp: number * 160, payloadType: 96), to: port)
            if number % 2 == 0 { peer.send(rtp(loud, sequence: number, timestamp: number * 160, source: 7), to: port) }
        }
        #expect(stream.report.packetsRefused >= 72)
        await stream.close()
        let callee = try loopback.recording("a.wav").callee
        #expect(callee.contains { $0 != 0 })
        // A machine that kept the far end from sending for 200 ms would let the other one in.
        if loopback.engine.statistics.lateTicks == 0 { #expect(callee.allSatisfy { abs(Int($0)) < 2_000 }) }
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
        #expect(await first.forEachPacket(10) { _ in }.count == 10)
        #expect(second.drain().isEmpty)
        try stream.connect(to: second.asRemote())
        #expect(await second.forEachPacket(10) { _ in }.count == 10)
        await stream.close()
    }

    @Test("Garbage, odd headers and floods change nothing that is heard and crash nothing")
    func hostileInput() async throws {
        let loopback = try Loopback()
        let peer = try RawPeer()
        let stream = try loopback.engine.open(recordingPath: loopback.path("a.wav"))
        try stream.connect(to: peer.asRemote())
        stream.startClock()
        let port = stream.localPort
        await peer.forEachPacket(40) { number in
            var random = Seeded(state: UInt64(number))
            for _ in 0..<100 {
                let length = Int.random(in: 0...1_900, using: &random)
                var bytes = (0..<length).map { _ in UInt8.random(in: 0...255, using: &random) }
                // Half of them look like RTP of ours, with flags that promise more than there is.
                if length > 2, Bool.random(using: &random) {
                    bytes[0] = 0x80 | bytes[0] & 0x3F
                    bytes[1] = [0, 8, 13, 101][Int(bytes[1] % 4)]
                }
                peer.send(bytes, to: port)
                peer.send(Array(bytes.prefix(100)), to: port + 1)
            }
        }
        #expect(stream.report.packetsRefused > 500)
        // Random sources never send two packets of one sequence, so none of it was believed.
        #expect(stream.report.packetsReceived == 0)
        await stream.close()
        #expect(try loopback.recording("a.wav").callee.allSatisfy { $0 == 0 })
    }

    @Test("Other packet lengths and headers with extras are heard")
    func oddPackets() async throws {
        let loopback = try Loopback()
        let peer = try RawPeer()
        let stream = try loopback.engine.open(recordingPath: loopback.path("a.wav"))
        try stream.connect(to: peer.asRemote())
        stream.startClock()
        let codes = G711.encode(noise(16_000, seed: 3), as: .mu)
        let port = stream.localPort
        await peer.forEachPacket(96) { tick in
            // 60 ms packets with a contributing source, a header extension and padding.
            guard tick % 3 == 2, tick < 90 else { return }
            let number = tick / 3
            var bytes = rtp([], sequence: number, timestamp: number * 480)
            bytes[0] = 0xB1
            bytes +=
                [1, 2, 3, 4] + [0xBE, 0xDE, 0, 1, 0, 0, 0, 0] + codes[number * 480..<number * 480 + 480] + [0, 0, 0, 4]
            peer.send(bytes, to: port)
        }
        #expect(stream.report.packetsReceived == 30)
        #expect(stream.report.bytesReceived == 30 * 480)
        await stream.close()
        let sent = G711.decode(Array(codes[6_000..<6_400]), as: .mu)
        #expect(find(sent[...], in: try loopback.recording("a.wav").callee).fit > 0.98)
    }

    @Test("Comfort noise keeps the line alive and is not heard")
    func comfortNoise() async throws {
        let loopback = try Loopback()
        let peer = try RawPeer()
        let stream = try loopback.engine.open(recordingPath: loopback.path("a.wav"))
        try stream.connect(to: peer.asRemote())
        stream.startClock()
        let port = stream.localPort
        await peer.forEachPacket(25) { number in
            peer.send(rtp([40], sequence: number, timestamp: number * 160, payloadType: 13), to: port)
        }
        #expect(stream.report.packetsReceived > 10)
        #expect(stream.report.packetsRefused == 0)
        await stream.close()
        #expect(try loopback.recording("a.wav").callee.allSatisfy { $0 == 0 })
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
        #expect(await media.forEachPacket(5) { _ in }.count == 5)
        await stream.close()
        let bytes = try #require(control.drain().last)
        #expect(bytes[1] == 200)
        #expect(Array(bytes.suffix(8).prefix(4)) == [0x81, 203, 0, 1])
        #expect(Int(UInt32(bigEndian: bytes, at: 20)) == stream.report.packetsSent)
        #expect(stream.report.packetsSent >= 5)
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
        let packet = try #require(await media.forEachPacket(1) { _ in }.first)
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
        #expect(await peer.forEachPacket(1) { _ in }.count == 1)
        try stream.connect(to: MediaRemote(address: "0.0.0.0", port: peer.port, codec: .pcmu))
        // Held once two ticks passed without a packet; then for half a second.
        var sent = stream.report.packetsSent
        var quietTicks = 0
        for await _ in stream.ticks {
            quietTicks = stream.report.packetsSent == sent ? quietTicks + 1 : 0
            sent = stream.report.packetsSent
            if quietTicks == 25 { break }
        }
        _ = peer.drain()
        try stream.connect(to: peer.asRemote())
        #expect(await peer.forEachPacket(1) { _ in }.count == 1)
        await stream.close()
    }
}

extension FixedWidthInteger {
    /// In network byte order.
    fileprivate init(bigEndian bytes: [UInt8], at offset: Int) {
        self = bytes[offset..<offset + Self.bitWidth / 8].reduce(0) { $0 << 8 | Self($1) }
    }
}
