/// The fixed header of an RTP packet (RFC 3550 section 5.1), and where its payload lies.
struct RTPPacket: Hashable {
    var hasMarker: Bool
    var payloadType: UInt8
    var sequence: UInt16
    var timestamp: UInt32
    var source: UInt32
    /// Without contributing sources, header extension and padding.
    var payload: Range<Int>

    static let headerLength = 12

    /// Nil for anything whose lengths do not add up: no byte outside `bytes` is ever looked at.
    init?(_ bytes: UnsafeBufferPointer<UInt8>) {
        guard bytes.count >= Self.headerLength, bytes[0] >> 6 == 2 else { return nil }
        // RTCP that strayed onto the RTP port (RFC 5761 section 4).
        guard !(192...223).contains(bytes[1]) else { return nil }
        var start = Self.headerLength + 4 * Int(bytes[0] & 0x0F)
        if bytes[0] & 0x10 != 0 {
            guard bytes.count >= start + 4 else { return nil }
            start += 4 + 4 * Int(bytes.readUInt16(at: start + 2))
        }
        var end = bytes.count
        if bytes[0] & 0x20 != 0 {
            let padding = Int(bytes[end - 1])
            guard padding > 0 else { return nil }
            end -= padding
        }
        guard start <= end else { return nil }
        hasMarker = bytes[1] & 0x80 != 0
        payloadType = bytes[1] & 0x7F
        sequence = bytes.readUInt16(at: 2)
        timestamp = bytes.readUInt32(at: 4)
        source = bytes.readUInt32(at: 8)
        payload = start..<end
    }

    init(hasMarker: Bool, payloadType: UInt8, sequence: UInt16, timestamp: UInt32, source: UInt32) {
        self.hasMarker = hasMarker
        self.payloadType = payloadType
        self.sequence = sequence
        self.timestamp = timestamp
        self.source = source
        payload = 0..<0
    }

    /// The twelve bytes of a header without extras. `bytes` has room for them.
    func writeHeader(to bytes: UnsafeMutableBufferPointer<UInt8>) {
        bytes[0] = 0x80
        bytes[1] = (hasMarker ? 0x80 : 0) | payloadType & 0x7F
        bytes.write(sequence, at: 2)
        bytes.write(timestamp, at: 4)
        bytes.write(source, at: 8)
    }
}

extension UnsafeBufferPointer<UInt8> {
    func readUInt16(at offset: Int) -> UInt16 {
        UInt16(self[offset]) << 8 | UInt16(self[offset + 1])
    }

    func readUInt32(at offset: Int) -> UInt32 {
        UInt32(readUInt16(at: offset)) << 16 | UInt32(readUInt16(at: offset + 2))
    }
}

extension UnsafeMutableBufferPointer<UInt8> {
    /// In network byte order.
    func write(_ value: some FixedWidthInteger, at offset: Int) {
        var shift = type(of: value).bitWidth
        var index = offset
        while shift > 0 {
            shift -= 8
            self[index] = UInt8(truncatingIfNeeded: value >> shift)
            index += 1
        }
    }
}
