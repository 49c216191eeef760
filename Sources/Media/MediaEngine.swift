import CMediaSocket
import Glibc
package import Logging
import Synchronization
import Telephony

/// The media threads and the RTP ports of this process.
package final class MediaEngine: Sendable {
    package struct Configuration: Sendable {
        /// How many media threads. One carries a few hundred calls.
        package var threads: Int
        /// The numeric address the RTP sockets are bound to.
        package var address: String
        /// RTP takes the even ports, RTCP the odd ones above.
        package var ports: ClosedRange<Int>
        /// Ask for SCHED_FIFO, which needs CAP_SYS_NICE. A refusal is warned about once.
        package var realTimePriority: Bool
        /// How long the far end may stay silent on the wire before `MediaEvent.noMedia`. Zero: for ever.
        package var noMediaTimeout: Duration
        /// How long what arrives is held back at first, in ms, so that it can be played evenly.
        package var jitterDelay: Int

        package init(
            threads: Int = max(1, sysconf(Int32(_SC_NPROCESSORS_ONLN)) / 2),
            address: String = "127.0.0.1",
            ports: ClosedRange<Int> = 20_000...29_999,
            realTimePriority: Bool = true,
            noMediaTimeout: Duration = .seconds(20),
            jitterDelay: Int = 40
        ) {
            self.threads = threads
            self.address = address
            self.ports = ports
            self.realTimePriority = realTimePriority
            self.noMediaTimeout = noMediaTimeout
            self.jitterDelay = jitterDelay
        }
    }

    private let configuration: Configuration
    private let ports: MediaPorts
    private let media: [MediaThread]
    private let pump: Pump
    private let writer: RecordingWriter
    private let mediaThreads: [PosixThread]
    private let pumpThread: PosixThread
    private let writerThread: PosixThread

    /// Starts the threads.
    package init(configuration: Configuration = Configuration(), logger: Logger) throws(MediaError) {
        self.configuration = configuration
        ports = try MediaPorts(address: configuration.address, range: configuration.ports)
        let writer = try RecordingWriter()
        let pump = try Pump(writer: writer)
        var media: [MediaThread] = []
        for _ in 0..<max(1, configuration.threads) { media.append(try MediaThread(pump: pump, logger: logger)) }
        var threads: [PosixThread] = []
        do {
            for (index, loop) in media.enumerated() {
                let warns = index == 0
                threads.append(
                    try PosixThread(name: "media-\(index)") {
                        if configuration.realTimePriority { Self.askForRealTime(warns ? logger : nil) }
                        loop.run()
                    }
                )
            }
            pumpThread = try PosixThread(name: "media-pump") { pump.run() }
        } catch {
            for loop in media { loop.post(.stop) }
            for thread in threads { thread.join() }
            throw error
        }
        do {
            writerThread = try PosixThread(name: "media-writer") { writer.run() }
        } catch {
            for loop in media { loop.post(.stop) }
            for thread in threads { thread.join() }
            pump.stop()
            pumpThread.join()
            throw error
        }
        self.writer = writer
        self.pump = pump
        self.media = media
        mediaThreads = threads
    }

    deinit {
        stop()
    }

    /// Gives a recording that a dead process had not finished its name: all of it is there but the last second. True if there is one
    /// at `path` now.
    package static func recoverRecording(at path: String) -> Bool { RecordingFile.recover(path) }

    /// Binds a free pair of ports. The stereo recording, if a path is given, is made from `startClock` to `close`.
    package func open(recordingPath: String? = nil) throws(MediaError) -> MediaStream {
        let pair = try ports.bind()
        let loop = media.min { $0.counters.liveStreams.value < $1.counters.liveStreams.value } ?? media[0]
        let (ticks, tickOutput) = AsyncStream<AudioTick>.makeStream(bufferingPolicy: .bufferingNewest(Self.ticksKept))
        let (events, eventOutput) = AsyncStream<MediaEvent>.makeStream(
            bufferingPolicy: .bufferingNewest(Self.eventsKept)
        )
        let shared = StreamShared(
            recording: recordingPath.map { RecordingFile(path: $0) },
            ticks: tickOutput,
            events: eventOutput
        )
        let core = StreamCore(
            shared: shared,
            rtp: pair.rtp,
            rtcp: pair.rtcp,
            noMediaTimeout: configuration.noMediaTimeout,
            jitterDelay: configuration.jitterDelay
        )
        guard loop.post(.add(core)) else {
            close(pair.rtp)
            close(pair.rtcp)
            throw .stopped
        }
        pump.add(shared)
        return MediaStream(
            localAddress: configuration.address,
            localPort: pair.port,
            family: ports.family,
            ticks: ticks,
            events: events,
            core: core,
            thread: loop
        )
    }

    /// Closes all streams and joins the threads. Returns when the recordings are finished; blocks its caller for as long.
    package func stop() {
        for loop in media { loop.post(.stop) }
        for thread in mediaThreads { thread.join() }
        pump.stop()
        pumpThread.join()
        writer.stop()
        writerThread.join()
    }

    package var statistics: MediaStatistics {
        var sum = MediaStatistics(pacingCounts: [Int](repeating: 0, count: MediaStatistics.pacingLimits.count + 1))
        sum.pumpCPU = .nanoseconds(pump.cpu.value)
        for loop in media {
            sum.liveStreams += loop.counters.liveStreams.value
            sum.packetsIn += loop.counters.packetsIn.value
            sum.packetsOut += loop.counters.packetsOut.value
            sum.lateTicks += loop.counters.lateTicks.value
            sum.droppedTicks += loop.counters.droppedTicks.value
            sum.mediaCPU += .nanoseconds(loop.counters.cpu.value)
            for (index, count) in loop.counters.pacingCounts.enumerated() { sum.pacingCounts[index] += count }
        }
        return sum
    }

    /// Five seconds.
    private static let ticksKept = 250
    /// More than anybody can press; a far end that floods loses its oldest.
    private static let eventsKept = 1_024

    /// Of the calling thread, for which it is called.
    private static func askForRealTime(_ logger: Logger?) {
        let refusal = media_thread_real_time(10)
        guard refusal != 0, let logger else { return }
        logger.warning(
            "Media threads run at normal priority, so audio may stutter when the machine is busy; grant CAP_SYS_NICE",
            metadata: ["error": "errno \(-refusal)"]
        )
    }
}
