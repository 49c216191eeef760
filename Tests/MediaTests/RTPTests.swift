import Testing

@testable import Media

@Suite("RTP packets")
struct RTPPacketTests {
    static let plain: [UInt8] = [0x80, 0x80, 0x12, 0x34, 0, 0, 0, 160, 0xDE, 0xAD, 0xBE, 0xEF, 1, 2, 3, 4]

    private func parse(_ bytes: [UInt8]) -> RTPPacket? {
        bytes.withUnsafeBufferPointer { RTPPacket($0) }
    }

    @Test("The fixed header is read")
    func plainPacket() throws {
        let packet = try #require(parse(Self.plain))
        #expect(packet.hasMarker)
        #expect(packet.payloadType == 0)
        #expect(packet.sequence == 0x1234)
        #expect(packet.timestamp == 160)
        #expect(packet.source == 0xDEAD_BEEF)
        #expect(packet.payload == 12..<16)
    }

    @Test("What is written is read back")
    func roundTrip() {
        let buffer = UnsafeMutableBufferPointer<UInt8>.allocate(capacity: 12)
        defer { buffer.deallocate() }
        let packet = RTPPacket(hasMarker: true, payloadType: 101, sequence: 65_535, timestamp: .max, source: 7)
        packet.writeHeader(to: buffer)
        let back = RTPPacket(UnsafeBufferPointer(buffer))
        #expect(back?.hasMarker == true)
        #expect(back?.payloadType == 101)
        #expect(back?.sequence == 65_535)
        #expect(back?.timestamp == .max)
        #expect(back?.source == 7)
    }

    @Test("Contributing sources, extension and padding are stepped over")
    func extras() throws {
        let bytes: [UInt8] =
            [0xB2, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 1] + [1, 1, 1, 1, 2, 2, 2, 2] + [0xBE, 0xDE, 0, 1, 9, 9, 9, 9] + [
                42, 43,
            ]
            + [0, 0, 3]
        #expect(try #require(parse(bytes)).payload == 28..<30)
    }

    @Test(
        "What does not add up is no packet",
        arguments: [
            [],
            Array(plain.prefix(11)),
            [0x40] + plain.dropFirst(),
            // Fifteen contributing sources that are not there.
            [0x8F] + plain.dropFirst(),
            // An extension longer than the datagram, and one without a header.
            [0x90] + plain[1..<12] + [0, 0, 0xFF, 0xFF],
            [0x90] + plain[1..<12],
            // Padding of nothing, and more padding than packet.
            [0xA0] + plain[1..<15] + [0],
            [0xA0] + plain[1..<15] + [200],
            // A sender report on the RTP port.
            [0x80, 200] + plain[2...],
        ] as [[UInt8]]
    )
    func malformed(bytes: [UInt8]) {
        #expect(parse(bytes) == nil)
    }

    @Test("Random bytes never make it look outside")
    func noise() {
        var random = Seeded(state: 1)
        for _ in 0..<50_000 {
            var bytes = (0..<Int.random(in: 0...64, using: &random)).map { _ in
                UInt8.random(in: 0...255, using: &random)
            }
            if !bytes.isEmpty, Bool.random(using: &random) { bytes[0] = 0x80 | bytes[0] & 0x3F }
            if let packet = parse(bytes) {
                #expect(packet.payload.upperBound <= bytes.count && packet.payload.lowerBound >= 12)
            }
        }
    }
}

@Suite("The source that is heard")
struct RTPSourceTests {
    private static let second: Int64 = 1_000_000_000

    private func locked() -> RTPSource {
        var source = RTPSource()
        #expect(source.admit(source: 1, sequence: 10, at: 0) == .unproven)
        #expect(source.admit(source: 1, sequence: 11, at: 1) == .adopted)
        return source
    }

    @Test("Two packets of one sequence prove a source")
    func probation() {
        var source = locked()
        #expect(source.current == 1)
        #expect(source.admit(source: 1, sequence: 12, at: 2) == .accepted)
        #expect(source.reception.totalReceived == 3)
        #expect(source.reception.lost == 0)
    }

    @Test("Swapped packets prove it too, the same one twice does not")
    func swapped() {
        var source = RTPSource()
        #expect(source.admit(source: 1, sequence: 11, at: 0) == .unproven)
        #expect(source.admit(source: 1, sequence: 11, at: 0) == .unproven)
        #expect(source.admit(source: 1, sequence: 10, at: 1) == .adopted)
        #expect(source.admit(source: 1, sequence: 13, at: 2) == .accepted)
        #expect(source.admit(source: 1, sequence: 12, at: 2) == .accepted)
        #expect(source.reception.lost == 0)
    }

    @Test("Two packets out of sequence prove nothing")
    func randomPackets() {
        var source = RTPSource()
        #expect(source.admit(source: 1, sequence: 10, at: 0) == .unproven)
        #expect(source.admit(source: 1, sequence: 900, at: 1) == .unproven)
        #expect(source.admit(source: 2, sequence: 901, at: 2) == .unproven)
        #expect(source.current == nil)
    }

    @Test("Another source is refused as long as the first one talks")
    func foreign() {
        var source = locked()
        for packet in 0..<100 {
            let now = Int64(packet) * 20_000_000
            #expect(source.admit(source: 1, sequence: UInt16(12 + packet), at: now) == .accepted)
            #expect(source.admit(source: 2, sequence: UInt16(packet), at: now) == .refused)
        }
    }

    @Test("Another source takes over once the first one has been silent")
    func takeover() {
        var source = locked()
        #expect(source.admit(source: 2, sequence: 5, at: Self.second) == .unproven)
        #expect(source.admit(source: 2, sequence: 6, at: Self.second + 20) == .adopted)
        #expect(source.current == 2)
        #expect(source.admit(source: 1, sequence: 12, at: Self.second + 40) == .refused)
    }

    @Test("After a new session description another source may come at once, but not for ever")
    func reopened() {
        var source = locked()
        source.reopen(until: 2 * Self.second)
        #expect(source.admit(source: 2, sequence: 5, at: 2) == .unproven)
        #expect(source.admit(source: 2, sequence: 6, at: 3) == .adopted)
        #expect(source.admit(source: 3, sequence: 5, at: 4) == .refused)
        #expect(source.admit(source: 3, sequence: 6, at: 5) == .refused)
    }

    @Test("After its BYE a source is free to be followed")
    func goodbye() {
        var source = locked()
        source.release(99)
        #expect(source.current == 1)
        source.release(1)
        #expect(source.admit(source: 2, sequence: 5, at: 2) == .unproven)
        #expect(source.admit(source: 2, sequence: 6, at: 3) == .adopted)
    }

    @Test("Lost packets are counted, across the wrap of the sequence")
    func loss() {
        var reception = RTPReception(first: 65_530, after: RTPReception(first: 0))
        for sequence in 65_531...65_540 where sequence != 65_535 && sequence != 65_537 {
            #expect(reception.note(UInt16(truncatingIfNeeded: sequence)) == true)
        }
        #expect(reception.lost == 2)
        #expect(reception.extendedHighest == 0x1_0004)
        #expect(reception.takeReportFraction() == 2 * 256 / 11)
        #expect(reception.takeReportFraction() == 0)
    }

    @Test("A jump of the sequence is believed when it goes on from there, and is not counted as loss")
    func jump() {
        var reception = RTPReception(first: 0, after: RTPReception(first: 0))
        #expect(reception.note(1) == true)
        #expect(reception.note(30_000) == false)
        #expect(reception.note(30_001) == true)
        #expect(reception.note(30_002) == true)
        #expect(reception.lost == 0)
        #expect(reception.totalReceived == 4)
    }

    @Test("Reordered packets and duplicates are taken, and are no loss")
    func reordering() {
        var reception = RTPReception(first: 100, after: RTPReception(first: 0))
        for sequence in [102, 101, 104, 103, 103] { #expect(reception.note(UInt16(sequence)) == true) }
        #expect(reception.lost == 0)
        #expect(reception.extendedHighest == 104)
    }

    @Test("An even stream has no jitter, an uneven one has")
    func jitter() {
        var even = RTPReception(first: 0)
        var uneven = RTPReception(first: 0)
        for packet in 0..<200 {
            let timestamp = UInt32(packet * 160)
            even.noteTransit(timestamp: timestamp, at: Int64(packet) * 20_000_000)
            uneven.noteTransit(timestamp: timestamp, at: Int64(packet) * 20_000_000 + Int64(packet % 2) * 10_000_000)
        }
        #expect(even.jitter == 0)
        // 10 ms there and back are 80 samples each time.
        #expect(abs(uneven.jitter - 80) < 1)
    }
}
