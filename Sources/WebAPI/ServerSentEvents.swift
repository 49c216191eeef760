package import Hummingbird
import ServiceLifecycle

/// A stream of server-sent events (WHATWG HTML section 9.2) that ends when its source does, when the client goes away, when its key or session is
/// not good any more, and when the server stops.
package struct ServerSentEvents: Sendable {
    /// One event: `id` is what a client sends back as `Last-Event-ID` to go on from here.
    package struct Message: Sendable {
        let id: String
        let event: String
        /// One line.
        let data: String

        package init(id: String, event: String, data: String) {
            self.id = id
            self.event = event
            self.data = data
        }
    }

    /// How often a comment is sent, so that proxies keep the connection, and the key is looked at.
    let heartbeat: Duration
    /// Whether whoever reads may go on: their key or session is still good.
    let isStillGood: @Sendable () async -> Bool

    package init(heartbeat: Duration, while isStillGood: @escaping @Sendable () async -> Bool) {
        self.heartbeat = heartbeat
        self.isStillGood = isStillGood
    }

    /// `messages` sends one after another; each `send` returns when the message is on its way, so that a client that reads slowly holds
    /// its source back instead of filling the memory.
    package func response(
        to request: Request,
        sending messages: @escaping @Sendable (_ send: @Sendable (Message) async -> Void) async throws -> Void
    ) -> Response {
        let (heartbeat, isStillGood) = (heartbeat, isStillGood)
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
                    try await Self.write(to: &writer, heartbeat: heartbeat, while: isStillGood, sending: messages)
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
        while isStillGood: @escaping @Sendable () async -> Bool,
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
                    guard await isStillGood() else { return continuation.finish() }
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
