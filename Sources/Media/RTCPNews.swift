/// What one of the far end's RTCP packets told (RFC 3550 section 6).
struct RTCPNews: Hashable {
    /// Which of our reports the far end has seen last, and how long it waited since, both in 1/65536 s.
    struct Echo: Hashable {
        var lastReport: UInt32
        var delay: UInt32
    }

    /// The middle 32 bits of the far end's clock, from its sender report.
    var senderClock: UInt32?
    /// Lost since its last report, in 256ths, of what we send.
    var fractionLost: UInt8?
    var echo: Echo?
    /// A source that said goodbye.
    var goodbye: UInt32?

    /// Nil for anything malformed. `ours` is our own source: reports about others do not matter.
    init?(_ bytes: UnsafeBufferPointer<UInt8>, ours: UInt32) {
        var offset = 0
        while offset + 4 <= bytes.count {
            guard bytes[offset] >> 6 == 2 else { return nil }
            let count = Int(bytes[offset] & 0x1F)
            let end = offset + 4 + 4 * Int(bytes.readUInt16(at: offset + 2))
            guard end <= bytes.count else { return nil }
            switch bytes[offset + 1] {
            case 200:
                guard offset + 28 <= end else { return nil }
                senderClock = bytes.readUInt32(at: offset + 10)
                readBlocks(bytes, from: offset + 28, count: count, end: end, ours: ours)
            case 201:
                readBlocks(bytes, from: offset + 8, count: count, end: end, ours: ours)
            case 203 where count > 0 && offset + 8 <= end:
                goodbye = bytes.readUInt32(at: offset + 4)
            default: break
            }
            offset = end
        }
        // Nothing but whole packets may lie in a datagram.
        guard offset == bytes.count, offset > 0 else { return nil }
    }

    private mutating func readBlocks(
        _ bytes: UnsafeBufferPointer<UInt8>,
        from start: Int,
        count: Int,
        end: Int,
        ours: UInt32
    ) {
        for index in 0..<count {
            let block = start + 24 * index
            guard block + 24 <= end else { return }
            guard bytes.readUInt32(at: block) == ours else { continue }
            fractionLost = bytes[block + 4]
            let lastReport = bytes.readUInt32(at: block + 16)
            if lastReport != 0 { echo = Echo(lastReport: lastReport, delay: bytes.readUInt32(at: block + 20)) }
        }
    }
}
