import Calls
import Foundation
import HTTPTypes
import Hummingbird
import NIOCore
import NIOFoundationCompat
import Synchronization

/// An OpenAI-compatible model and recogniser in one HTTP server, that say what a test has them say.
final class ScriptedProviders: Sendable {
    enum Answer: Sendable {
        /// One piece.
        case whole(String)
        /// Word by word, then calls of tools.
        case spoken([String], calls: [(String, String)])
        case refused(HTTPResponse.Status)
        /// Nothing at all.
        case never
    }

    let port: Int
    private let log: ProviderLog
    private let task: Task<Void, any Error>

    /// `hearing` is what is understood of a request with so many bytes of sound. Nil: as the people of the lab speak, a greeting and then consent.
    static func start(
        hearing: (@Sendable (_ bytes: Int) -> String)? = nil,
        _ answer: @escaping @Sendable (JSONValue) -> Answer
    ) async throws -> ScriptedProviders {
        let log = ProviderLog()
        let router = Router()
        router.post("/v1/chat/completions") { request, _ -> Response in
            let data = try await request.body.collect(upTo: 1 << 20)
            let body = try JSONDecoder().decode(JSONValue.self, from: Data(buffer: data))
            log.add(body, key: request.headers[.authorization])
            let answer = answer(body)
            if case .refused(let status) = answer { return Response(status: status) }
            if case .never = answer {
                let (silence, end) = AsyncStream.makeStream(of: Never.self)
                for await _ in silence {}
                end.finish()
            }
            return Response(
                status: .ok,
                headers: [.contentType: "text/event-stream"],
                body: ResponseBody(byteBuffer: ByteBuffer(string: Self.events(answer)))
            )
        }
        router.post("/v1/audio/transcriptions") { request, _ -> Response in
            let sound = try await request.body.collect(upTo: 8 << 20)
            // Whoever picks up says hello first.
            let words =
                hearing?(sound.readableBytes) ?? (log.countUtterance() == 1 ? "Hello?" : "Yes, that is fine.")
            return Response(
                status: .ok,
                headers: [.contentType: "application/json"],
                body: ResponseBody(byteBuffer: ByteBuffer(string: #"{"text":"\#(words)"}"#))
            )
        }
        let (ports, port) = AsyncStream.makeStream(of: Int.self)
        let application = Application(
            router: router,
            configuration: .init(address: .hostname("127.0.0.1", port: 0)),
            onServerRunning: { port.yield($0.localAddress?.port ?? 0) }
        )
        let task = Task { try await application.run() }
        for await port in ports { return ScriptedProviders(port: port, log: log, task: task) }
        throw CancellationError()
    }

    private init(port: Int, log: ProviderLog, task: Task<Void, any Error>) {
        self.port = port
        self.log = log
        self.task = task
    }

    /// What the model was asked during calls: a warm-up is no call.
    var chats: [JSONValue] { log.chats }
    var keys: Set<String> { log.keys }

    func stop() async {
        task.cancel()
        _ = await task.result
    }

    private static func events(_ answer: Answer) -> String {
        var events: [JSONValue] = []
        func add(_ delta: JSONValue, finish: JSONValue = .null) {
            events.append(["choices": [["index": 0, "delta": delta, "finish_reason": finish]]])
        }
        switch answer {
        case .refused, .never: break
        case .whole(let text): add(["content": .string(text)])
        case .spoken(let words, let calls):
            for word in words { add(["content": .string(word)]) }
            for (index, (name, arguments)) in calls.enumerated() {
                let function: JSONValue = ["name": .string(name), "arguments": .string(arguments)]
                let call: JSONValue = [
                    "index": .integer(Int64(index)), "id": .string("call_\(index)"), "function": function,
                ]
                add(["tool_calls": [call]])
            }
        }
        add([:], finish: "stop")
        events.append(["choices": [], "usage": ["prompt_tokens": 100, "completion_tokens": 10]])
        let encoder = JSONEncoder()
        let texts = events.compactMap { try? encoder.encode($0) }.map {
            "data: \(String(decoding: $0, as: UTF8.self))\n\n"
        }
        return texts.joined() + "data: [DONE]\n\n"
    }
}

private final class ProviderLog: Sendable {
    private let state = Mutex((chats: [JSONValue](), keys: Set<String>(), utterances: 0))

    var chats: [JSONValue] { state.withLock(\.chats) }
    var keys: Set<String> { state.withLock(\.keys) }

    func add(_ body: JSONValue, key: String?) {
        state.withLock { state in
            if let key { state.keys.insert(key) }
            if body["max_tokens"] != 1 { state.chats.append(body) }
        }
    }

    func countUtterance() -> Int {
        state.withLock { state in
            state.utterances += 1
            return state.utterances
        }
    }
}
