import AsyncHTTPClient
import Calls
import Conversation
import EventStream
import NIOCore
import NIOHTTP1

/// Posts messages to one server of tools, and reads what comes back: one JSON document, or a stream of events of which one holds the answer.
///
/// Source: the specification of the Model Context Protocol, "Streamable HTTP", revisions 2025-03-26 to 2026-07-28.
struct MCPWire: Sendable {
    /// What came back.
    struct Reply: Sendable {
        var status: Int
        /// Nil: there was none, as for notifications.
        var answer: MCPMessage.Answer?
        /// What the server asks of us before it answers.
        var requests: [(method: String, id: JSONValue)] = []
        /// The beginning of what is no message.
        var words = ""
        /// The session that a server that keeps one has begun.
        var session: String?
    }

    let sender: RequestSender
    let filled: RequestTemplate.Filled
    /// How long a message may take, in ms.
    let limit: Int

    /// Sends `message`; `id` is that of the answer that is waited for.
    func post(
        _ message: JSONValue,
        id: Int?,
        headers: [String: String]
    ) async throws(RequestFailure) -> Reply {
        try await sender.reach(filled.url, within: limit) { receiver in
            try await exchange(message, id: id, headers, with: receiver)
        }
    }

    /// Tells the server that a session is over. What it says to that is of no interest.
    func delete(headers: [String: String]) async {
        _ = try? await sender.reach(filled.url, within: limit) { receiver in
            let request = request(.DELETE, to: receiver, headers)
            return try await sender.http.with(receiver, at: sender.http.address(of: receiver)) { client in
                let response = try await client.execute(request, deadline: .distantFuture)
                return response.status.code
            }
        }
    }

    private func request(_ method: HTTPMethod, to receiver: Receiver, _ headers: [String: String]) -> HTTPClientRequest
    {
        var request = HTTPClientRequest(url: receiver.url)
        request.method = method
        request.headers.add(name: "user-agent", value: "trunkline")
        request.headers.add(name: "accept", value: "application/json, text/event-stream")
        for (name, value) in filled.headers.merging(headers, uniquingKeysWith: { $1 }) {
            request.headers.replaceOrAdd(name: name, value: value)
        }
        return request
    }

    private func exchange(
        _ message: JSONValue,
        id: Int?,
        _ headers: [String: String],
        with receiver: Receiver
    ) async throws -> Reply {
        var request = request(.POST, to: receiver, headers)
        request.headers.replaceOrAdd(name: "content-type", value: "application/json")
        request.body = .bytes(ByteBuffer(string: message.json))
        let sent = request
        return try await sender.http.with(receiver, at: sender.http.address(of: receiver)) { client in
            let response = try await client.execute(sent, deadline: .distantFuture)
            var reply = Reply(status: Int(response.status.code))
            reply.session = response.headers.first(name: "mcp-session-id")
            let type = response.headers.first(name: "content-type")?.lowercased() ?? ""
            if type.hasPrefix("text/event-stream") {
                try await read(response.body, into: &reply, until: id, headers)
            } else {
                try await readWhole(response.body, into: &reply, id: id)
            }
            return reply
        }
    }

    private func readWhole(_ body: HTTPClientResponse.Body, into reply: inout Reply, id: Int?) async throws {
        var buffer = ByteBuffer()
        for try await chunk in body {
            buffer.writeImmutableBuffer(chunk)
            guard buffer.readableBytes <= sender.answerLimit else { throw tooLong }
        }
        let text = String(decoding: buffer.readableBytesView, as: UTF8.self)
        if let value = JSONValue(json: text) { take(value, into: &reply, id: id) }
        if reply.answer == nil { reply.words = String(text.prefix(500)) }
    }

    /// Until the answer is there: what follows it is nobody's.
    private func read(
        _ body: HTTPClientResponse.Body,
        into reply: inout Reply,
        until id: Int?,
        _ headers: [String: String]
    ) async throws {
        var events = EventStreamReader()
        var size = 0
        for try await chunk in body {
            size += chunk.readableBytes
            guard size <= sender.answerLimit else { throw tooLong }
            for event in try events.take(chunk.readableBytesView) {
                guard let value = JSONValue(json: event.data) else { continue }
                take(value, into: &reply, id: id)
                if reply.answer != nil { return }
                for asked in reply.requests {
                    let words = MCPMessage.reply(to: asked.method, id: asked.id)
                    _ = try await post(words, id: nil, headers: headers)
                }
                reply.requests = []
            }
        }
        if let last = events.end(), let value = JSONValue(json: last.data) { take(value, into: &reply, id: id) }
    }

    private func take(_ value: JSONValue, into reply: inout Reply, id: Int?) {
        for message in MCPMessage.received(value) {
            switch message {
            case .answer(let answer, to: let number) where number == id: reply.answer = answer
            case .request(let method, let id): reply.requests.append((method, id))
            case .answer, .other: break
            }
        }
    }

    private var tooLong: RequestFailure {
        RequestFailure("The answer is longer than \(sender.answerLimit) bytes.")
    }
}
