import Testing

@testable import Media

@Suite("The queue of what is to be played")
struct PlayQueueTests {
    private func take(_ queue: PlayQueue) -> [Int16] {
        let tick = UnsafeMutableBufferPointer<Int16>.allocate(capacity: 160)
        defer { tick.deallocate() }
        tick.initialize(repeating: -1)
        queue.take(into: tick)
        return Array(tick)
    }

    private func ramp(_ range: Range<Int>) -> [Int16] {
        range.map { Int16($0 % 30_000 + 1) }
    }

    @Test("Samples come out as they went in, with silence behind the last")
    func order() {
        let queue = PlayQueue()
        queue.startClock()
        #expect(queue.append(ramp(0..<100)) == 0..<100)
        #expect(queue.append(ramp(100..<200)) == 100..<200)
        #expect(take(queue) == ramp(0..<160))
        #expect(queue.progress == (160, false))
        #expect(take(queue) == ramp(160..<200) + [Int16](repeating: 0, count: 120))
        #expect(queue.progress == (200, true))
        #expect(take(queue) == [Int16](repeating: 0, count: 160))
    }

    @Test("A minute fits, though the ring holds two seconds")
    func backlog() {
        let queue = PlayQueue()
        queue.startClock()
        let minute = ramp(0..<480_000)
        #expect(queue.append(minute) == 0..<480_000)
        var heard: [Int16] = []
        while !queue.progress.isIdle {
            heard += take(queue)
            queue.refill()
        }
        #expect(heard == minute)
    }

    @Test("Dropping says how far it came, skips the rest, and what is queued after it is played")
    func drop() {
        let queue = PlayQueue()
        queue.startClock()
        _ = queue.append(ramp(0..<100_000))
        _ = take(queue)
        _ = take(queue)
        #expect(queue.drop() == 320)
        #expect(queue.progress == (100_000, true))
        #expect(take(queue).allSatisfy { $0 == 0 })
        #expect(queue.append(ramp(0..<160)) == 100_000..<100_160)
        #expect(take(queue) == ramp(0..<160))
        #expect(queue.progress == (100_160, true))
    }

    @Test("What is queued after a drop before the clock starts is in the first tick")
    func dropBeforeStart() {
        let queue = PlayQueue()
        _ = queue.append(ramp(0..<50_000))
        #expect(queue.drop() == 0)
        _ = queue.append(ramp(7..<400))
        queue.startClock()
        #expect(take(queue) == ramp(7..<167))
    }

    @Test("Taking and dropping from two threads at once never plays a dropped sample again")
    func race() async {
        let queue = PlayQueue()
        queue.startClock()
        await withTaskGroup { group in
            group.addTask {
                for round in 1...2_000 {
                    _ = queue.append([Int16](repeating: Int16(round), count: 500))
                    _ = queue.drop()
                }
            }
            group.addTask {
                var newest: Int16 = 0
                for _ in 0..<20_000 {
                    for sample in take(queue) where sample != 0 {
                        #expect(sample >= newest)
                        newest = sample
                    }
                }
            }
        }
        #expect(queue.progress.isIdle)
    }
}
