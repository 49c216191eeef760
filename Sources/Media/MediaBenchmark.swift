import CMediaSocket
package import Logging
import Synchronization
import Telephony

/// What a stream costs and how evenly it sends, measured on loopback, next to the least that plain C needs for the same packets.
package enum MediaBenchmark {
    package struct Result: Sendable {
        package var streams = 0
        package var seconds = 0.0
        /// Percent of one core that a stream takes in all: media thread, pump, and a task that consumes its ticks.
        package var cpuPercentPerStream = 0.0
        /// Percent of one core that a stream takes of its media thread.
        package var mediaCPUPercentPerStream = 0.0
        /// Percent of one core that a stream of the C loop takes: epoll, recv, send, G.711, and nothing else.
        package var floorCPUPercentPerStream = 0.0
        package var pacing = Pacing(errors: [])
        package var packetsSent = 0
        package var packetsReceived = 0
        package var packetsLost = 0
        package var lateTicks = 0
        package var droppedTicks = 0

        package var ratioToFloor: Double { cpuPercentPerStream / floorCPUPercentPerStream }
        package var mediaRatioToFloor: Double { mediaCPUPercentPerStream / floorCPUPercentPerStream }
    }

    /// How far packets were from 20 ms after the one before, by the kernel's time of arrival, in ms.
    package struct Pacing: Sendable, Hashable {
        package var p50: Double
        package var p99: Double
        package var p999: Double
        package var max: Double

        init(errors: [Double]) {
            let sorted = errors.sorted()
            func percentile(_ share: Double) -> Double {
                sorted.isEmpty ? 0 : sorted[min(sorted.count - 1, Int(Double(sorted.count) * share))]
            }
            p50 = percentile(0.5)
            p99 = percentile(0.99)
            p999 = percentile(0.999)
            max = sorted.last ?? 0
        }
    }

    /// How evenly `engine` sends while `body` runs, seen on eight more of its streams that talk to a probe; and the CPU time that the probe itself
    /// took of this process.
    package static func pacing<Result>(
        of engine: MediaEngine,
        during body: () async throws -> Result
    ) async throws -> (result: Result, pacing: Pacing, probeCPU: Duration) {
        let probe = try PacingProbe(sockets: 8)
        let streams = try probe.ports.map { port in
            let stream = try engine.open()
            try stream.connect(to: MediaRemote(address: "127.0.0.1", port: port, codec: .pcmu))
            stream.startClock()
            return stream
        }
        let result: Swift.Result<Result, any Error>
        do { result = .success(try await body()) } catch { result = .failure(error) }
        let (errors, cpu) = probe.finish()
        for stream in streams { await stream.close() }
        return (try result.get(), Pacing(errors: errors), .nanoseconds(cpu))
    }

    /// CPU time of this process so far.
    package static var processCPU: Duration { .nanoseconds(media_process_cpu()) }

    /// Runs `streams` streams, which talk to each other in pairs, for `seconds`; a few of them talk to a probe instead that measures their
    /// pacing. Then the C loop runs for as long. The CPU time is that of the process: nothing else may run in it.
    package static func run(streams: Int, seconds: Int, logger: Logger) async throws -> Result {
        let streams = max(2, streams + streams % 2)
        let engine = try MediaEngine(configuration: MediaEngine.Configuration(), logger: logger)
        defer { engine.stop() }
        let probe = try PacingProbe(sockets: min(16, max(1, streams / 4)))
        let open = try open(streams, on: engine, probe: probe)
        var result = try await measure(open, on: engine, seconds: seconds)
        let (errors, probeCPU) = probe.finish()
        // The probe listened for the settling second too.
        let probed = Double(probeCPU) / 1e9 / (result.seconds + 1)
        result.cpuPercentPerStream -= probed * 100 / Double(result.streams)
        result.pacing = Pacing(errors: errors)
        result.floorCPUPercentPerStream = try await floor(streams: streams, seconds: seconds)
        return result
    }

    private static func open(_ count: Int, on engine: MediaEngine, probe: PacingProbe) throws -> [MediaStream] {
        let streams = try (0..<count).map { _ in try engine.open() }
        for (index, stream) in streams.enumerated() {
            if index < probe.ports.count {
                try stream.connect(to: MediaRemote(address: "127.0.0.1", port: probe.ports[index], codec: .pcmu))
                continue
            }
            // Neighbours talk to each other; an odd one out talks to itself.
            let pair = index - probe.ports.count
            let partner = pair % 2 == 0 ? min(index + 1, count - 1) : index - 1
            try stream.connect(
                to: MediaRemote(address: "127.0.0.1", port: streams[partner].localPort, codec: .pcmu)
            )
        }
        return streams
    }

    private static func measure(_ streams: [MediaStream], on engine: MediaEngine, seconds: Int) async throws -> Result {
        let second = (0..<8_000).map { Int16(($0 * 397) % 16_000 - 8_000) }
        return try await withThrowingTaskGroup { group in
            for stream in streams {
                stream.play(second)
                stream.startClock()
                group.addTask {
                    for await tick in stream.ticks where tick.isIdle { stream.play(second) }
                }
            }
            // The first second is for settling: pages, buffers, clocks.
            try await Task.sleep(for: .seconds(1))
            let start = (media_now(), media_process_cpu(), engine.statistics)
            try await Task.sleep(for: .seconds(seconds))
            let end = (media_now(), media_process_cpu(), engine.statistics)
            for stream in streams { await stream.close() }
            try await group.waitForAll()
            let elapsed = Double(end.0 - start.0)
            let perStream = 100 / elapsed / Double(streams.count)
            var result = Result()
            result.streams = streams.count
            result.seconds = elapsed / 1e9
            result.cpuPercentPerStream = Double(end.1 - start.1) * perStream
            result.mediaCPUPercentPerStream = (end.2.mediaCPU - start.2.mediaCPU) / .nanoseconds(1) * perStream
            result.packetsSent = end.2.packetsOut - start.2.packetsOut
            result.packetsReceived = end.2.packetsIn - start.2.packetsIn
            result.packetsLost = streams.reduce(0) { $0 + $1.report.packetsLost }
            result.lateTicks = end.2.lateTicks - start.2.lateTicks
            result.droppedTicks = end.2.droppedTicks - start.2.droppedTicks
            return result
        }
    }

    /// Percent of one core that each of `streams` streams takes of the least that plain C needs: epoll, recv, send, G.711.
    package static func floor(streams: Int, seconds: Int) async throws -> Double {
        let (results, output) = AsyncStream<(status: Int32, result: media_floor_result)>.makeStream()
        let thread = try PosixThread(name: "media-floor") {
            var result = media_floor_result()
            _ = media_thread_real_time(10)
            let status = media_floor_run(Int32(streams), Int32(seconds), &result)
            output.yield((status, result))
            output.finish()
        }
        defer { thread.join() }
        for await (status, result) in results {
            _ = try MediaError.check(status, "The C loop")
            return Double(result.cpu) / (Double(seconds) * 1e9) * 100 / Double(streams)
        }
        return 0
    }
}
