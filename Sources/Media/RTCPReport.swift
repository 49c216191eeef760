/// The RTCP packets we send: a report, our name, and at the end a goodbye (RFC 3550 section 6.1).
struct RTCPReport {
    struct Sent {
        /// Of the RTP clock, at `clock`.
        var timestamp: UInt32
        var packets: UInt32
        var bytes: UInt32
    }

    struct Heard {
        var source: UInt32
        var fractionLost: UInt8
        var lost: Int
        var extendedHighest: UInt32
        var jitter: UInt32
        /// Middle of the sender clock of the last sender report, and 1/65536 s since it came. Zero: none came.
        var lastReport: UInt32
        var delay: UInt32
    }

    var source: UInt32
    /// Seconds and fraction since 1900 (RFC 3550 section 4).
    var clock: UInt64
    /// Nil: a receiver report.
    var sent: Sent?
    var heard: Heard?
    /// At most 255 bytes of ASCII (RFC 7022).
    var name: [UInt8]
    var isGoodbye = false

    static let longest = 512

    /// NTP time of a moment given in ns since 1970.
    static func clock(_ wallClock: Int64) -> UInt64 {
        let seconds = UInt64(wallClock / 1_000_000_000) + 2_208_988_800
        let fraction = (UInt64(wallClock % 1_000_000_000) << 32) / 1_000_000_000
        return seconds << 32 | fraction
    }

    /// `bytes` has room for `longest`. Returns how many were written.
    func write(to bytes: UnsafeMutableBufferPointer<UInt8>) -> Int {
        var end = writeReport(to: bytes)
        end = writeName(to: bytes, from: end)
        if isGoodbye {
            bytes[end] = 0x81
            bytes[end + 1] = 203
            bytes.write(UInt16(1), at: end + 2)
            bytes.write(source, at: end + 4)
            end += 8
        }
        return end
    }

    private func writeReport(to bytes: UnsafeMutableBufferPointer<UInt8>) -> Int {
        bytes[0] = 0x80 | (heard == nil ? 0 : 1)
        bytes[1] = sent == nil ? 201 : 200
        bytes.write(source, at: 4)
        var end = 8
        if let sent {
            bytes.write(clock, at: 8)
            bytes.write(sent.timestamp, at: 16)
            bytes.write(sent.packets, at: 20)
            bytes.write(sent.bytes, at: 24)
            end = 28
        }
        if let heard {
            bytes.write(heard.source, at: end)
            bytes.write(UInt32(heard.fractionLost) << 24 | UInt32(min(heard.lost, 0x7F_FFFF)), at: end + 4)
            bytes.write(heard.extendedHighest, at: end + 8)
            bytes.write(heard.jitter, at: end + 12)
            bytes.write(heard.lastReport, at: end + 16)
            bytes.write(heard.delay, at: end + 20)
            end += 24
        }
        bytes.write(UInt16(end / 4 - 1), at: 2)
        return end
    }

    private func writeName(to bytes: UnsafeMutableBufferPointer<UInt8>, from start: Int) -> Int {
        bytes[start] = 0x81
        bytes[start + 1] = 202
        bytes.write(source, at: start + 4)
        bytes[start + 8] = 1
        bytes[start + 9] = UInt8(name.count)
        var end = start + 10
        for byte in name {
            bytes[end] = byte
            end += 1
        }
        // At least one zero ends the list, and the packet is filled to whole words.
        repeat {
            bytes[end] = 0
            end += 1
        } while (end - start) % 4 != 0
        bytes.write(UInt16((end - start) / 4 - 1), at: start + 2)
        return end
    }
}
