import CMediaSocket
import Glibc
import Logging
import Synchronization

/// One loop that serves many streams: it takes in what arrives and, every 20 ms, sends and plays one tick of each.
///
/// `@unchecked Sendable`: the private variables are only touched by the loop's own thread; everything else is a constant that is safe to share.
/// On its way through a packet meets no lock, no allocation and no task.
final class MediaThread: @unchecked Sendable {
    enum Command: Sendable {
        case add(StreamCore)
        case connect(StreamCore, StreamPeer)
        case startClock(StreamCore)
        case press(StreamCore, [UInt8])
        case impair(StreamCore, sending: Impairment?, receiving: Impairment?)
        case close(StreamCore)
        case stop
    }

    private struct Mailbox {
        var commands: [Command] = []
        var isStopped = false
    }

    let counters = ThreadCounters()

    private let mailbox = Mutex(Mailbox())
    private let wake: WakeUp
    private let pump: Pump
    private let epoll: Int32
    private let timer: Int32
    private let batch: UnsafeMutablePointer<media_batch>
    private let logger: Logger

    private var streams: [StreamCore?] = []
    private var nextTick: Int64 = 0
    private var isTicking = false
    private var hasNews = false
    private var isStopping = false
    private var ticksUntilAccounting = 0

    private static let tickInterval: Int64 = 20_000_000
    /// What is missed beyond is given up: a burst of more would only overflow the far end.
    private static let mostTicksAtOnce: Int64 = 10
    /// Asking for the CPU time costs as much as sending a packet.
    private static let ticksPerAccounting = 10
    private static let wakeTag = UInt64.max
    private static let timerTag = UInt64.max - 1
    private static let datagramsAtOnce: Int32 = 32
    /// Longer than any packet of this session; a longer datagram is refused.
    private static let longestDatagram: Int32 = 2_048

    init(pump: Pump, logger: Logger) throws(MediaError) {
        self.pump = pump
        self.logger = logger
        wake = try WakeUp()
        epoll = try MediaError.check(media_epoll_open(), "epoll_create1")
        timer = try MediaError.check(media_timer_open(), "timerfd_create")
        batch = media_batch_create(Self.datagramsAtOnce, Self.longestDatagram)
        _ = try MediaError.check(media_epoll_add(epoll, wake.descriptor, Self.wakeTag), "epoll_ctl")
        _ = try MediaError.check(media_epoll_add(epoll, timer, Self.timerTag), "epoll_ctl")
    }

    deinit {
        Glibc.close(epoll)
        Glibc.close(timer)
        media_batch_free(batch)
    }

    /// False: the thread has stopped, and the command will not be carried out.
    @discardableResult
    func post(_ command: Command) -> Bool {
        let isAccepted = mailbox.withLock { mailbox in
            guard !mailbox.isStopped else { return false }
            mailbox.commands.append(command)
            return true
        }
        if isAccepted { wake.signal() }
        return isAccepted
    }

    /// The body of the thread. Returns after `.stop`, with all streams closed.
    func run() {
        withUnsafeTemporaryAllocation(of: UInt64.self, capacity: 256) { tags in
            while !isStopping {
                let count = Int(max(0, media_epoll_wait(epoll, tags.baseAddress, Int32(tags.count))))
                receive(tags[..<count])
                let now = media_now()
                if isTicking, now >= nextTick { tick(at: now) }
                if hasNews {
                    hasNews = false
                    pump.wake.signal()
                }
            }
        }
    }

    private func receive(_ tags: Slice<UnsafeMutableBufferPointer<UInt64>>) {
        let now = media_now()
        var isCommanded = false
        for tag in tags {
            switch tag {
            case Self.wakeTag: isCommanded = true
            case Self.timerTag: break
            default: receive(tag, at: now)
            }
        }
        // After the packets, so that a stream added in the place of a closed one does not get what was meant for that.
        if isCommanded { carryOutCommands(at: now) }
    }

    private func receive(_ tag: UInt64, at now: Int64) {
        guard let stream = streams[Int(tag >> 1)] else { return }
        guard tag & 1 == 0 else { return stream.receiveRTCP(batch, at: now) }
        let before = stream.budget
        if stream.receiveRTP(batch, at: now) { hasNews = true }
        counters.packetsIn.add(before - stream.budget)
        if stream.budget <= 0, !stream.isMuted {
            stream.isMuted = true
            _ = media_epoll_mute(epoll, stream.rtp, tag, true)
        }
    }

    private func tick(at now: Int64) {
        _ = media_timer_take(timer)
        let due = 1 + (now - nextTick) / Self.tickInterval
        counters.note(lateness: now - nextTick, ticks: Int(due))
        nextTick += due * Self.tickInterval
        let dropped = max(0, due - Self.mostTicksAtOnce)
        if dropped > 0 {
            counters.droppedTicks.add(Int(dropped))
            for stream in streams { stream?.skipTicks(Int(dropped)) }
        }
        for _ in 0..<(due - dropped) {
            for stream in streams {
                guard let stream else { continue }
                let before = stream.shared.counters.packetsSent.value
                stream.sendTick(at: now)
                counters.packetsOut.add(stream.shared.counters.packetsSent.value - before)
            }
            for stream in streams {
                guard let stream else { continue }
                stream.receiveTick(at: now)
                if stream.isMuted {
                    stream.isMuted = false
                    _ = media_epoll_mute(epoll, stream.rtp, UInt64(stream.slot) << 1, false)
                }
            }
        }
        pump.wake.signal()
        ticksUntilAccounting -= 1
        if ticksUntilAccounting <= 0 {
            ticksUntilAccounting = Self.ticksPerAccounting
            counters.cpu.set(Int(media_thread_cpu()))
        }
    }

    private func carryOutCommands(at now: Int64) {
        wake.clear()
        let commands = mailbox.withLock { mailbox in
            defer { mailbox.commands = [] }
            if mailbox.commands.contains(where: { if case .stop = $0 { true } else { false } }) {
                mailbox.isStopped = true
            }
            return mailbox.commands
        }
        for command in commands { carryOut(command, at: now) }
    }

    private func carryOut(_ command: Command, at now: Int64) {
        switch command {
        case .add(let stream): add(stream, at: now)
        case .connect(let stream, let peer):
            let isFirst = stream.terms == nil
            let failure = stream.connect(to: peer, at: now)
            if failure != 0 {
                logger.warning("The system refused the far end's RTP address", metadata: ["error": "errno \(failure)"])
            } else if isFirst {
                watch(stream)
            }
        case .startClock(let stream):
            stream.startClock(at: now)
            hasNews = true
        case .press(let stream, let codes): stream.keys.append(codes)
        case .impair(let stream, let sending, let receiving):
            stream.sendingLoss = sending
            stream.receivingLoss = receiving
        case .close(let stream): close(stream, at: now)
        case .stop:
            for stream in streams { if let stream { close(stream, at: now) } }
            isStopping = true
        }
    }

    private func add(_ stream: StreamCore, at now: Int64) {
        // After `.stop`: nobody would drive it.
        if isStopping {
            stream.close(at: now)
            hasNews = true
            return
        }
        if let free = streams.firstIndex(where: { $0 == nil }) {
            stream.slot = free
            streams[free] = stream
        } else {
            stream.slot = streams.count
            streams.append(stream)
        }
        counters.liveStreams.add(1)
        guard !isTicking else { return }
        isTicking = true
        nextTick = now + Self.tickInterval
        _ = media_timer_arm(timer, nextTick, Self.tickInterval)
    }

    private func watch(_ stream: StreamCore) {
        let tag = UInt64(stream.slot) << 1
        _ = media_epoll_add(epoll, stream.rtp, tag)
        _ = media_epoll_add(epoll, stream.rtcp, tag | 1)
    }

    private func close(_ stream: StreamCore, at now: Int64) {
        guard stream.slot < streams.count, streams[stream.slot] === stream else { return }
        streams[stream.slot] = nil
        if stream.terms != nil {
            _ = media_epoll_remove(epoll, stream.rtp)
            _ = media_epoll_remove(epoll, stream.rtcp)
        }
        stream.close(at: now)
        counters.liveStreams.add(-1)
        hasNews = true
        guard counters.liveStreams.value == 0 else { return }
        isTicking = false
        _ = media_timer_arm(timer, 0, 0)
    }
}
