import Calls
import Digests
import Foundation
import HTTPTypes
import Hummingbird
import Logging
import ServiceLifecycle
import Synchronization
import Testing

/// A receiver of webhooks on loopback: it keeps what comes, by path, and answers as it was told for that path.
final class Receiver: Sendable {
    struct Message: Sendable {
        /// Names in lowercase.
        var headers: [String: String]
        var body: Data
        var at: Date

        var json: JSONValue { get throws { try JSONDecoder().decode(JSONValue.self, from: body) } }

        /// As the vendors tell receivers to check `t=TIME,v1=DIGEST`, which is over the time, a dot and the body. `header` in lowercase.
        func isSigned(with secret: String, in header: String) throws -> Bool {
            let header = try #require(headers[header])
            let parts = header.split(separator: ",").map { $0.split(separator: "=", maxSplits: 1).map(String.init) }
            let time = try #require(parts.first { $0[0] == "t" }?[1])
            #expect(abs(Date().timeIntervalSince1970 - (Double(time) ?? 0)) < 300)
            let digest = SHA256.authenticate(Array("\(time).".utf8) + Array(body), key: Array(secret.utf8))
            let expected = digest.map { String(256 + Int($0), radix: 16).dropFirst() }.joined()
            return parts.contains { $0[0] == "v1" && $0[1] == expected }
        }
    }

    enum Answer: Sendable {
        case status(Int, body: String = "", headers: [String: String] = [:])
        /// Takes the message and says nothing, until the tests are over.
        case silence
    }

    private struct Box {
        var answers: [Answer] = []
        var messages: [Message] = []
        var waiting: [AsyncStream<Void>.Continuation] = []
    }

    private let port: Int
    private let boxes: Mutex<[String: Box]>
    private let never: AsyncStream<Void>

    private init(port: Int, never: AsyncStream<Void>) {
        self.port = port
        self.never = never
        boxes = Mutex([:])
    }

    /// The URL for messages about `name`, one for each thing that is tried. Answers come in the order given; then 200.
    func url(_ name: String, answering answers: [Answer] = []) -> String {
        boxes.withLock { $0["/\(name)", default: Box()].answers = answers }
        return "http://127.0.0.1:\(port)/\(name)"
    }

    /// What has come for `name` until now.
    func messages(_ name: String) -> [Message] {
        boxes.withLock { $0["/\(name)"]?.messages ?? [] }
    }

    /// Waits until `count` messages have come for `name`, and returns all there are.
    func messages(_ name: String, atLeast count: Int) async throws -> [Message] {
        while true {
            let (arrival, continuation) = AsyncStream.makeStream(of: Void.self)
            let messages = boxes.withLock { boxes in
                boxes["/\(name)", default: Box()].waiting.append(continuation)
                return boxes["/\(name)"]?.messages ?? []
            }
            if messages.count >= count { return messages }
            for await _ in arrival {}
            try Task.checkCancellation()
        }
    }

    private func take(_ message: Message, path: String) -> Answer {
        let (answer, waiting) = boxes.withLock { boxes in
            var box = boxes[path] ?? Box()
            box.messages.append(message)
            let answer = box.answers.isEmpty ? .status(200) : box.answers.removeFirst()
            let waiting = box.waiting
            box.waiting = []
            boxes[path] = box
            return (answer, waiting)
        }
        for continuation in waiting { continuation.finish() }
        return answer
    }

    private func answer(_ request: Request) async throws -> Response {
        let body = try await request.body.collect(upTo: 4 << 20)
        var headers: [String: String] = [:]
        for field in request.headers { headers[field.name.canonicalName] = field.value }
        let message = Message(headers: headers, body: Data(body.readableBytesView), at: Date())
        switch take(message, path: request.uri.path) {
        case .silence:
            for await _ in never {}
            return Response(status: .serviceUnavailable)
        case .status(let code, let text, let headers):
            var response = Response(
                status: .init(code: code),
                body: ResponseBody(byteBuffer: ByteBuffer(string: text))
            )
            for (name, value) in headers {
                if let name = HTTPField.Name(name) { response.headers[name] = value }
            }
            return response
        }
    }

    /// Takes messages for as long as `body` runs.
    static func serve(_ body: @Sendable (Receiver) async throws -> Void) async throws {
        let silence = AsyncStream.makeStream(of: Void.self)
        let (arrivals, arrival) = AsyncStream.makeStream(of: Int.self)
        let receiver = Later<Receiver>()
        let router = Router()
        router.post("/**") { request, _ in try await receiver.value.answer(request) }
        let server = Application(
            router: router,
            configuration: .init(address: .hostname("127.0.0.1", port: 0)),
            onServerRunning: { channel in arrival.yield(channel.localAddress?.port ?? 0) },
            logger: Logger(label: "receiver") { _ in SwiftLogNoOpLogHandler() }
        )
        // Never canceled: a connection accepted in that moment would trap in SwiftNIO (apple/swift-nio issue 2637).
        let group = ServiceGroup(services: [server], logger: server.logger)
        try await withThrowingTaskGroup(of: Void.self) { tasks in
            tasks.addTask { try await group.run() }
            var outcome: Result<Void, any Error> = .failure(CancellationError())
            for await port in arrivals {
                let ready = Receiver(port: port, never: silence.stream)
                receiver.arrive(.success(ready))
                do { outcome = .success(try await body(ready)) } catch { outcome = .failure(error) }
                break
            }
            silence.continuation.finish()
            await group.triggerGracefulShutdown()
            try await tasks.waitForAll()
            try outcome.get()
        }
    }
}
