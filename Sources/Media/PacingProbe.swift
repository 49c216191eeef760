import CMediaSocket
import Glibc
import Synchronization

/// Listens to some streams from outside and notes when the kernel received each of their packets.
///
/// `@unchecked Sendable`: the arrivals belong to its thread until `finish` has joined it.
final class PacingProbe: @unchecked Sendable {
    /// Of each socket.
    let ports: [Int]

    private let sockets: [Int32]
    private let epoll: Int32
    private let wake: WakeUp
    private let isOver = Atomic<Bool>(false)
    private let thread = Mutex<PosixThread?>(nil)
    private var arrivals: [[Int64]]
    private var ownCPU: Int64 = 0

    init(sockets count: Int) throws(MediaError) {
        var sockets: [Int32] = []
        var ports: [Int] = []
        epoll = try MediaError.check(media_epoll_open(), "epoll_create1")
        wake = try WakeUp()
        _ = try MediaError.check(media_epoll_add(epoll, wake.descriptor, UInt64.max), "epoll_ctl")
        for index in 0..<count {
            var local = media_address()
            _ = try MediaError.check(media_resolve("127.0.0.1", 0, &local), "getaddrinfo")
            let socket = try MediaError.check(media_probe_open(&local), "socket")
            sockets.append(socket)
            ports.append(Int(try MediaError.check(media_udp_port(socket), "getsockname")))
            _ = try MediaError.check(media_epoll_add(epoll, socket, UInt64(index)), "epoll_ctl")
        }
        self.sockets = sockets
        self.ports = ports
        arrivals = [[Int64]](repeating: [], count: count)
        let thread = try PosixThread(name: "media-probe") { [self] in listen() }
        self.thread.withLock { $0 = thread }
    }

    deinit {
        for socket in sockets { close(socket) }
        close(epoll)
    }

    /// Stops listening. The error of each packet after the second one of a stream, in ms: how far its distance from the packet before was from
    /// 20 ms. And the CPU time the probe itself took, in ns.
    func finish() -> (errors: [Double], cpu: Int64) {
        isOver.store(true, ordering: .releasing)
        wake.signal()
        thread.withLock { $0 }?.join()
        let errors = arrivals.flatMap { times in
            // The first packet leaves when the clock starts, the second with the next tick of the thread.
            zip(times.dropFirst(1), times.dropFirst(2)).map { abs(Double($1 - $0) / 1e6 - 20) }
        }
        return (errors, ownCPU)
    }

    private func listen() {
        withUnsafeTemporaryAllocation(of: UInt64.self, capacity: 256) { tags in
            while !isOver.load(ordering: .acquiring) {
                let count = Int(max(0, media_epoll_wait(epoll, tags.baseAddress, 256)))
                for tag in tags[..<count] where tag != UInt64.max {
                    while case let time = media_probe_take(sockets[Int(tag)]), time > 0 {
                        arrivals[Int(tag)].append(time)
                    }
                }
            }
        }
        ownCPU = media_thread_cpu()
    }
}
