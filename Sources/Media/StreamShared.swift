import Synchronization
import Telephony

/// What the tasks of a call, its media thread and the pump share of a stream.
final class StreamShared: Sendable {
    private struct Closing {
        var isOver = false
        var waiting: [CheckedContinuation<Void, Never>] = []
    }

    let playing = PlayQueue()
    /// Filled by the media thread, emptied by the pump.
    let clocked = HeardAndSaid()
    /// As `StreamNews` codes. Filled by the media thread, emptied by the pump.
    let news = HandoverRing<UInt8>(capacity: 64, initial: 0)
    let counters = StreamCounters()
    let listeners = Listeners()
    let recording: RecordingFile?
    /// 0…1, as the bit pattern of a `Float`.
    let gain = Atomic<UInt32>(Float(1).bitPattern)
    /// Whether the far end wants A-law.
    let isALaw = Atomic<Bool>(false)
    /// Whether the far end put the line down: set before the stream is closed.
    let isHungUp = Atomic<Bool>(false)
    /// The media thread has let go of the stream: nothing more will come.
    let isSilent = Atomic<Bool>(false)
    let ticks: AsyncStream<AudioTick>.Continuation
    let events: AsyncStream<MediaEvent>.Continuation

    private let closing = Mutex(Closing())

    init(
        recording: RecordingFile?,
        ticks: AsyncStream<AudioTick>.Continuation,
        events: AsyncStream<MediaEvent>.Continuation
    ) {
        self.recording = recording
        self.ticks = ticks
        self.events = events
    }

    /// Returns when `markClosed` was called.
    func waitUntilClosed() async {
        await withCheckedContinuation { continuation in
            let isOver = closing.withLock { closing in
                if !closing.isOver { closing.waiting.append(continuation) }
                return closing.isOver
            }
            if isOver { continuation.resume() }
        }
    }

    /// Everything of the stream is finished, its recording included.
    func markClosed() {
        listeners.finish()
        let waiting = closing.withLock { closing in
            closing.isOver = true
            defer { closing.waiting = [] }
            return closing.waiting
        }
        for continuation in waiting { continuation.resume() }
    }
}

/// How a `MediaEvent` travels from the media thread to the pump: a key's RFC 4733 code, or one of these.
enum StreamNews {
    static let firstPacket: UInt8 = 0x80
    static let noMedia: UInt8 = 0x81

    static func event(of code: UInt8) -> MediaEvent? {
        switch code {
        case firstPacket: .firstPacket
        case noMedia: .noMedia
        default: TelephoneEvent.digit(of: code).map { .digit($0) }
        }
    }
}
