import AsyncHTTPClient
import EventStream
import Foundation
import NIOCore
import NIOFoundationCompat
import NIOHTTP1

/// The server, as the command line sees it: the native API over HTTP.
struct APIClient: Sendable {
    let base: String
    let key: String
    private let http = HTTPClient.shared

    /// Reads `path` (with a leading slash) and returns the body of a 2xx answer. Throws `APIClientError` for anything else.
    func get(_ path: String) async throws -> Data {
        try await send(request(.GET, path))
    }

    func post(
        _ path: String,
        body: Data,
        type: String = "application/json",
        deadline: NIODeadline = .now() + .seconds(30)
    ) async throws -> Data {
        var request = request(.POST, path)
        request.headers.replaceOrAdd(name: "Content-Type", value: type)
        request.body = .bytes(ByteBuffer(data: body))
        return try await send(request, deadline: deadline)
    }

    /// The same under a key, once: repeated, it is answered as it was the first time.
    func post(
        _ path: String,
        body: Data,
        type: String,
        once key: String,
        deadline: NIODeadline
    ) async throws -> (body: Data, isRepeated: Bool) {
        var request = request(.POST, path)
        request.headers.replaceOrAdd(name: "Content-Type", value: type)
        request.headers.add(name: "Idempotency-Key", value: key)
        request.body = .bytes(ByteBuffer(data: body))
        let answer = try await answer(to: request, deadline: deadline)
        return (answer.body, answer.headers.first(name: "Idempotent-Replayed") == "true")
    }

    func delete(_ path: String) async throws {
        _ = try await send(request(.DELETE, path))
    }

    /// Gives the events of a call after `sequence` to `take`, until it returns false or the server ends the stream.
    func events(
        of call: String,
        after sequence: Int64,
        _ take: (EventStreamReader.Event) throws -> Bool
    ) async throws {
        let response = try await execute(
            request(.GET, "/v1/calls/\(call)/events?after=\(sequence)"),
            // A live call is quiet for a while; the server's heartbeat comes every 15 s.
            deadline: .now() + .hours(4)
        )
        guard response.status == .ok else { throw await failure(response) }
        var events = EventStreamReader()
        for try await part in response.body {
            for event in try events.take(part.readableBytesView) {
                guard try take(event) else { return }
            }
        }
    }

    /// Writes the body of `path` to a file, piece by piece.
    func download(_ path: String, to file: String) async throws {
        let response = try await opened(path)
        guard FileManager.default.createFile(atPath: file, contents: nil),
            let handle = FileHandle(forWritingAtPath: file)
        else { throw APIClientError.unwritable(path: file) }
        defer { try? handle.close() }
        for try await part in response.body { try handle.write(contentsOf: Data(buffer: part)) }
    }

    func download(_ path: String, to handle: FileHandle) async throws {
        for try await part in try await opened(path).body { try handle.write(contentsOf: Data(buffer: part)) }
    }

    private func opened(_ path: String) async throws -> HTTPClientResponse {
        let response = try await execute(request(.GET, path), deadline: .now() + .minutes(10))
        guard response.status == .ok else { throw await failure(response) }
        return response
    }

    private func request(_ method: HTTPMethod, _ path: String) -> HTTPClientRequest {
        var request = HTTPClientRequest(url: base + path)
        request.method = method
        request.headers.add(name: "Authorization", value: "Bearer \(key)")
        request.headers.add(name: "User-Agent", value: "trunkline")
        return request
    }

    private func send(
        _ request: HTTPClientRequest,
        deadline: NIODeadline = .now() + .seconds(30)
    ) async throws -> Data {
        try await answer(to: request, deadline: deadline).body
    }

    private func answer(
        to request: HTTPClientRequest,
        deadline: NIODeadline
    ) async throws -> (body: Data, headers: HTTPHeaders) {
        let response = try await execute(request, deadline: deadline)
        guard (200..<300).contains(Int(response.status.code)) else { throw await failure(response) }
        return (Data(buffer: try await response.body.collect(upTo: 512 * 1024 * 1024)), response.headers)
    }

    private func execute(_ request: HTTPClientRequest, deadline: NIODeadline) async throws -> HTTPClientResponse {
        do {
            return try await http.execute(request, deadline: deadline)
        } catch let error as CancellationError {
            throw error
        } catch let error as HTTPClientError where error == .invalidURL || error == .emptyHost || error == .emptyScheme
        {
            throw APIClientError.badURL(base)
        } catch {
            throw APIClientError.unreachable(base: base, reason: Self.words(for: error))
        }
    }

    private static func words(for error: any Error) -> String {
        switch error {
        case let error as IOError where error.errnoCode == ECONNREFUSED: "connection refused"
        case let error as HTTPClientError where error == .connectTimeout: "no answer in time"
        default: "\(error)"
        }
    }

    private func failure(_ response: HTTPClientResponse) async -> APIClientError {
        let body = (try? await response.body.collect(upTo: 1024 * 1024)).map { Data(buffer: $0) } ?? Data()
        let answer = try? JSONDecoder().decode(ErrorAnswer.self, from: body)
        return .refused(
            status: Int(response.status.code),
            code: answer?.error.code ?? "",
            message: answer?.error.message ?? "",
            problems: answer?.error.problems ?? []
        )
    }

    private struct ErrorAnswer: Decodable {
        let error: Body

        struct Body: Decodable {
            let code: String
            let message: String
            let problems: [APIClientError.Problem]?
        }
    }
}

/// Why the server did not do what it was asked, and what to do next.
enum APIClientError: Error, Hashable, CustomStringConvertible {
    struct Problem: Decodable, Hashable {
        let line: Int
        let column: Int
        let message: String
    }

    case badURL(String)
    case unreachable(base: String, reason: String)
    case refused(status: Int, code: String, message: String, problems: [Problem])
    case unwritable(path: String)

    var description: String {
        switch self {
        case .badURL(let url):
            "'\(url)' is not the URL of a server: give --url or TRUNKLINE_URL like http://127.0.0.1:8080"
        case .unreachable(let base, let reason):
            """
            No server answers at \(base) (\(reason)).
            Start one with 'trunkline serve', or name another with --url or TRUNKLINE_URL.
            """
        case .refused(let status, let code, let message, _) where status == 401:
            """
            \(message.isEmpty ? "The server wants an API key" : message) (\(code)).
            Make a key with 'trunkline keys create' and give it with --key or TRUNKLINE_API_KEY.
            """
        case .refused(let status, let code, let message, _):
            message.isEmpty ? "The server answered \(status)" : "\(message) (\(code))"
        case .unwritable(let path):
            "Cannot write \(path): choose a place that you may write to"
        }
    }
}
