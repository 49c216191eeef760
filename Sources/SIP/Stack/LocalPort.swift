import Glibc

/// A port that is free for UDP and TCP. The SIP library does not say why it could not bind, so we ask the system first.
enum LocalPort {
    /// Checks `port`, or finds a free one for 0.
    static func free(address: String, port: Int) throws(SIPError) -> Int {
        guard address.isIPv4 else { throw .badAddress(address) }
        if port != 0 {
            _ = try bind(SOCK_DGRAM, address: address, port: port)
            _ = try bind(SOCK_STREAM, address: address, port: port)
            return port
        }
        // What the system gives for UDP may be taken for TCP.
        var failure = SIPError.stackFailed
        for _ in 0..<20 {
            let port = try bind(SOCK_DGRAM, address: address, port: 0)
            do {
                return try bind(SOCK_STREAM, address: address, port: port)
            } catch {
                failure = error
            }
        }
        throw failure
    }

    /// Binds, reads the port back and lets it go.
    private static func bind(_ type: __socket_type, address: String, port: Int) throws(SIPError) -> Int {
        let transport = type == SOCK_DGRAM ? "udp" : "tcp"
        let descriptor = socket(AF_INET, Int32(type.rawValue), 0)
        guard descriptor >= 0 else {
            throw .cannotBind(transport: transport, address: address, port: port, errno: errno)
        }
        defer { close(descriptor) }
        if type == SOCK_STREAM {
            // As the library does: connections of an earlier process may still linger on the port.
            var on: Int32 = 1
            setsockopt(descriptor, SOL_SOCKET, SO_REUSEADDR, &on, socklen_t(MemoryLayout<Int32>.size))
        }
        var local = sockaddr_in()
        local.sin_family = sa_family_t(AF_INET)
        local.sin_port = UInt16(port).bigEndian
        guard inet_pton(AF_INET, address, &local.sin_addr) == 1 else { throw .badAddress(address) }
        var size = socklen_t(MemoryLayout<sockaddr_in>.size)
        let result = withUnsafeMutablePointer(to: &local) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { pointer in
                Glibc.bind(descriptor, pointer, size) == 0 && getsockname(descriptor, pointer, &size) == 0
            }
        }
        guard result else { throw .cannotBind(transport: transport, address: address, port: port, errno: errno) }
        return Int(UInt16(bigEndian: local.sin_port))
    }
}
