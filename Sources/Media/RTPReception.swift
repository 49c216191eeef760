/// Counts what came and what did not, by sequence numbers (RFC 3550 appendix A.1, A.3 and A.8).
struct RTPReception: Hashable {
    private(set) var received: Int
    /// In timestamp units.
    private(set) var jitter: Double = 0

    /// What earlier sources of the same call lost and sent.
    private let lostBefore: Int
    private let receivedBefore: Int
    private var base: UInt16
    private var highest: UInt16
    private var cycles: UInt32 = 0
    /// Where the sequence would go on if the last jump was real.
    private var jump: UInt16?
    private var expectedAtReport = 0
    private var receivedAtReport = 0
    private var transit: Int32?

    private static let largestDropout: UInt16 = 3_000
    private static let largestReordering: UInt16 = 100

    /// Counts from here; `first` counts as received.
    init(first: UInt16, after earlier: RTPReception? = nil) {
        base = first
        highest = first
        received = earlier == nil ? 0 : 1
        lostBefore = earlier?.lost ?? 0
        receivedBefore = earlier.map { $0.receivedBefore + $0.received } ?? 0
    }

    var totalReceived: Int { receivedBefore + received }

    /// Over all sources of the call. Never negative.
    var lost: Int { lostBefore + max(0, received == 0 ? 0 : expected - received) }

    /// As RTCP wants it: cycles above, sequence number below.
    var extendedHighest: UInt32 { cycles | UInt32(highest) }

    private var expected: Int { Int(extendedHighest) - Int(base) + 1 }

    /// False for a packet that jumped too far to be believed. The next in line after it makes the jump real.
    mutating func note(_ sequence: UInt16) -> Bool {
        let ahead = sequence &- highest
        if ahead < Self.largestDropout {
            if sequence < highest { cycles &+= 0x1_0000 }
            highest = sequence
        } else if ahead <= 0 &- Self.largestReordering {
            guard sequence == jump else {
                jump = sequence &+ 1
                return false
            }
            self = RTPReception(first: sequence, after: self)
            return true
        }
        jump = nil
        received += 1
        return true
    }

    mutating func noteTransit(timestamp: UInt32, at now: Int64) {
        let arrival = UInt32(truncatingIfNeeded: now / 125_000)
        let transit = Int32(bitPattern: arrival &- timestamp)
        if let before = self.transit {
            let change = abs(Double(transit &- before))
            // A leap of the far end's clock is not jitter.
            if change < 8_000 { jitter += (change - jitter) / 16 }
        }
        self.transit = transit
    }

    /// The share lost since the last call, in 256ths.
    mutating func takeReportFraction() -> UInt8 {
        let expectedNow = expected - expectedAtReport
        let lostNow = expectedNow - (received - receivedAtReport)
        expectedAtReport = expected
        receivedAtReport = received
        guard expectedNow > 0, lostNow > 0 else { return 0 }
        return UInt8(clamping: lostNow * 256 / expectedNow)
    }
}
