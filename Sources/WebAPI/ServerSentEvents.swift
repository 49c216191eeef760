import Hummingbird
import ServiceLifecycle

/// A stream of server-sent events (WHATWG HTML section 9.2) that ends when its source does, when the client goes away, when its key is not
/// good any more, and when the server stops.
struct ServerSentEvents {
    /// One event: `id` is what a client sends back as `Last-Event-ID` to go on from here.
    struct Message: Sendable {
        let id: String
        let event: String
        /// One line.
        let data: String
    }

    /// How often a comment is sent, so that proxies keep the connection, and the key is looked at.
    let heartbeat: Duration
    let watch: KeyWatch

    /// `messages` sends one after another; each `send` returns when the message is on its way, so that a client that reads slowly holds
    /// its source back instead of filling the memory.
    func response(
        to request: Request,
        sending messages: @escaping @Sendable (_ send: @Sendable (Message) async -> Void) async throws -> Void
    ) -> Response {
        let (heartbeat, watch) = (heartbeat, watch)
        return Response(
            status: .ok,
            headers: [
                .contentType: "text/event-stream; charset=utf-8",
                .cacheControl: "no-cache",
                // Watching for the client to go away uses the connection up: it must not be taken for another request.
                .connection: "close",
                // nginx would collect events before passing them on.
                .known("X-Accel-Buffering"): "no",
            ],
            body: ResponseBody { writer in
                try await request.body.consumeWithCancellationOnInboundClose { _ in
                    try await Self.write(to: &writer, heartbeat: heartbeat, watch: watch, sending: messages)
                }
                try await writer.finish(nil)
            }
        )
    }

    private enum Line {
        case message(String)
        case heartbeat

        var text: String {
            switch self {
            case .message(let text): text
            case .heartbeat: ": heartbeat\n\n"
            }
        }
    }

    private static func write(
        to writer: inout any ResponseBodyWriter,
        heartbeat: Duration,
        watch: KeyWatch,
        sending messages: @escaping @Sendable (_ send: @Sendable (Message) async -> Void) async throws -> Void
    ) async throws {
        let (lines, continuation) = AsyncStream<Line>.makeStream()
        let (written, acknowledgement) = AsyncStream<Void>.makeStream()
        try await withThrowingTaskGroup { group in
            group.addTask {
                defer { continuation.finish() }
                try await messages { message in
                    let text = "id: \(message.id)\nevent: \(message.event)\ndata: \(message.data)\n\n"
                    continuation.yield(.message(text))
                    for await _ in written { break }
                }
            }
            group.addTask {
                while true {
                    try await Task.sleep(for: heartbeat)
                    guard await watch.isStillGood() else { return continuation.finish() }
                    continuation.yield(.heartbeat)
                }
            }
            group.addTask {
                try await gracefulShutdown()
                continuation.finish()
            }
            // Sent at once, so that the client knows that it is connected before anything happens.
            try await writer.write(ByteBuffer(string: ": connected\n\n"))
            for await line in lines {
                try await writer.write(ByteBuffer(string: line.text))
                if case .message = line { acknowledgement.yield() }
            }
            group.cancelAll()
        }
    }
}
