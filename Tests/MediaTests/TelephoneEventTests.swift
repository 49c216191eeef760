import Testing

@testable import Media

@Suite("Telephone events")
struct TelephoneEventTests {
    private func read(
        _ reader: inout TelephoneEventReader,
        _ code: UInt8,
        _ duration: Int,
        at timestamp: UInt32,
        end: Bool = false
    ) -> UInt8? {
        let payload: [UInt8] = [code, end ? 0x8A : 0x0A, UInt8(duration >> 8), UInt8(duration & 0xFF)]
        return payload.withUnsafeBufferPointer { reader.read($0, timestamp: timestamp) }
    }

    @Test("A key is heard once, at its first packet, whichever that is")
    func once() {
        var reader = TelephoneEventReader()
        #expect(read(&reader, 5, 480, at: 1_000) == 5)
        for duration in [640, 800] { #expect(read(&reader, 5, duration, at: 1_000) == nil) }
        for _ in 0..<3 { #expect(read(&reader, 5, 800, at: 1_000, end: true) == nil) }
    }

    @Test("The same key twice is two keys, even if the end of the first was lost")
    func twice() {
        var reader = TelephoneEventReader()
        #expect(read(&reader, 5, 160, at: 1_000) == 5)
        #expect(read(&reader, 5, 160, at: 3_000) == 5)
    }

    @Test("A packet of the key before that was overtaken is not a key")
    func overtaken() {
        var reader = TelephoneEventReader()
        #expect(read(&reader, 1, 160, at: 1_000) == 1)
        #expect(read(&reader, 2, 160, at: 3_000) == 2)
        #expect(read(&reader, 1, 800, at: 1_000, end: true) == nil)
        #expect(read(&reader, 2, 320, at: 3_000) == nil)
    }

    @Test("A key held longer than a packet can say is still one key")
    func segments() {
        var reader = TelephoneEventReader()
        #expect(read(&reader, 9, 0xFFFF, at: 1_000) == 9)
        #expect(read(&reader, 9, 160, at: 1_000 + 0xFFFF) == nil)
    }

    @Test("Timestamps that wrap around are no event")
    func wrapAround() {
        var reader = TelephoneEventReader()
        #expect(read(&reader, 1, 160, at: .max - 100) == 1)
        #expect(read(&reader, 2, 160, at: 2_000) == 2)
    }

    @Test("Short payloads are ignored")
    func short() {
        var reader = TelephoneEventReader()
        let payload: [UInt8] = [1, 2, 3]
        #expect(payload.withUnsafeBufferPointer { reader.read($0, timestamp: 0) } == nil)
    }

    @Test("A key is pressed for 100 ms, with 60 ms until the next")
    func presses() {
        var keys = KeyPresses()
        keys.append([1, 11])
        let steps = (0..<17).map { _ in keys.next() }
        for (start, code) in [(0, UInt8(1)), (8, 11)] {
            for tick in 0..<5 {
                let expected = KeyPresses.Step.press(
                    code: code,
                    duration: UInt16(160 * (tick + 1)),
                    isFirst: tick == 0,
                    isLast: tick == 4
                )
                #expect(steps[start + tick] == expected)
            }
            #expect(steps[start + 5..<start + 8].allSatisfy { $0 == .gap })
        }
        #expect(steps[16] == .none)
    }

    @Test("Digits and their codes are those of RFC 4733")
    func codes() {
        #expect("0123456789*#ABCD".map { TelephoneEvent.code(of: $0) } == (0...15).map { UInt8($0) })
        #expect(TelephoneEvent.code(of: "x") == nil)
        #expect(TelephoneEvent.digit(of: 16) == nil)
    }
}
