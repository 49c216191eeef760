import Calls
import Conversation
import Foundation
import Testing

@testable import Engine

/// What a server of tools answers, as the specification has it.
private enum Words {
    static func result(_ id: Int, _ result: String) -> WebhookReceiver.Answer {
        .init(
            headers: ["content-type": "application/json"],
            body: #"{"jsonrpc":"2.0","id":\#(id),"result":\#(result)}"#
        )
    }

    static func error(_ id: Int, _ code: Int, _ message: String, status: Int = 200) -> WebhookReceiver.Answer {
        .init(
            status: status,
            headers: ["content-type": "application/json"],
            body: #"{"jsonrpc":"2.0","id":\#(id),"error":{"code":\#(code),"message":"\#(message)"}}"#
        )
    }

    static func stream(_ messages: String...) -> WebhookReceiver.Answer {
        .init(
            headers: ["content-type": "text/event-stream; charset=utf-8"],
            body: messages.map { "event: message\ndata: \($0)\n\n" }.joined()
        )
    }

    static let accepted = WebhookReceiver.Answer(status: 202)
    static let discovered = result(1, #"{"supportedVersions":["2025-11-25","2026-07-28"],"capabilities":{"tools":{}}}"#)
    static let unknown = WebhookReceiver.Answer(status: 404, body: "not found")

    static func greeted(_ id: Int, session: String?, version: String = "2025-06-18") -> WebhookReceiver.Answer {
        var answer = result(id, #"{"protocolVersion":"\#(version)","capabilities":{},"serverInfo":{"name":"x"}}"#)
        answer.headers["mcp-session-id"] = session
        return answer
    }

    static func tools(_ id: Int, _ tools: String, more: String = "") -> WebhookReceiver.Answer {
        result(id, #"{"tools":[\#(tools)]\#(more)}"#)
    }

    static func tool(_ name: String, _ properties: String = #""day":{"type":"string"}"#) -> String {
        #"{"name":"\#(name)","description":"Does \#(name).","inputSchema":{"type":"object","properties":{\#(properties)}}}"#
    }
}

@Suite("Servers of tools (MCP)", .timeLimit(.minutes(1)))
struct MCPTests {
    /// Runs `body` with a server that answers so, and a sender that may reach it.
    private func sending(
        _ answers: [WebhookReceiver.Answer],
        _ body: @Sendable (RequestSender, WebhookReceiver, ToolServer) async throws -> Void
    ) async throws {
        var configuration = RequestConfiguration()
        configuration.allowPrivateAddresses = true
        configuration.responseLimit = 4096
        configuration.secrets["crm"] = RequestSecret("s3cret-key", hosts: ["127.0.0.1"])
        let sender = RequestSender(
            configuration: configuration,
            timing: Timing(clock: ContinuousClock(), now: Date.stamp)
        )
        sender.start()
        let receiver = WebhookReceiver(answers: answers)
        let result: Result<Void, any Error>
        do {
            try await receiver.serve { port in
                let request = RequestTemplate(
                    method: .post,
                    url: "http://127.0.0.1:\(port)/mcp/{{account}}",
                    headers: ["Authorization": "Bearer {{secret.crm}}"]
                )
                let server = ToolServer(name: "calendar", request: request, tools: ["free_slots", "book"])
                try await body(sender, receiver, server)
            }
            result = .success(())
        } catch {
            result = .failure(error)
        }
        await sender.stop()
        try result.get()
    }

    private func next(_ receiver: WebhookReceiver) async throws -> (WebhookReceiver.Request, JSONValue) {
        let request = try #require(await receiver.next())
        return (request, JSONValue(json: request.body) ?? .null)
    }

    @Test("A server without sessions is asked what it has, page by page; every message says who asks for what")
    func stateless() async throws {
        let slots = Words.tool("free_slots", #""day":{"type":"string","x-mcp-header":"Day"}"#)
        try await sending([
            Words.discovered,
            Words.tools(2, Words.tool("drop_tables"), more: #","nextCursor":"two""#),
            Words.tools(3, slots + "," + Words.tool("book")),
            Words.result(4, #"{"resultType":"complete","content":[{"type":"text","text":"ten, eleven"}]}"#),
        ]) { sender, receiver, server in
            let session = try await sender.open(server, variables: ["account": "a/1"])
            #expect(session.tools.map(\.name) == ["free_slots", "book"])
            #expect(session.tools[0].description == "Does free_slots.")
            #expect(try await session.call("free_slots", ["day": "März"]) == "ten, eleven")
            await session.close()
            for (method, id) in [("server/discover", 1), ("tools/list", 2), ("tools/list", 3), ("tools/call", 4)] {
                let (request, body) = try await next(receiver)
                #expect(request.path == "/mcp/a%2F1")
                #expect(request.headers["authorization"] == "Bearer s3cret-key")
                #expect(request.headers["accept"] == "application/json, text/event-stream")
                #expect(request.headers["mcp-protocol-version"] == "2026-07-28")
                #expect(request.headers["mcp-method"] == method)
                #expect(request.headers["mcp-session-id"] == nil)
                #expect(body.member("method")?.string == method)
                #expect(body.member("id") == .integer(Int64(id)))
                let meta = body.member("params")?.member("_meta")
                #expect(meta?.member("io.modelcontextprotocol/protocolVersion")?.string == "2026-07-28")
                #expect(meta?.member("io.modelcontextprotocol/clientCapabilities") == [:])
                if id == 3 { #expect(body.member("params")?.member("cursor") == "two") }
                guard method == "tools/call" else { continue }
                #expect(request.headers["mcp-name"] == "free_slots")
                #expect(request.headers["mcp-param-day"] == "=?base64?TcOkcno=?=")
                #expect(body.member("params")?.member("arguments") == ["day": "März"])
            }
            receiver.requests.continuation.finish()
            #expect(await receiver.next() == nil)
        }
    }

    @Test("An older one is greeted, its session kept, its questions answered, and the session ended")
    func stateful() async throws {
        try await sending([
            Words.unknown,
            Words.greeted(2, session: "s-1"),
            Words.accepted,
            Words.stream(
                #"{"jsonrpc":"2.0","method":"notifications/message","params":{}}"#,
                #"{"jsonrpc":"2.0","id":"p1","method":"ping"}"#,
                #"{"jsonrpc":"2.0","id":"p2","method":"sampling/createMessage","params":{}}"#,
                #"{"jsonrpc":"2.0","id":3,"result":{"tools":[\#(Words.tool("book"))]}}"#
            ),
            Words.accepted,
            Words.accepted,
            Words.result(4, #"{"content":[],"structuredContent":{"booked":true}}"#),
        ]) { sender, receiver, server in
            let session = try await sender.open(server, variables: ["account": "a"])
            #expect(session.tools.map(\.name) == ["book"])
            #expect(try await session.call("book", ["day": "friday"]) == #"{"booked":true}"#)
            await session.close()
            #expect(try await next(receiver).1.member("method") == "server/discover")
            let (greeting, words) = try await next(receiver)
            #expect(words.member("method") == "initialize" && greeting.headers["mcp-protocol-version"] == nil)
            #expect(words.member("params")?.member("protocolVersion") == "2025-11-25")
            for method in ["notifications/initialized", "tools/list"] {
                let (request, body) = try await next(receiver)
                #expect(body.member("method")?.string == method)
                #expect(request.headers["mcp-session-id"] == "s-1")
                #expect(request.headers["mcp-protocol-version"] == "2025-06-18")
                #expect(request.headers["mcp-method"] == nil)
            }
            #expect(try await next(receiver).1 == ["jsonrpc": "2.0", "id": "p1", "result": [:]])
            #expect(try await next(receiver).1.member("error")?.member("code") == -32_601)
            #expect(try await next(receiver).1.member("method") == "tools/call")
            let end = try #require(await receiver.next())
            #expect(end.method == "DELETE" && end.headers["mcp-session-id"] == "s-1")
        }
    }

    @Test("The session of a call that nobody answers is ended with the call")
    func unanswered() async throws {
        let receiver = WebhookReceiver(answers: [
            Words.unknown, Words.greeted(2, session: "s-1"), Words.accepted, Words.tools(3, Words.tool("book")),
            Words.accepted,
        ])
        try await receiver.serve { port in
            let bench = try await Workbench { $0.requests.allowPrivateAddresses = true }
            _ = try await bench.engine.agents.apply(
                Workbench.agentFile + """

                    mcp:
                      - {name: calendar, url: "http://127.0.0.1:\(port)/mcp", tools: [book]}
                    """,
                project: Project.first
            )
            try await bench.run { bench in
                let call = try await bench.place()
                let leg = try await bench.nextLeg()
                for await _ in bench.conversations.briefs.stream { break }
                leg.end(.busy, Transport(sipStatus: 486, hungUpBy: .callee))
                #expect(try await bench.ended(call.id).lifecycle.ending?.reason == .busy)
                for _ in 0..<4 { _ = try await next(receiver) }
                let end = try #require(await receiver.next())
                #expect(end.method == "DELETE" && end.headers["mcp-session-id"] == "s-1")
            }
        }
    }

    @Test("A session that the server has lost is begun again, once, and what was asked is asked in it")
    func lost() async throws {
        try await sending([
            Words.error(1, -32_601, "Method not found"),
            Words.greeted(2, session: "s-1"), Words.accepted, Words.tools(3, Words.tool("book")),
            Words.unknown,
            Words.greeted(5, session: "s-2"), Words.accepted,
            Words.result(6, #"{"content":[{"type":"text","text":"booked"}]}"#),
            Words.unknown, Words.greeted(8, session: "s-3"), Words.accepted, Words.unknown,
        ]) { sender, receiver, server in
            let session = try await sender.open(server, variables: ["account": "a"])
            #expect(try await session.call("book", [:]) == "booked")
            let failure = await #expect(throws: RequestFailure.self) { try await session.call("book", [:]) }
            #expect(failure?.description.contains("404") == true)
            var sessions: [String?] = []
            for _ in 0..<12 {
                let (request, body) = try await next(receiver)
                if body.member("method") == "tools/call" { sessions.append(request.headers["mcp-session-id"]) }
            }
            #expect(sessions == ["s-1", "s-2", "s-2", "s-3"])
        }
    }

    @Test(
        "A tool that fails says so in its own words; an error of the protocol too; what wants something of us has failed"
    )
    func failures() async throws {
        try await sending([
            Words.discovered, Words.tools(2, Words.tool("book")),
            Words.result(3, #"{"content":[{"type":"text","text":"No such day, s3cret-key."}],"isError":true}"#),
            Words.error(4, -32_602, "Unknown tool", status: 400),
            Words.result(5, #"{"resultType":"input_required","inputRequests":{}}"#),
            .init(body: "<html>"),
            .init(body: String(repeating: "x", count: 5000)),
        ]) { sender, _, server in
            let session = try await sender.open(server, variables: ["account": "a"])
            for words in ["No such day, •••.", "Unknown tool (-32602)", "cannot be given", "cannot be read", "4096"] {
                let failure = await #expect(throws: RequestFailure.self) { try await session.call("book", [:]) }
                #expect(failure?.description.contains(words) == true, "\(String(describing: failure))")
                #expect(failure?.isRefused == false)
            }
        }
    }

    @Test("A server that lets nobody in, or speaks no known revision, is not used", arguments: [false, true])
    func unusable(speaks: Bool) async throws {
        let refusal = WebhookReceiver.Answer(status: 401, body: "Bearer s3cret-key is wrong")
        let answers =
            speaks ? [Words.unknown, Words.greeted(2, session: nil, version: "1999-01-01")] : [refusal, refusal]
        try await sending(answers) { sender, _, server in
            let failure = await #expect(throws: RequestFailure.self) {
                _ = try await sender.open(server, variables: ["account": "a"])
            }
            #expect(failure?.description.contains(speaks ? "no revision" : "401: Bearer ••• is wrong") == true)
        }
    }

    @Test(
        "A real server's tools are found and called",
        .enabled(
            if: ProcessInfo.processInfo.environment["TEST_MCP_URL"] != nil,
            "ran without a real server of tools: TEST_MCP_URL names none"
        )
    )
    func realServer() async throws {
        let url = try #require(ProcessInfo.processInfo.environment["TEST_MCP_URL"])
        var configuration = RequestConfiguration()
        configuration.allowPrivateAddresses = true
        let sender = RequestSender(
            configuration: configuration,
            timing: Timing(clock: ContinuousClock(), now: Date.stamp)
        )
        sender.start()
        let request = RequestTemplate(method: .post, url: url)
        let session = try await sender.open(
            ToolServer(name: "real", request: request, tools: ["add", "fail"]),
            variables: [:]
        )
        #expect(session.tools.map(\.name).sorted() == ["add", "fail"])
        #expect(try await session.call("add", ["left": 2, "right": 3]) == "5")
        let failure = await #expect(throws: RequestFailure.self) { try await session.call("fail", ["why": "Übung"]) }
        #expect(failure?.description.contains("fail") == true && failure?.isRefused == false)
        await session.close()
        await sender.stop()
    }

    @Test("An argument in a header is as it is where it can be, and in base 64 where it cannot")
    func headers() {
        #expect(MCPMessage.header("Friday, at ten") == "Friday, at ten")
        #expect(MCPMessage.header(" padded") == "=?base64?IHBhZGRlZA==?=")
        #expect(MCPMessage.header("two\nlines") == "=?base64?dHdvCmxpbmVz?=")
        #expect(MCPMessage.header("=?base64?x?=") == "=?base64?PT9iYXNlNjQ/eD89?=")
        let schema = JSONValue(
            json: #"{"type":"object","properties":{"n":{"x-mcp-header":"Number"},"bad":{"x-mcp-header":"a b"},"c":{}}}"#
        )
        let arguments: [String: JSONValue] = ["n": 7, "bad": "x", "c": "y"]
        #expect(MCPMessage.headers(repeating: arguments, schema: schema ?? .null) == ["Mcp-Param-Number": "7"])
    }
}
