/// What the engine's threads do, for metrics.
package struct MediaStatistics: Sendable, Hashable {
    package var liveStreams = 0
    package var packetsIn = 0
    package var packetsOut = 0
    /// Ticks that were handled only after the next one was due.
    package var lateTicks = 0
    /// Ticks given up because a thread had stood still for longer than it can catch up with.
    package var droppedTicks = 0
    /// CPU time of the media threads; it lags by at most 200 ms.
    package var mediaCPU = Duration.zero
    /// CPU time of the thread that hands ticks to tasks and recordings to the disk's; it lags by at most 200 ms.
    package var pumpCPU = Duration.zero
    /// How late ticks were handled: one count per entry of `pacingLimits`, and a last one for everything above.
    package var pacingCounts: [Int] = []

    /// Upper limits of the histogram's buckets, in ms.
    package static let pacingLimits: [Double] = [0.1, 0.25, 0.5, 1, 2, 5, 10, 20]
}
