/// Ways in which a server goes wrong over HTTP, and what that is called.
enum Mishap: String, CaseIterable, Sendable {
    case refusesConnection = "unreachable"
    case disconnects = "cut_short, disconnect"
    case hangs = "stalled, hang"
    case sendsHalf = "cut_short, half a reply"
    case sendsNoise = "malformed, garbage"
    case sendsWebPage = "malformed, a page"
    case drips = "stalled, slow drip"
    case neverEnds = "too_large"
    case failsInside = "refused, 500"
    case knowsNoSuchKey = "refused, 401"

    /// The fault it shows as.
    var label: String { rawValue.split(separator: ",").first.map(String.init) ?? "" }

    /// Whether it takes time to be seen.
    var takesTime: Bool { self == .hangs || self == .drips }

    /// `asked` is told once the request is here.
    func play(on peer: Peer, type: String, asked: () -> Void) async throws {
        _ = try await peer.request()
        asked()
        let head = "HTTP/1.1 200 OK\r\nContent-Type: \(type)\r\n"
        switch self {
        case .refusesConnection, .disconnects: return
        case .hangs: await peer.gone()
        case .sendsHalf: try await peer.send(head + "Content-Length: 90000\r\n\r\n" + "RIFF\u{1}\u{1}\u{1}\u{1}WAVE")
        case .sendsNoise: try await peer.send([0x16, 3, 1, 0xFF, 0, 0xAA, 0xBB, 13, 10, 13, 10])
        case .sendsWebPage: try await peer.answer(type: "text/html", Array("<html>Welcome</html>".utf8))
        case .drips:
            try await peer.send(head + "Transfer-Encoding: chunked\r\n\r\n1\r\nR\r\n1\r\nI\r\n")
            await peer.gone()
        case .neverEnds:
            try await peer.send(head + "Transfer-Encoding: chunked\r\n\r\n")
            let wave = Array(Sound.endlessHeader)
            try await peer.send(String(wave.count, radix: 16) + "\r\n")
            try await peer.send(wave + Array("\r\n".utf8))
            let chunk = Array("10000\r\n".utf8) + [UInt8](repeating: 0x20, count: 65_536) + Array("\r\n".utf8)
            while true { try await peer.send(chunk) }
        case .failsInside:
            try await peer.answer("500 Internal Server Error", type: "text/plain", Array("CUDA\nout of memory".utf8))
        case .knowsNoSuchKey: try await peer.answer("401 Unauthorized", type: "application/json", Array("{}".utf8))
        }
    }
}
