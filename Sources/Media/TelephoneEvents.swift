/// The keys of a telephone as RFC 4733 numbers them.
enum TelephoneEvent {
    private static let digits = Array("0123456789*#ABCD")

    static func digit(of code: UInt8) -> Character? {
        Int(code) < digits.count ? digits[Int(code)] : nil
    }

    static func code(of digit: Character) -> UInt8? {
        digits.firstIndex(of: digit).map { UInt8($0) }
    }
}

/// Hears keys in the packets of `telephone-event` (RFC 4733 section 2).
///
/// A key press is many packets with one timestamp. The first of them to arrive is reported, so neither its marker nor its end is needed.
struct TelephoneEventReader {
    private var latest: (code: UInt8, timestamp: UInt32, duration: UInt16)?

    /// The code of a key that this packet is the first to tell of.
    mutating func read(_ payload: UnsafeBufferPointer<UInt8>, timestamp: UInt32) -> UInt8? {
        guard payload.count >= 4 else { return nil }
        let code = payload[0]
        let duration = payload.readUInt16(at: 2)
        guard let latest else {
            self.latest = (code, timestamp, duration)
            return code
        }
        let ahead = Int32(bitPattern: timestamp &- latest.timestamp)
        if ahead == 0 {
            self.latest?.duration = max(latest.duration, duration)
            return nil
        }
        // A packet of an earlier event that was overtaken. An hour back is no reordering but a new time line.
        if ahead < 0, ahead > -8_000 * 3_600 { return nil }
        self.latest = (code, timestamp, duration)
        // A key held longer than the duration field can say goes on as a new segment (section 2.5.1.3).
        let isNextSegment = code == latest.code && latest.duration >= 0xFF00 && ahead <= 0xFFFF
        return isNextSegment ? nil : code
    }

    /// The time line of another source says nothing about this one.
    mutating func reset() {
        latest = nil
    }
}

/// Presses keys, one tick of 20 ms at a time: 100 ms each, then 60 ms of nothing, which are the 50 ms asked for on the grid of packets.
struct KeyPresses {
    enum Step: Hashable {
        case none
        /// `duration` in samples so far; the last packet of an event is sent three times (RFC 4733 section 2.5.1.4).
        case press(code: UInt8, duration: UInt16, isFirst: Bool, isLast: Bool)
        case gap
    }

    private var waiting: [UInt8] = []
    private var pressed: (code: UInt8, ticks: UInt16)?

    private static let pressTicks: UInt16 = 5
    private static let gapTicks: UInt16 = 3

    mutating func append(_ codes: [UInt8]) {
        waiting += codes
    }

    mutating func next() -> Step {
        if pressed == nil, !waiting.isEmpty { pressed = (waiting.removeFirst(), 0) }
        guard let key = pressed else { return .none }
        let ticks = key.ticks + 1
        pressed = ticks == Self.pressTicks + Self.gapTicks ? nil : (key.code, ticks)
        guard ticks <= Self.pressTicks else { return .gap }
        return .press(code: key.code, duration: ticks * 160, isFirst: ticks == 1, isLast: ticks == Self.pressTicks)
    }
}
