import Foundation
import HTTPTypes
import Hummingbird
import Logging
import ServiceLifecycle
import Synchronization

/// A real HTTP server on loopback that takes webhooks and answers as the test says.
final class WebhookReceiver: Sendable {
    struct Request: Sendable {
        var method = "POST"
        var path: String
        var headers: [String: String]
        var body: String
    }

    struct Answer: Sendable {
        var status = 200
        var headers: [String: String] = [:]
        var body = ""
    }

    let requests = AsyncStream.makeStream(of: Request.self)
    private let answers: Mutex<[Answer]>
    private let never = AsyncStream.makeStream(of: Void.self)

    /// Answers in this order, then with 200.
    init(answers: [Answer] = []) {
        self.answers = Mutex(answers)
    }

    /// The next request, waited for if it has not come yet.
    func next() async -> Request? {
        for await request in requests.stream { return request }
        return nil
    }

    /// Runs the server while `body` lasts. Requests to `/hang` are never answered.
    func serve<Result: Sendable>(_ body: @Sendable (_ port: Int) async throws -> Result) async throws -> Result {
        let router = Router()
        for method in [HTTPRequest.Method.post, .delete] {
            router.on("/**", method: method) { [self] request, _ in try await answer(request) }
        }
        let (ports, found) = AsyncStream.makeStream(of: Int.self)
        let server = Application(
            router: router,
            configuration: .init(address: .hostname("127.0.0.1", port: 0)),
            onServerRunning: { channel in found.yield(channel.localAddress?.port ?? 0) },
            logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        )
        // Never canceled: a connection accepted in that moment would trap in SwiftNIO (apple/swift-nio issue 2637).
        let services = ServiceGroup(services: [server], logger: server.logger)
        return try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await services.run() }
            var result: Swift.Result<Result, any Error> = .failure(CancellationError())
            for await port in ports {
                do { result = .success(try await body(port)) } catch { result = .failure(error) }
                break
            }
            never.continuation.finish()
            await services.triggerGracefulShutdown()
            try await group.waitForAll()
            return try result.get()
        }
    }

    private func answer(_ request: Hummingbird.Request) async throws -> Response {
        let buffer = try await request.body.collect(upTo: 1 << 20)
        var headers: [String: String] = ["host": request.head.authority ?? ""]
        for field in request.headers { headers[field.name.canonicalName] = field.value }
        let path = request.uri.path
        let method = request.method.rawValue
        requests.continuation.yield(
            Request(method: method, path: path, headers: headers, body: String(buffer: buffer))
        )
        if path == "/hang" { for await _ in never.stream {} }
        let answer = answers.withLock { $0.isEmpty ? Answer() : $0.removeFirst() }
        var response = Response(
            status: .init(code: answer.status),
            body: .init(byteBuffer: ByteBuffer(string: answer.body))
        )
        for (name, value) in answer.headers {
            if let name = HTTPField.Name(name) { response.headers[name] = value }
        }
        return response
    }
}
