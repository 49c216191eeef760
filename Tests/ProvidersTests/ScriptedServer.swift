import NIOCore
import NIOPosix
import Testing

/// A TCP server on loopback that does byte for byte what a test says.
enum ScriptedServer {
    /// Runs `script` with each client while `body` lasts. A script that ends closes the connection; what it throws counts for nothing, so
    /// that what it expects is said with `#expect`.
    static func run<Result: Sendable>(
        _ script: @escaping @Sendable (Peer) async throws -> Void,
        _ body: (_ port: Int) async throws -> Result
    ) async throws -> Result {
        let server = try await ServerBootstrap(group: .singletonMultiThreadedEventLoopGroup)
            .serverChannelOption(ChannelOptions.socketOption(.so_reuseaddr), value: 1)
            // Nothing is read until somebody listens.
            .childChannelOption(ChannelOptions.autoRead, value: false)
            .bind(host: "127.0.0.1", port: 0) { $0.eventLoop.makeSucceededFuture($0) }
        let port = server.channel.localAddress?.port ?? 0
        return try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask {
                try await server.executeThenClose { clients in
                    await withTaskGroup(of: Void.self) { connections in
                        do {
                            for try await client in clients {
                                connections.addTask {
                                    try? await Self.wrapped(client).executeThenClose { input, output in
                                        try await script(Peer(input, output))
                                    }
                                }
                            }
                        } catch {}
                    }
                }
            }
            var result: Swift.Result<Result, any Error>
            do { result = .success(try await body(port)) } catch { result = .failure(error) }
            try? await server.channel.close()
            try? await group.waitForAll()
            return try result.get()
        }
    }

    /// Only once its turn has come: a wrapped connection that is dropped with the server stops the process.
    private static func wrapped(_ client: any Channel) async throws -> NIOAsyncChannel<ByteBuffer, ByteBuffer> {
        try await client.eventLoop.submit {
            let connection = try NIOAsyncChannel<ByteBuffer, ByteBuffer>(wrappingChannelSynchronously: client)
            client.setOption(ChannelOptions.autoRead, value: true).whenFailure { _ in client.close(promise: nil) }
            return connection
        }.get()
    }

    /// A port that nobody listens on.
    static func deafPort() async throws -> Int {
        let channel = try await ServerBootstrap(group: .singletonMultiThreadedEventLoopGroup)
            .bind(host: "127.0.0.1", port: 0).get()
        let port = channel.localAddress?.port ?? 0
        try await channel.close()
        return port
    }
}

/// The client, as the server sees it.
final class Peer {
    struct Gone: Error {}

    private var input: NIOAsyncChannelInboundStream<ByteBuffer>.AsyncIterator
    private let output: NIOAsyncChannelOutboundWriter<ByteBuffer>
    private var buffer = ByteBuffer()

    init(_ input: NIOAsyncChannelInboundStream<ByteBuffer>, _ output: NIOAsyncChannelOutboundWriter<ByteBuffer>) {
        self.input = input.makeAsyncIterator()
        self.output = output
    }

    func send(_ bytes: [UInt8]) async throws {
        try await output.write(ByteBuffer(bytes: bytes))
    }

    func send(_ text: String) async throws {
        try await send(Array(text.utf8))
    }

    /// Exactly so many bytes. Throws when the client is gone.
    func read(_ count: Int) async throws -> [UInt8] {
        while buffer.readableBytes < count {
            guard var more = try await input.next(isolation: #isolation) else { throw Gone() }
            buffer.writeBuffer(&more)
        }
        return buffer.readBytes(length: count) ?? []
    }

    /// A line without its end, which is `\n` or `\r\n`.
    func line() async throws -> String {
        var bytes: [UInt8] = []
        while true {
            let byte = try await read(1)[0]
            guard byte != UInt8(ascii: "\n") else { break }
            bytes.append(byte)
        }
        if bytes.last == UInt8(ascii: "\r") { bytes.removeLast() }
        return String(decoding: bytes, as: UTF8.self)
    }

    /// Returns when the client has closed the connection.
    func gone() async {
        while let more = try? await input.next(isolation: #isolation) { _ = more }
    }

    /// One request, body included.
    func request() async throws -> HTTPRequest {
        let parts = try await line().split(separator: " ").map(String.init)
        var request = HTTPRequest(method: parts[0], target: parts[1])
        while case let line = try await line(), !line.isEmpty {
            let colon = line.firstIndex(of: ":") ?? line.endIndex
            request.headers[line[..<colon].lowercased()] = line[colon...].dropFirst().drop { $0 == " " }.description
        }
        request.body = try await read(Int(request.headers["content-length"] ?? "0") ?? 0)
        return request
    }

    /// One whole answer, after which the connection ends.
    func answer(_ status: String = "200 OK", type: String, _ body: [UInt8]) async throws {
        try await send(
            "HTTP/1.1 \(status)\r\nContent-Type: \(type)\r\nContent-Length: \(body.count)\r\nConnection: close\r\n\r\n"
        )
        try await send(body)
    }
}

struct HTTPRequest {
    var method: String
    var target: String
    /// Names in lowercase.
    var headers: [String: String] = [:]
    var body: [UInt8] = []
}
