import CMediaSocket
import Glibc
import Synchronization

/// Finds free pairs of ports: RTP on an even one, RTCP on the one above (RFC 3550 section 11).
///
/// The system knows what is free; a pair is free if both can be bound. The search goes round the range, so that a port comes back as late
/// as possible and stray packets of an ended call find nobody.
final class MediaPorts: Sendable {
    struct Pair {
        var rtp: Int32
        var rtcp: Int32
        var port: Int
    }

    let address: String
    let family: sa_family_t

    private let range: ClosedRange<Int>
    private let firstEven: Int
    private let pairs: Int
    private let next: Mutex<Int>

    init(address: String, range: ClosedRange<Int>) throws(MediaError) {
        self.address = address
        self.range = range
        firstEven = range.lowerBound + range.lowerBound % 2
        pairs = (range.upperBound - firstEven + 1) / 2
        guard range.lowerBound > 0, range.upperBound <= 65_535, pairs > 0 else { throw .noFreePort(range) }
        var resolved = media_address()
        guard media_resolve(address, UInt16(firstEven), &resolved) == 0 else {
            throw .badAddress(address, port: firstEven)
        }
        family = resolved.storage.ss_family
        next = Mutex(Int.random(in: 0..<pairs))
    }

    func bind() throws(MediaError) -> Pair {
        for _ in 0..<pairs {
            let turn = next.withLock { next in
                defer { next = (next + 1) % pairs }
                return next
            }
            let port = firstEven + 2 * turn
            guard let rtp = try open(port) else { continue }
            do {
                if let rtcp = try open(port + 1) { return Pair(rtp: rtp, rtcp: rtcp, port: port) }
            } catch {
                close(rtp)
                throw error
            }
            close(rtp)
        }
        throw .noFreePort(range)
    }

    /// Nil: somebody else has it.
    private func open(_ port: Int) throws(MediaError) -> Int32? {
        var local = media_address()
        guard media_resolve(address, UInt16(port), &local) == 0 else { throw .badAddress(address, port: port) }
        let socket = media_udp_open(&local)
        if socket == -EADDRINUSE || socket == -EACCES { return nil }
        return try MediaError.check(socket, "socket")
    }
}
