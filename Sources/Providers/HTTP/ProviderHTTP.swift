import AsyncHTTPClient
import Calls
import Conversation
import FoundationEssentials
import Glibc
import NIOCore
import NIOHTTP1
import NIOPosix
import NIOSSL
import Synchronization

/// Requests to AI servers. Deadlines are the guard's.
enum ProviderHTTP {
    /// One for the process. It follows no redirect: a key goes where it was meant to go.
    static let client: HTTPClient = {
        var configuration = HTTPClient.Configuration()
        configuration.redirectConfiguration = .disallow
        configuration.timeout.connect = .seconds(10)
        configuration.connectionPool.idleTimeout = .seconds(60)
        // A server that is not there is somebody else's turn, at once.
        configuration.connectionPool.retryConnectionEstablishment = false
        return HTTPClient(
            eventLoopGroupProvider: .shared(MultiThreadedEventLoopGroup.singleton),
            configuration: configuration
        )
    }()

    /// `base` and `path` as one URL. A base without a path means `/v1`.
    static func url(_ base: String, _ path: String) -> String {
        var base = base
        while base.hasSuffix("/") { base.removeLast() }
        let hasPath = base.split(separator: "/", omittingEmptySubsequences: true).count > 2
        return base + (hasPath ? "" : "/v1") + path
    }

    static func post(_ url: String, key: ProviderKey?, type: String, body: ByteBuffer) -> HTTPClientRequest {
        var request = HTTPClientRequest(url: url)
        request.method = .POST
        request.headers.add(name: "Content-Type", value: type)
        request.headers.add(name: "User-Agent", value: "trunkline")
        if let key { request.headers.add(name: "Authorization", value: "Bearer \(key.revealed)") }
        request.body = .bytes(body)
        return request
    }

    /// Sends, and gives the answer if it is one. Throws `ServerFault`: of a refusal, with what was said instead.
    static func send(_ request: HTTPClientRequest) async throws -> HTTPClientResponse {
        let response: HTTPClientResponse
        do {
            response = try await client.execute(request, timeout: .hours(1))
        } catch {
            throw try fault(error)
        }
        guard response.status == .ok else {
            let text = (try? await beginning(of: response.body)) ?? ""
            let reason =
                JSONValue(json: text).flatMap { $0["error"]?["message"]?.string ?? $0["message"]?.string } ?? text
            throw ServerFault.refused(
                status: Int(response.status.code),
                reason: ServerFault.excerpt(withoutKey(reason, of: request))
            )
        }
        return response
    }

    /// When each address was last connected to in advance.
    private static let connected = Mutex<[String: ContinuousClock.Instant]>([:])

    /// Has a connection ready for the next request, by asking for something small, unless there should be one. Whatever comes of it, it takes
    /// two seconds at most.
    static func connect(_ url: String, key: ProviderKey?) async {
        let now = ContinuousClock.now
        let isDue = connected.withLock { connected in
            if let last = connected[url], now - last < .seconds(45) { return false }
            connected[url] = now
            return true
        }
        guard isDue else { return }
        var request = HTTPClientRequest(url: url)
        if let key { request.headers.add(name: "Authorization", value: "Bearer \(key.revealed)") }
        guard let response = try? await client.execute(request, timeout: .seconds(2)) else { return }
        // One that is not read to its end cannot be used again.
        _ = try? await response.body.collect(upTo: 1 << 20)
    }

    /// What `error` of the library below means. Throws `CancellationError` if that is all.
    static func fault(_ error: any Error) throws -> ServerFault {
        try Task.checkCancellation()
        if error is CancellationError { throw error }
        return ServerFault(error)
    }

    /// Some servers say which key it was that they do not like.
    private static func withoutKey(_ text: String, of request: HTTPClientRequest) -> String {
        let key = request.headers.first(name: "Authorization")?.split(separator: " ").last.map(String.init)
        return key.map { text.replacing($0, with: "•••") } ?? text
    }

    /// The whole of an answer. Throws `ServerFault.tooLarge`.
    static func collect(_ body: HTTPClientResponse.Body, limit: Int) async throws -> Data {
        var data = Data()
        for try await buffer in body {
            guard data.count + buffer.readableBytes <= limit else { throw ServerFault.tooLarge }
            data.append(contentsOf: buffer.readableBytesView)
        }
        return data
    }

    private static func beginning(of body: HTTPClientResponse.Body) async throws -> String {
        var bytes: [UInt8] = []
        for try await buffer in body {
            bytes += buffer.readableBytesView
            if bytes.count >= 4096 { break }
        }
        return String(decoding: bytes, as: UTF8.self)
    }
}

extension ServerFault {
    /// What a server said, fit for one line of a log.
    static func excerpt(_ text: String) -> String {
        let line = text.prefix(200).map { $0.isNewline || $0 == "\t" ? " " : $0 }
        return String(line.filter { $0.unicodeScalars.allSatisfy { $0.properties.generalCategory != .control } })
    }

    /// Whether the library below threw it, while an answer came.
    static func isOfConnection(_ error: any Error) -> Bool {
        error is HTTPClientError || error is HTTPParserError || error is IOError || error is ChannelError
    }

    private static let timeouts: [HTTPClientError] = [.connectTimeout, .readTimeout, .deadlineExceeded]

    /// What the libraries below throw.
    init(_ error: any Error) {
        switch error {
        case let fault as ServerFault: self = fault
        case let error as HTTPClientError where error == .remoteConnectionClosed: self = .cutShort
        case HTTPParserError.invalidEOFState: self = .cutShort
        case let error as ChannelError where [.inputClosed, .eof].contains(error): self = .cutShort
        case let error as HTTPClientError where Self.timeouts.contains(error): self = .stalled
        case is NIOConnectionError, is HTTPClientError, is SocketAddressError, is NIOSSLError, is ChannelError:
            self = .unreachable("\(error)")
        case is HTTPParserError, is DecodingError: self = .malformed("\(error)")
        case let error as IOError where error.errnoCode == ECONNRESET || error.errnoCode == EPIPE: self = .cutShort
        case let error as IOError: self = .unreachable("\(error)")
        default: self = .malformed("\(error)")
        }
    }
}
