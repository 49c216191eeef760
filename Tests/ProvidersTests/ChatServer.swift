import Calls
import Conversation
import NIOCore
import NIOHTTP1
import NIOPosix
import Providers
import Synchronization

/// An OpenAI-compatible server that says what a test has it say, and holds clients to the protocol: a request that no such server takes is
/// answered with 400.
final class ChatServer: Sendable {
    /// One thing the server does with a request, in order.
    enum Deed: Sendable {
        case status(Int, body: String)
        /// The head of a stream of events.
        case head
        /// These bytes as they are.
        case bytes(String)
        /// An event with this JSON.
        case event(String)
        case words([String])
        case done(reason: String)
        /// Nothing more, and the connection stays open.
        case hang
        /// The connection is cut.
        case disconnect
        /// The end of the body.
        case end
        case wait(TimeAmount)
    }

    struct Request: Sendable {
        var head: HTTPRequestHead
        var body: JSONValue
    }

    let port: Int
    private let channel: any Channel

    /// `answers` are what the first, second, … request gets; the last one is repeated.
    static func start(_ answers: [[Deed]]) async throws -> ChatServer {
        let requests = RequestLog(answers: answers)
        let channel = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .serverChannelOption(ChannelOptions.socketOption(.so_reuseaddr), value: 1)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.configureHTTPServerPipeline()
                    try channel.pipeline.syncOperations.addHandler(ChatConnection(log: requests))
                }
            }
            .bind(host: "127.0.0.1", port: 0).get()
        return ChatServer(channel: channel, log: requests)
    }

    private let log: RequestLog

    private init(channel: any Channel, log: RequestLog) {
        self.channel = channel
        self.log = log
        port = channel.localAddress?.port ?? 0
    }

    var received: [Request] { log.requests }

    func model(_ change: (inout ChatModel.Configuration) -> Void = { _ in }) -> ChatModel {
        var configuration = ChatModel.Configuration(
            name: "test",
            url: "http://127.0.0.1:\(port)/v1",
            model: "small",
            key: "sk-secret"
        )
        configuration.firstWord = .seconds(20)
        configuration.nextWord = .seconds(20)
        change(&configuration)
        return ChatModel(configuration)
    }

    func stop() async throws {
        try await channel.close()
    }
}

/// What was asked, and what is answered.
final class RequestLog: Sendable {
    private let answers: [[ChatServer.Deed]]
    private let log = Mutex<[ChatServer.Request]>([])

    init(answers: [[ChatServer.Deed]]) {
        self.answers = answers
    }

    var requests: [ChatServer.Request] { log.withLock(\.self) }

    /// What `request` gets.
    func answer(_ request: ChatServer.Request) -> [ChatServer.Deed] {
        if let problem = Self.problem(with: request) {
            return [.status(400, body: #"{"error":{"message":"\#(problem)"}}"#)]
        }
        let number = log.withLock { log in
            log.append(request)
            return log.count
        }
        return answers[min(number, answers.count) - 1]
    }

    /// What a strict server objects to.
    private static func problem(with request: ChatServer.Request) -> String? {
        guard request.head.method == .POST else { return "not a POST" }
        guard request.head.uri == "/v1/chat/completions" else { return "no such path" }
        guard request.head.headers.first(name: "content-type") == "application/json" else { return "not JSON" }
        guard request.head.headers.first(name: "authorization") == "Bearer sk-secret" else { return "no key" }
        guard request.body["model"]?.string?.isEmpty == false else { return "no model" }
        guard request.body["stream"] == true else { return "not streamed" }
        guard case .array(let messages)? = request.body["messages"], !messages.isEmpty else { return "no messages" }
        var open: Set<String> = []
        for (index, message) in messages.enumerated() {
            let role = message["role"]?.string
            switch role {
            case "system": if index > 0 { return "a system message that is not the first" }
            case "user": if message["content"]?.string == nil { return "a user message without content" }
            case "assistant":
                guard case .array(let calls)? = message["tool_calls"] else { continue }
                open.formUnion(calls.compactMap { $0["id"]?.string })
            case "tool":
                guard let id = message["tool_call_id"]?.string, open.remove(id) != nil else {
                    return "a result of no call"
                }
            default: return "no such role"
            }
        }
        return open.isEmpty ? nil : "a call without a result"
    }
}

private final class ChatConnection: ChannelInboundHandler {
    typealias InboundIn = HTTPServerRequestPart
    typealias OutboundOut = HTTPServerResponsePart

    private let log: RequestLog
    private var head: HTTPRequestHead?
    private var body = ByteBuffer()

    init(log: RequestLog) {
        self.log = log
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        switch unwrapInboundIn(data) {
        case .head(let head):
            self.head = head
            body.clear()
        case .body(var part): body.writeBuffer(&part)
        case .end:
            guard let head else { return }
            let json = JSONValue(json: String(buffer: body)) ?? .null
            perform(log.answer(.init(head: head, body: json))[...], context)
        }
    }

    private func perform(_ deeds: ArraySlice<ChatServer.Deed>, _ context: ChannelHandlerContext) {
        guard let deed = deeds.first else { return }
        let rest = deeds.dropFirst()
        switch deed {
        case .status(let code, let text):
            write(.head(.init(version: .http1_1, status: .init(statusCode: code))), context)
            write(.body(.byteBuffer(ByteBuffer(string: text))), context)
            write(.end(nil), context)
        case .head:
            var headers = HTTPHeaders()
            headers.add(name: "content-type", value: "text/event-stream")
            write(.head(.init(version: .http1_1, status: .ok, headers: headers)), context)
        case .bytes(let text): write(.body(.byteBuffer(ByteBuffer(string: text))), context)
        case .event(let json): write(.body(.byteBuffer(ByteBuffer(string: "data: \(json)\n\n"))), context)
        case .words(let words):
            for word in words {
                let json: JSONValue = ["choices": [["index": 0, "delta": ["content": .string(word)]]]]
                write(.body(.byteBuffer(ByteBuffer(string: "data: \(json.json)\n\n"))), context)
            }
        case .done(let reason):
            let last = #"{"choices":[{"index":0,"delta":{},"finish_reason":"\#(reason)"}]}"#
            let usage = #"{"choices":[],"usage":{"prompt_tokens":12,"completion_tokens":3}}"#
            let text = "data: \(last)\n\ndata: \(usage)\n\ndata: [DONE]\n\n"
            write(.body(.byteBuffer(ByteBuffer(string: text))), context)
            write(.end(nil), context)
        case .hang: return
        case .disconnect:
            context.close(promise: nil)
            return
        case .end: write(.end(nil), context)
        case .wait(let time):
            let loop = context.eventLoop
            let bound = NIOLoopBound((self, context), eventLoop: loop)
            loop.scheduleTask(in: time) {
                let (connection, context) = bound.value
                connection.perform(rest, context)
            }
            return
        }
        perform(rest, context)
    }

    private func write(_ part: HTTPServerResponsePart, _ context: ChannelHandlerContext) {
        context.writeAndFlush(wrapOutboundOut(part), promise: nil)
    }
}
