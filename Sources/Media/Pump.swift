import CMediaSocket
import Synchronization
import Telephony

/// The thread between the media threads and Swift's tasks: it turns what they left in the rings into ticks, events and recordings.
///
/// `@unchecked Sendable`: `streams` is only touched by the pump's own thread.
final class Pump: @unchecked Sendable {
    private final class Pumped {
        let shared: StreamShared
        var track: RecordingTrack?

        init(_ shared: StreamShared) {
            self.shared = shared
            track = shared.recording.map { RecordingTrack(file: $0) }
        }
    }

    private struct Mailbox {
        var arrivals: [StreamShared] = []
        var isStopping = false
        /// The thread has returned.
        var isOver = false
    }

    let wake: WakeUp
    /// CPU time of the thread in ns, at most ten wakes old.
    let cpu = Counter()

    /// Asking for it costs as much as serving a stream.
    private static let wakesPerAccounting = 10
    private let mailbox = Mutex(Mailbox())
    private let writer: RecordingWriter
    private var streams: [Pumped] = []

    init(writer: RecordingWriter) throws(MediaError) {
        wake = try WakeUp()
        self.writer = writer
    }

    func add(_ stream: StreamShared) {
        let isOver = mailbox.withLock { mailbox in
            if !mailbox.isOver { mailbox.arrivals.append(stream) }
            return mailbox.isOver
        }
        guard isOver else { return wake.signal() }
        // The engine was stopped between the two halves of opening a stream: it ends before it began.
        stream.ticks.finish()
        stream.events.finish()
        stream.markClosed()
    }

    /// To be called once every stream was given up by its media thread.
    func stop() {
        mailbox.withLock { $0.isStopping = true }
        wake.signal()
    }

    /// The body of the thread. Returns after `stop`, with all streams finished.
    func run() {
        var wakes = 0
        while true {
            wake.wait()
            wakes += 1
            if wakes % Self.wakesPerAccounting == 0 { cpu.set(Int(media_thread_cpu())) }
            mailbox.withLock { mailbox in
                streams += mailbox.arrivals.map { Pumped($0) }
                mailbox.arrivals = []
            }
            streams.removeAll { serve($0) }
            let isOver = mailbox.withLock { mailbox in
                mailbox.isOver = mailbox.isStopping && mailbox.arrivals.isEmpty && streams.isEmpty
                return mailbox.isOver
            }
            if isOver { return }
        }
    }

    /// Returns whether the stream is over.
    private func serve(_ stream: Pumped) -> Bool {
        let shared = stream.shared
        // Asked before the rings are emptied: what comes after it is the end.
        let isOver = shared.isSilent.load(ordering: .acquiring)
        shared.playing.refill()
        while let (_, code) = shared.news.first() {
            shared.news.release()
            if let event = StreamNews.event(of: code) { shared.events.yield(event) }
        }
        yieldTicks(of: stream)
        guard isOver else { return false }
        shared.ticks.finish()
        shared.events.finish()
        shared.listeners.finish()
        if let track = stream.track {
            writer.finish(track, of: shared)
        } else {
            shared.markClosed()
        }
        return true
    }

    private func yieldTicks(of stream: Pumped) {
        var tick: AudioTick?
        var next = 0
        var sound: LegSound? =
            stream.shared.listeners.isEmpty ? nil : LegSound(samples: [], position: 0)
        while stream.shared.clocked.pop({ end, heard, said in
            stream.track?.append(heard: heard, said: said, at: end.position)
            sound?.append(heard: heard, said: said, at: end.position)
            // Ticks that waited together travel together, unless one between them was lost.
            if let gathered = tick, end.position != next {
                stream.shared.ticks.yield(gathered)
                tick = nil
            }
            if tick == nil {
                tick = AudioTick(samples: Array(heard), position: Int64(end.position), played: 0, isIdle: false)
            } else {
                tick?.samples.append(contentsOf: heard)
            }
            tick?.played = Int64(end.played)
            tick?.isIdle = end.isIdle
            next = end.position + heard.count
        }) {}
        if let tick { stream.shared.ticks.yield(tick) }
        if let sound, !sound.samples.isEmpty { stream.shared.listeners.hear(sound) }
        stream.track?.flushIfLong(to: writer)
    }
}

extension LegSound {
    fileprivate mutating func append(
        heard: UnsafeBufferPointer<Int16>,
        said: UnsafeBufferPointer<Int16>,
        at position: Int
    ) {
        if samples.isEmpty { self.position = Int64(position) }
        for (heard, said) in zip(heard, said) {
            samples.append(heard)
            samples.append(said)
        }
    }
}
