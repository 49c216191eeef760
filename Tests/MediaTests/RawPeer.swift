import Foundation
import Glibc
import Media

/// A far end made of nothing but a UDP socket: it sends and sees every byte as it is.
final class RawPeer: Sendable {
    let port: Int
    private let socket: Int32

    init() throws {
        let socket = Glibc.socket(AF_INET, Int32(SOCK_DGRAM.rawValue), 0)
        var address = Self.loopback(0)
        var size = socklen_t(MemoryLayout<sockaddr_in>.size)
        let isBound = withUnsafeMutablePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(socket, $0, size) == 0 && getsockname(socket, $0, &size) == 0
            }
        }
        guard isBound else { throw POSIXError(.EADDRINUSE) }
        var patience = timeval(tv_sec: 5, tv_usec: 0)
        setsockopt(socket, SOL_SOCKET, SO_RCVTIMEO, &patience, socklen_t(MemoryLayout<timeval>.size))
        self.socket = socket
        port = Int(UInt16(bigEndian: address.sin_port))
    }

    deinit {
        close(socket)
    }

    func asRemote(events: Int? = 101, sends: Bool = true, receives: Bool = true) -> MediaRemote {
        MediaRemote(
            address: "127.0.0.1",
            port: port,
            codec: .pcmu,
            telephoneEventPayload: events,
            sends: sends,
            receives: receives
        )
    }

    func send(_ bytes: [UInt8], to port: Int) {
        var address = Self.loopback(port)
        _ = withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                sendto(socket, bytes, bytes.count, 0, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
    }

    /// The next datagram; nil after five seconds without one.
    func receive() -> [UInt8]? {
        var bytes = [UInt8](repeating: 0, count: 2_048)
        let count = recv(socket, &bytes, bytes.count, 0)
        return count >= 0 ? Array(bytes[..<count]) : nil
    }

    /// Does something for each of the next packets that come, on a thread of its own: the far end's packets are its clock. Returns the packets.
    @discardableResult
    func forEachPacket(_ count: Int, _ body: @escaping @Sendable (_ number: Int) -> Void) async -> [[UInt8]] {
        await withCheckedContinuation { continuation in
            Thread { [self] in
                var packets: [[UInt8]] = []
                for number in 0..<count {
                    guard let packet = receive() else { break }
                    packets.append(packet)
                    body(number)
                }
                continuation.resume(returning: packets)
            }.start()
        }
    }

    /// What has arrived by now.
    func drain() -> [[UInt8]] {
        var all: [[UInt8]] = []
        var bytes = [UInt8](repeating: 0, count: 2_048)
        while case let count = recv(socket, &bytes, bytes.count, Int32(MSG_DONTWAIT)), count >= 0 {
            all.append(Array(bytes[..<count]))
        }
        return all
    }

    private static func loopback(_ port: Int) -> sockaddr_in {
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = UInt16(port).bigEndian
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        return address
    }
}

/// An RTP packet, byte by byte.
func rtp(
    _ payload: [UInt8],
    sequence: Int,
    timestamp: Int,
    source: UInt32 = 0x5151_5151,
    payloadType: UInt8 = 0,
    marker: Bool = false
) -> [UInt8] {
    let sequence = UInt16(truncatingIfNeeded: sequence)
    let timestamp = UInt32(truncatingIfNeeded: timestamp)
    return [0x80, payloadType | (marker ? 0x80 : 0), UInt8(sequence >> 8), UInt8(sequence & 0xFF)]
        + [timestamp, source].flatMap { word in
            stride(from: 24, through: 0, by: -8).map { UInt8(word >> UInt32($0) & 0xFF) }
        }
        + payload
}
