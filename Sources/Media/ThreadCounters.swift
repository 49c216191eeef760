import Synchronization

/// What a media thread counts about itself.
final class ThreadCounters: Sendable {
    let liveStreams = Counter()
    let packetsIn = Counter()
    let packetsOut = Counter()
    let lateTicks = Counter()
    let droppedTicks = Counter()
    /// CPU time of the thread in ns, at most ten ticks old.
    let cpu = Counter()

    private let within100us = Counter()
    private let within250us = Counter()
    private let within500us = Counter()
    private let within1ms = Counter()
    private let within2ms = Counter()
    private let within5ms = Counter()
    private let within10ms = Counter()
    private let within20ms = Counter()
    private let later = Counter()

    /// `lateness` in ns; `ticks` is how many were due at once.
    func note(lateness: Int64, ticks: Int) {
        if ticks > 1 { lateTicks.add(ticks - 1) }
        switch lateness / 1_000 {
        case ...100: within100us.add()
        case ...250: within250us.add()
        case ...500: within500us.add()
        case ...1_000: within1ms.add()
        case ...2_000: within2ms.add()
        case ...5_000: within5ms.add()
        case ...10_000: within10ms.add()
        case ...20_000: within20ms.add()
        default: later.add()
        }
    }

    /// One more than `MediaStatistics.pacingLimits`.
    var pacingCounts: [Int] {
        [
            within100us.value, within250us.value, within500us.value, within1ms.value, within2ms.value, within5ms.value,
            within10ms.value, within20ms.value, later.value,
        ]
    }
}
