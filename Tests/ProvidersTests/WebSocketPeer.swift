import Foundation
import Testing

/// The server's side of RFC 6455, byte for byte and strict: every frame of the client is held against the standard.
final class WebSocketPeer {
    enum Frame: Equatable {
        case text(String)
        case binary([UInt8])
        case ping([UInt8])
        case pong([UInt8])
        case close(Int)
    }

    let request: HTTPRequest
    private let peer: Peer
    private var masks: Set<[UInt8]> = []

    /// Reads the handshake, holds it against section 4.2.1 and answers as section 4.2.2 has it.
    init(accepting peer: Peer) async throws {
        self.peer = peer
        request = try await peer.request()
        #expect(request.method == "GET" && request.body.isEmpty)
        #expect(request.headers["upgrade"]?.lowercased() == "websocket")
        let tokens = request.headers["connection"]?.lowercased().split(separator: ",").map { $0.filter { $0 != " " } }
        #expect(tokens?.contains("upgrade") == true)
        #expect(request.headers["sec-websocket-version"] == "13")
        #expect(request.headers["host"]?.hasPrefix("127.0.0.1:") == true)
        let key = request.headers["sec-websocket-key"] ?? ""
        #expect(Data(base64Encoded: key)?.count == 16)
        let accept = Data(SHA1.hash(Array((key + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11").utf8))).base64EncodedString()
        try await peer.send(
            "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: \(accept)\r\n\r\n"
        )
    }

    /// The names and values behind the `?`.
    var query: [String: String] {
        let items = URLComponents(string: request.target)?.queryItems ?? []
        return Dictionary(items.map { ($0.name, $0.value ?? "") }) { $0 + "," + $1 }
    }

    var path: String { URLComponents(string: request.target)?.path ?? "" }

    func frame() async throws -> Frame {
        let head = try await peer.read(2)
        #expect(head[0] & 0x80 != 0, "Ours are never fragmented")
        #expect(head[0] & 0x70 == 0, "No extension was agreed on")
        #expect(head[1] & 0x80 != 0, "A client masks")
        var length = Int(head[1] & 0x7F)
        if length == 126 {
            length = try await peer.read(2).reduce(0) { $0 << 8 | Int($1) }
            #expect(length > 125, "The shortest form")
        } else if length == 127 {
            length = try await peer.read(8).reduce(0) { $0 << 8 | Int($1) }
            #expect(length > 65_535, "The shortest form")
        }
        let mask = try await peer.read(4)
        #expect(masks.insert(mask).inserted, "Every frame has a new mask")
        let body = try await peer.read(length).enumerated().map { $1 ^ mask[$0 % 4] }
        switch head[0] & 0x0F {
        case 1: return .text(try #require(String(validating: body, as: UTF8.self)))
        case 2: return .binary(body)
        case 8:
            #expect(body.count == 0 || body.count >= 2)
            return .close(body.count >= 2 ? Int(body[0]) << 8 | Int(body[1]) : 1005)
        case 9: return .ping(body)
        case 10: return .pong(body)
        default:
            Issue.record("Opcode \(head[0] & 0x0F)")
            throw Peer.Gone()
        }
    }

    /// A text that is JSON.
    func json() async throws -> [String: Any] {
        let frame = try await self.frame()
        // A connection that was opened beforehand and is not needed.
        if case .close = frame { throw Peer.Gone() }
        guard case .text(let text) = frame else {
            Issue.record("No text: \(frame)")
            throw Peer.Gone()
        }
        return try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any] ?? [:]
    }

    func send(_ text: String) async throws {
        try await send(opcode: 1, Array(text.utf8))
    }

    func send(opcode: UInt8, isLast: Bool = true, _ body: [UInt8]) async throws {
        var bytes = [opcode | (isLast ? 0x80 : 0)]
        switch body.count {
        case ..<126: bytes.append(UInt8(body.count))
        case ..<65_536: bytes += [126, UInt8(body.count >> 8), UInt8(body.count & 0xFF)]
        default: bytes += [127] + (0..<8).reversed().map { UInt8(body.count >> ($0 * 8) & 0xFF) }
        }
        try await peer.send(bytes + body)
    }

    func send(raw bytes: [UInt8]) async throws {
        try await peer.send(bytes)
    }

    func close(_ code: Int, _ reason: String = "") async throws {
        try await send(opcode: 8, [UInt8(code >> 8), UInt8(code & 0xFF)] + Array(reason.utf8))
    }

    func gone() async {
        await peer.gone()
    }
}

/// RFC 3174, for the handshake.
private enum SHA1 {
    static func hash(_ message: [UInt8]) -> [UInt8] {
        var bytes = message + [0x80]
        while bytes.count % 64 != 56 { bytes.append(0) }
        bytes += (0..<8).reversed().map { UInt8((message.count * 8) >> ($0 * 8) & 0xFF) }
        var state: [UInt32] = [0x6745_2301, 0xEFCD_AB89, 0x98BA_DCFE, 0x1032_5476, 0xC3D2_E1F0]
        for start in stride(from: 0, to: bytes.count, by: 64) {
            var words = (0..<16).map { word in
                (0..<4).reduce(UInt32(0)) { $0 << 8 | UInt32(bytes[start + word * 4 + $1]) }
            }
            for index in 16..<80 {
                words.append(rotate(words[index - 3] ^ words[index - 8] ^ words[index - 14] ^ words[index - 16], 1))
            }
            var (a, b, c, d, e) = (state[0], state[1], state[2], state[3], state[4])
            for index in 0..<80 {
                let (mix, constant): (UInt32, UInt32) =
                    switch index {
                    case ..<20: (b & c | ~b & d, 0x5A82_7999)
                    case ..<40: (b ^ c ^ d, 0x6ED9_EBA1)
                    case ..<60: (b & c | b & d | c & d, 0x8F1B_BCDC)
                    default: (b ^ c ^ d, 0xCA62_C1D6)
                    }
                let next = rotate(a, 5) &+ mix &+ e &+ constant &+ words[index]
                (a, b, c, d, e) = (next, a, rotate(b, 30), c, d)
            }
            for (index, value) in [a, b, c, d, e].enumerated() { state[index] &+= value }
        }
        return state.flatMap { word in (0..<4).reversed().map { UInt8(word >> ($0 * 8) & 0xFF) } }
    }

    private static func rotate(_ word: UInt32, _ count: UInt32) -> UInt32 { word << count | word >> (32 - count) }
}
