import Testing

@testable import Media

/// Plays a stream of numbered samples through a buffer: sample n of the stream has the value n % 29,000 + 1,000, which is never quiet.
private struct Playout {
    var buffer = JitterBuffer()
    var heard: [Int16] = []
    let firstTimestamp: UInt32

    init(firstTimestamp: UInt32 = 1_000) {
        self.firstTimestamp = firstTimestamp
    }

    static func sample(_ index: Int) -> Int16 { Int16(index % 29_000 + 1_000) }

    /// Packet n of a stream with packets of `length` samples.
    @discardableResult
    mutating func arrive(_ number: Int, length: Int = 160, marker: Bool = false) -> JitterBuffer.Insertion {
        let start = number * length
        let samples = (start..<start + length).map { Self.sample($0) }
        let timestamp = firstTimestamp &+ UInt32(truncatingIfNeeded: start)
        return buffer.insert(samples.span, timestamp: timestamp, marker: marker)
    }

    mutating func tick(_ count: Int = 1) {
        for _ in 0..<count {
            var tick = [Int16](repeating: 0, count: 160)
            var span = tick.mutableSpan
            buffer.take(into: &span)
            heard += tick
        }
    }

    /// What was heard, without the silence before the first sample.
    var speech: ArraySlice<Int16> { heard.drop { $0 == JitterBuffer.missing } }

    /// Whether `heard` is the stream from its first sample on, with nothing missing.
    func isWhole(from first: Int = 0) -> Bool {
        speech.enumerated().allSatisfy { $0.element == Self.sample(first + $0.offset) }
    }
}

@Suite("The jitter buffer")
struct JitterBufferTests {
    @Test("An even stream comes out whole, 40 ms after it came in")
    func evenStream() {
        var playout = Playout()
        for number in 0..<500 {
            #expect(playout.arrive(number) == .queued)
            playout.tick()
        }
        #expect(playout.heard.count - playout.speech.count == 320)
        #expect(playout.isWhole())
        #expect(playout.buffer.concealed == 0)
    }

    @Test("Packets of other lengths come out whole", arguments: [80, 240, 320, 480, 800, 33])
    func packetTimes(length: Int) {
        var playout = Playout()
        var sent = 0
        var ticks = 0
        while ticks < 300 {
            // Everything that was spoken by this moment has been sent.
            while (sent + 1) * length <= (ticks + 1) * 160 {
                playout.arrive(sent, length: length)
                sent += 1
            }
            playout.tick()
            ticks += 1
        }
        // A packet longer than a tick may find the buffer dry once, before it knows how long they are.
        let speech = playout.speech.filter { $0 != JitterBuffer.missing }
        #expect(speech.enumerated().allSatisfy { $0.element == Playout.sample($0.offset) })
        #expect(speech.count > 300 * 160 - 2_400)
    }

    @Test("Packets that overtake one another come out in order")
    func reordering() {
        var playout = Playout()
        for pair in 0..<100 {
            playout.arrive(2 * pair + 1)
            playout.tick()
            playout.arrive(2 * pair)
            playout.tick()
        }
        #expect(playout.isWhole(from: 160) || playout.isWhole())
        #expect(playout.buffer.concealed == 0)
    }

    @Test("A duplicate changes nothing")
    func duplicates() {
        var playout = Playout()
        for number in 0..<100 {
            playout.arrive(number)
            #expect(playout.arrive(number) == .duplicate)
            playout.tick()
        }
        #expect(playout.isWhole())
    }

    @Test("A lost packet leaves a hole of its own length, and everything else stays in its place")
    func loss() {
        var playout = Playout()
        for number in 0..<200 {
            if number % 10 != 5 { playout.arrive(number) }
            playout.tick()
        }
        let speech = Array(playout.speech)
        for (index, sample) in speech.enumerated() {
            let isLost = (index / 160) % 10 == 5
            #expect(sample == (isLost ? JitterBuffer.missing : Playout.sample(index)))
        }
        #expect(playout.buffer.concealed == speech.count { $0 == JitterBuffer.missing })
    }

    @Test("A burst of loss does not add delay")
    func lossBurst() {
        var playout = Playout()
        for number in 0..<300 {
            if !(100..<106).contains(number) { playout.arrive(number) }
            playout.tick()
        }
        #expect(playout.buffer.depth <= 480)
        // Sample for sample in place again after the hole.
        #expect(playout.heard.last == Playout.sample(300 * 160 - 320 - 1))
    }

    @Test("A packet that comes after its moment is late, and is not played")
    func late() {
        var playout = Playout()
        for number in 0..<100 {
            if number != 50 { playout.arrive(number) }
            playout.tick()
            if number == 56 { #expect(playout.arrive(50) == .late) }
        }
        #expect(!playout.heard.contains(Playout.sample(50 * 160 + 3)))
    }

    @Test("Sequence and timestamps that wrap around are no event")
    func wrapAround() {
        var playout = Playout(firstTimestamp: UInt32.max - 8_000)
        for number in 0..<200 {
            #expect(playout.arrive(number) == .queued)
            playout.tick()
        }
        #expect(playout.isWhole())
    }

    @Test("A stall of 120 ms costs no sample: time stands still, and the delay has grown")
    func stall() {
        var playout = Playout()
        for number in 0..<50 {
            playout.arrive(number)
            playout.tick()
        }
        playout.tick(6)
        for number in 50..<56 { playout.arrive(number) }
        for number in 56..<100 {
            playout.arrive(number)
            playout.tick()
        }
        let speech = playout.speech.filter { $0 != JitterBuffer.missing }
        #expect(speech.enumerated().allSatisfy { $0.element == Playout.sample($0.offset) })
        #expect((800...1_300).contains(playout.buffer.depth))
    }

    @Test("The delay of a stall is given back within seconds, in quiet, and never grows beyond 200 ms")
    func recovery() {
        var playout = Playout()
        let quiet = [Int16](repeating: 3, count: 160)
        var number = 0
        func arrive(_ playout: inout Playout) {
            _ = playout.buffer.insert(quiet.span, timestamp: UInt32(number * 160), marker: false)
            number += 1
        }
        for _ in 0..<50 {
            arrive(&playout)
            playout.tick()
        }
        for _ in 0..<4 {
            playout.tick(9)
            for _ in 0..<9 { arrive(&playout) }
            for _ in 0..<20 {
                arrive(&playout)
                playout.tick()
            }
            #expect(playout.buffer.depth <= 1_600 + 160)
        }
        for _ in 0..<400 {
            arrive(&playout)
            playout.tick()
        }
        #expect(playout.buffer.depth <= 480)
    }

    @Test(
        "Where packets come evenly the delay goes down to 20 ms, in quiet; where they come unevenly, to 40 ms",
        arguments: [1, 3]
    )
    func calm(packetsAtOnce: Int) {
        var playout = Playout()
        let quiet = [Int16](repeating: 3, count: 160)
        for tick in 0..<900 {
            if tick % packetsAtOnce == 0 {
                for number in tick..<tick + packetsAtOnce {
                    _ = playout.buffer.insert(quiet.span, timestamp: UInt32(number * 160), marker: false)
                }
            }
            playout.tick()
        }
        // What came last has been played but for the delay.
        #expect(playout.buffer.depth == (packetsAtOnce == 1 ? 160 : 320))
        #expect(playout.buffer.concealed == 0)
    }

    @Test("A packet that is 20 ms late on a calm line is still played in its place")
    func lateOnCalmLine() {
        var playout = Playout()
        var number = 0
        func arrive(_ count: Int = 1) {
            for _ in 0..<count {
                let samples = [Int16](repeating: Int16(number % 200 + 1), count: 160)
                _ = playout.buffer.insert(samples.span, timestamp: UInt32(number * 160), marker: false)
                number += 1
            }
        }
        for _ in 0..<600 {
            arrive()
            playout.tick()
        }
        let before = playout.heard.count
        playout.tick()
        arrive(2)
        for _ in 0..<20 {
            playout.tick()
            arrive()
        }
        #expect(playout.buffer.concealed == 0)
        let numbers = stride(from: before, to: playout.heard.count, by: 160).map { Int(playout.heard[$0]) }
        #expect(zip(numbers, numbers.dropFirst()).allSatisfy { $1 == $0 % 200 + 1 }, "\(numbers)")
    }

    @Test("With no delay asked for, a packet is heard in the next tick, also when the first two came in one")
    func noDelay() {
        var playout = Playout()
        playout.buffer = JitterBuffer(delay: 0)
        let quiet = [Int16](repeating: 3, count: 160)
        for number in 0..<600 {
            _ = playout.buffer.insert(quiet.span, timestamp: UInt32(number * 160), marker: false)
            if number > 0 { playout.tick() }
        }
        #expect(playout.buffer.depth == 0)
    }

    @Test("Loud speech is shortened too when the delay is far too long, without a jump in the wave")
    func loudRecovery() {
        var playout = Playout()
        // A slow triangle: neighbours differ by at most 40.
        func wave(_ index: Int) -> Int16 { Int16(abs(index % 1_000 - 500) * 40 - 10_000) }
        var number = 0
        func arrive(_ playout: inout Playout) {
            let samples = (number * 160..<number * 160 + 160).map(wave)
            _ = playout.buffer.insert(samples.span, timestamp: UInt32(number * 160), marker: false)
            number += 1
        }
        for _ in 0..<20 {
            arrive(&playout)
            playout.tick()
        }
        playout.tick(10)
        for _ in 0..<10 { arrive(&playout) }
        for _ in 0..<600 {
            arrive(&playout)
            playout.tick()
        }
        #expect(playout.buffer.depth < 1_400)
        let speech = playout.speech.filter { $0 != JitterBuffer.missing }
        let steps = zip(speech, speech.dropFirst()).map { abs(Int($0) - Int($1)) }
        // The hole of the stall itself was cut out of `speech`: one jump is that.
        #expect(steps.count { $0 > 600 } <= 1)
    }

    @Test("A sender whose clock runs half a percent off is followed either way", arguments: [159.2, 160.8])
    func drift(samplesPerTick: Double) {
        var playout = Playout()
        let quiet = [Int16](repeating: 5, count: 160)
        var sent = 0
        for tick in 0..<6_000 {
            while Double((sent + 1) * 160) <= Double(tick + 1) * samplesPerTick {
                _ = playout.buffer.insert(quiet.span, timestamp: UInt32(sent * 160), marker: false)
                sent += 1
            }
            playout.tick()
            #expect(playout.buffer.depth <= 1_200)
        }
        // At most the drift itself may be missing.
        #expect(playout.buffer.concealed <= 6_000)
    }

    @Test("Random jitter up to 60 ms settles to a stream with few holes")
    func jitter() {
        var playout = Playout()
        var random = Seeded(state: 42)
        // Arrival tick of each packet.
        let arrivals = (0..<1_000).map { ($0 + Int.random(in: 0...3, using: &random), $0) }
        for tick in 0..<1_000 {
            for (_, number) in arrivals where arrivals[number].0 == tick { playout.arrive(number) }
            playout.tick()
        }
        #expect(playout.buffer.concealed < 160 * 20)
        let speech = playout.speech.filter { $0 != JitterBuffer.missing }
        #expect(zip(speech, speech.dropFirst()).allSatisfy { $0 < $1 || $0 > 29_000 })
    }

    @Test("After a pause without packets the stream goes on with the same delay")
    func silenceSuppression() {
        var playout = Playout()
        for number in 0..<50 {
            playout.arrive(number)
            playout.tick()
        }
        playout.tick(200)
        let before = playout.heard.count
        for number in 250..<300 {
            playout.arrive(number, marker: number == 250)
            playout.tick()
        }
        let after = playout.heard[before...]
        let wait = after.prefix { $0 == JitterBuffer.missing }.count
        #expect((160...480).contains(wait))
        #expect(after.dropFirst(wait).enumerated().allSatisfy { $0.element == Playout.sample(250 * 160 + $0.offset) })
        #expect(playout.buffer.concealed <= 8 * 160)
    }

    @Test("A sender that freezes its timestamps in a pause is heard from its first packet on")
    func frozenTimestamps() {
        var playout = Playout()
        for number in 0..<50 {
            playout.arrive(number)
            playout.tick()
        }
        playout.tick(100)
        #expect(playout.arrive(50, marker: true) == .queued)
        playout.tick(4)
        #expect(playout.heard.suffix(320).contains(Playout.sample(50 * 160)))
    }

    @Test("A sender that jumps to another time line is followed by its second packet")
    func newTimeLine() {
        var playout = Playout()
        for number in 0..<50 {
            playout.arrive(number)
            playout.tick()
        }
        let samples = [Int16](repeating: 77, count: 160)
        #expect(playout.buffer.insert(samples.span, timestamp: 900_000_000, marker: false) == .misplaced)
        playout.tick()
        #expect(playout.buffer.insert(samples.span, timestamp: 900_000_160, marker: false) == .queued)
        playout.tick(3)
        #expect(playout.heard.last == 77)
    }

    @Test("One packet from far off does not disturb")
    func strayTimestamp() {
        var playout = Playout()
        for number in 0..<100 {
            playout.arrive(number)
            if number == 50 {
                let samples = [Int16](repeating: 77, count: 160)
                #expect(playout.buffer.insert(samples.span, timestamp: 3_000_000_000, marker: false) == .misplaced)
            }
            playout.tick()
        }
        #expect(playout.isWhole())
    }

    @Test("Empty and oversized packets are refused")
    func lengths() {
        var playout = Playout()
        #expect(playout.arrive(0, length: 0) == .misplaced)
        #expect(playout.arrive(0, length: 1_601) == .misplaced)
        #expect(playout.arrive(0, length: 1_600) == .queued)
    }

    @Test("The most negative sample is not taken for a missing one")
    func mostNegative() {
        var playout = Playout()
        let samples = [Int16](repeating: -32_768, count: 160)
        _ = playout.buffer.insert(samples.span, timestamp: 0, marker: false)
        playout.tick(3)
        #expect(playout.heard.suffix(160).allSatisfy { $0 == -32_767 })
    }

    @Test("Forgetting leaves nothing behind")
    func reset() {
        var playout = Playout()
        for number in 0..<10 { playout.arrive(number) }
        playout.buffer.reset()
        playout.tick(20)
        #expect(playout.heard.allSatisfy { $0 == JitterBuffer.missing })
    }

    @Test("No order, length or timestamp makes it fail, and nothing comes out that never went in")
    func randomWalk() {
        var random = Seeded(state: 2_026)
        var buffer = JitterBuffer()
        var timestamp: UInt32 = 0
        var tick = [Int16](repeating: 0, count: 160)
        for _ in 0..<20_000 {
            switch Int.random(in: 0..<10, using: &random) {
            case 0: timestamp = UInt32.random(in: 0...UInt32.max, using: &random)
            case 1: timestamp &-= UInt32.random(in: 0...20_000, using: &random)
            case 2: timestamp &+= UInt32.random(in: 0...20_000, using: &random)
            case 3...6:
                let length = Int.random(in: 0...1_700, using: &random)
                let samples = [Int16](repeating: 99, count: length)
                _ = buffer.insert(samples.span, timestamp: timestamp, marker: Bool.random(using: &random))
                timestamp &+= UInt32(length)
            default:
                var span = tick.mutableSpan
                buffer.take(into: &span)
                #expect(tick.allSatisfy { $0 == 99 || $0 == JitterBuffer.missing })
                #expect((0...16_384).contains(buffer.depth))
            }
        }
    }
}

/// Random numbers that are the same every time.
struct Seeded: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        return state ^ (state >> 29)
    }
}
