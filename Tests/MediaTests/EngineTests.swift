import Logging
import Media
import Telephony
import Testing

@Suite("The media engine", .timeLimit(.minutes(1)))
struct EngineTests {
    @Test("Three hundred streams one after another go through forty pairs of ports")
    func descriptors() async throws {
        let loopback = try Loopback(ports: 49_020...49_099)
        for _ in 0..<10 {
            var streams: [MediaStream] = []
            for _ in 0..<15 {
                let (a, b) = try loopback.pair()
                a.startClock()
                b.startClock()
                streams += [a, b]
            }
            #expect(Set(streams.map(\.localPort)).count == 30)
            #expect(streams.allSatisfy { $0.localPort % 2 == 0 })
            await streams[0].listen(until: 320)
            for stream in streams { await stream.close() }
        }
        #expect(loopback.engine.statistics.liveStreams == 0)
    }

    @Test("A stream says how the far end wants its audio written, also when that changes")
    func coding() async throws {
        let loopback = try Loopback()
        let stream = try loopback.engine.open()
        #expect(stream.coding == .muLaw)
        try stream.connect(to: MediaRemote(address: "127.0.0.1", port: 4000, codec: .pcma))
        #expect(stream.coding == .aLaw)
        try stream.connect(to: MediaRemote(address: "127.0.0.1", port: 4000, codec: .pcmu))
        #expect(stream.coding == .muLaw)
        await stream.close()
    }

    @Test("A range without a free pair says so")
    func noPort() async throws {
        let loopback = try Loopback()
        let stream = try loopback.engine.open()
        let range = stream.localPort...stream.localPort + 1
        let narrow = try MediaEngine(
            configuration: .init(threads: 1, ports: range, realTimePriority: false),
            logger: Logger(label: "test")
        )
        #expect(throws: MediaError.noFreePort(range)) { try narrow.open() }
        await stream.close()
        let freed = try narrow.open()
        #expect(freed.localPort == range.lowerBound)
        await freed.close()
        narrow.stop()
    }

    @Test("Stopping closes every stream, and its recording is whole")
    func stop() async throws {
        let loopback = try Loopback()
        let (a, b) = try loopback.pair(recordings: ("a.wav", nil))
        a.startClock()
        b.startClock()
        await a.listen(until: 1_600)
        loopback.engine.stop()
        for await _ in a.events {}
        await a.close()
        await b.close()
        #expect(try loopback.recording("a.wav").agent.count >= 1_600)
        #expect(throws: MediaError.stopped) { try loopback.engine.open() }
    }

    @Test("A stream that nobody holds any more is closed")
    func abandoned() async throws {
        let loopback = try Loopback()
        var events: AsyncStream<MediaEvent>?
        do {
            let stream = try loopback.engine.open()
            stream.startClock()
            events = stream.events
        }
        if let events { for await _ in events {} }
        #expect(loopback.engine.statistics.liveStreams == 0)
    }

    @Test("What the threads do is counted")
    func statistics() async throws {
        let loopback = try Loopback()
        let (a, b) = try loopback.pair()
        a.startClock()
        b.startClock()
        await a.listen(until: 8_000)
        let statistics = loopback.engine.statistics
        #expect(statistics.liveStreams == 2)
        #expect(statistics.packetsOut >= 50)
        #expect(statistics.packetsIn >= 40)
        #expect(statistics.pacingCounts.count == MediaStatistics.pacingLimits.count + 1)
        #expect(statistics.pacingCounts.reduce(0, +) >= 20)
        await a.close()
        await b.close()
    }

    @Test("A configuration that cannot work is refused with its reason")
    func badConfiguration() {
        #expect(throws: MediaError.noFreePort(5_001...5_001)) {
            try MediaEngine(configuration: .init(threads: 1, ports: 5_001...5_001), logger: Logger(label: "test"))
        }
        #expect(throws: MediaError.badAddress("localhost", port: 5_000)) {
            try MediaEngine(
                configuration: .init(threads: 1, address: "localhost", ports: 5_000...5_010),
                logger: Logger(label: "test")
            )
        }
    }

    @Test("The benchmark measures streams that really talk, and the C loop beside them")
    func benchmark() async throws {
        let result = try await MediaBenchmark.run(streams: 8, seconds: 1, logger: Logger(label: "test"))
        #expect(result.streams == 8)
        #expect(result.packetsSent >= 8 * 40)
        // Two of them talk to the probe, which never answers.
        #expect(result.packetsReceived >= 6 * 40)
        #expect(result.cpuPercentPerStream > 0)
        #expect(result.mediaCPUPercentPerStream > 0)
        #expect(result.floorCPUPercentPerStream > 0)
        #expect(result.pacing.p50 <= result.pacing.p99)
        #expect(result.pacing.p50 > 0)
    }
}
