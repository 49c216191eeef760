import AsyncHTTPClient
import FoundationEssentials
import Glibc
import NIOCore
import NIOHTTP1
import NIOPosix
import NIOSSL

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
        if let key { request.headers.add(name: "Authorization", value: "Bearer \(key.revealed)") }
        request.body = .bytes(body)
        return request
    }

    /// Sends, and gives the answer if it is one. Throws `SpeechFault.refused` with the beginning of what was said instead.
    static func send(_ request: HTTPClientRequest) async throws -> HTTPClientResponse {
        let response = try await client.execute(request, timeout: .hours(1))
        guard response.status == .ok else {
            let text = (try? await beginning(of: response.body)) ?? ""
            throw SpeechFault.refused(status: Int(response.status.code), reason: text)
        }
        return response
    }

    /// The whole of an answer. Throws `SpeechFault.tooLarge`.
    static func collect(_ body: HTTPClientResponse.Body, limit: Int) async throws -> Data {
        var data = Data()
        for try await buffer in body {
            guard data.count + buffer.readableBytes <= limit else { throw SpeechFault.tooLarge }
            data.append(contentsOf: buffer.readableBytesView)
        }
        return data
    }

    private static func beginning(of body: HTTPClientResponse.Body) async throws -> String {
        var bytes: [UInt8] = []
        for try await buffer in body {
            bytes += buffer.readableBytesView
            if bytes.count >= 200 { break }
        }
        return SpeechFault.excerpt(String(decoding: bytes, as: UTF8.self))
    }
}

extension SpeechFault {
    /// What a server said, fit for one line of a log.
    static func excerpt(_ text: String) -> String {
        let line = text.prefix(200).map { $0.isNewline || $0 == "\t" ? " " : $0 }
        return String(line.filter { $0.unicodeScalars.allSatisfy { $0.properties.generalCategory != .control } })
    }

    private static let timeouts: [HTTPClientError] = [.connectTimeout, .readTimeout, .deadlineExceeded]

    /// What the libraries below throw.
    init(_ error: any Error) {
        switch error {
        case let fault as SpeechFault: self = fault
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
