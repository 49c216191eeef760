import Synchronization

/// A number that one thread raises and others look at.
struct Counter: ~Copyable, Sendable {
    private let number = Atomic<Int>(0)

    var value: Int { number.load(ordering: .relaxed) }

    /// Only ever from one thread, so it needs no read-modify-write.
    func add(_ amount: Int = 1) {
        number.store(number.load(ordering: .relaxed) &+ amount, ordering: .relaxed)
    }

    func set(_ value: Int) {
        number.store(value, ordering: .relaxed)
    }
}

/// What a media thread counts for one stream.
final class StreamCounters: Sendable {
    let packetsSent = Counter()
    let bytesSent = Counter()
    let packetsReceived = Counter()
    let bytesReceived = Counter()
    let packetsLost = Counter()
    let packetsLate = Counter()
    let packetsRefused = Counter()
    let samplesConcealed = Counter()
    /// In 1/1000 of a sample.
    let jitter = Counter()
    /// In samples.
    let depth = Counter()
    /// In 256ths, plus one; zero before the first report.
    let remoteLoss = Counter()
    /// In µs, plus one; zero before the first report.
    let roundTrip = Counter()
    /// µs since 1970; zero before.
    let firstSent = Counter()
    /// µs since 1970; zero before.
    let firstReceived = Counter()

    func report(recording: RecordingOutcome) -> MediaReport {
        MediaReport(
            packetsSent: packetsSent.value,
            bytesSent: bytesSent.value,
            packetsReceived: packetsReceived.value,
            bytesReceived: bytesReceived.value,
            packetsLost: packetsLost.value,
            packetsLate: packetsLate.value,
            packetsRefused: packetsRefused.value,
            samplesConcealed: samplesConcealed.value,
            jitterMilliseconds: Double(jitter.value) / 8_000,
            bufferMilliseconds: depth.value / 8,
            remoteLoss: remoteLoss.value == 0 ? nil : Double(remoteLoss.value - 1) / 256,
            roundTripMilliseconds: roundTrip.value == 0 ? nil : Double(roundTrip.value - 1) / 1_000,
            firstPacketSentAt: firstSent.value == 0 ? nil : Int64(firstSent.value),
            firstPacketReceivedAt: firstReceived.value == 0 ? nil : Int64(firstReceived.value),
            recording: recording
        )
    }
}
