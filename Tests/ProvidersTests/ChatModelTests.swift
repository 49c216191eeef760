import Calls
import Conversation
import Foundation
import NIOCore
import Providers
import Synchronization
import Testing

@Suite("A language model behind chat completions", .timeLimit(.minutes(1)))
struct ChatModelTests {
    private static let hello = ModelRequest(messages: [.system("Be brief."), .user("Hello?")])

    private static func withTools(_ messages: [ModelMessage] = [.user("Bye.")]) -> ModelRequest {
        var request = ModelRequest(messages: messages)
        request.tools = [
            ModelTool(name: "end_call", description: "Ends it.", parameters: ["type": "object", "properties": [:]]),
            ModelTool(name: "note", description: "Notes it.", parameters: ["type": "object", "properties": [:]]),
        ]
        return request
    }

    /// What came until the answer ended or failed.
    private struct Outcome {
        var pieces: [ModelPiece]
        var ending: ModelEnding?
        var failure: ModelFailure?
        var text: String { pieces.map { if case .text(let text) = $0 { text } else { "" } }.joined() }
        var calls: [ToolCall] { pieces.compactMap { if case .call(let call) = $0 { call } else { nil } } }
    }

    private static func ask(
        _ answer: [ChatServer.Deed],
        _ request: ModelRequest = hello,
        _ change: (inout ChatModel.Configuration) -> Void = { _ in }
    ) async throws -> (Outcome, ChatServer) {
        let server = try await ChatServer.start([answer])
        let outcome = await outcome(of: server.model(change), request)
        try await server.stop()
        return (outcome, server)
    }

    private static func outcome(of model: some LanguageModel, _ request: ModelRequest) async -> Outcome {
        let pieces = Mutex<[ModelPiece]>([])
        do {
            let ending = try await model.answer(request) { piece in pieces.withLock { $0.append(piece) } }
            return Outcome(pieces: pieces.withLock(\.self), ending: ending)
        } catch {
            return Outcome(pieces: pieces.withLock(\.self), failure: error as? ModelFailure)
        }
    }

    @Test("Words come as they are thought, with the reason for the end and the tokens used")
    func words() async throws {
        let (outcome, server) = try await Self.ask([
            .head, .bytes(": waking up\n\n"), .event(#"{"choices":[{"delta":{"role":"assistant","content":null}}]}"#),
            .words(["Good ", "morning", "."]), .done(reason: "stop"),
        ])
        #expect(outcome.failure == nil)
        #expect(outcome.pieces == [.text("Good "), .text("morning"), .text(".")])
        #expect(outcome.ending == ModelEnding(reason: .stop, usage: ModelUsage(promptTokens: 12, answerTokens: 3)))
        #expect(server.received.first?.body["messages"]?.json.contains(#""role":"system""#) == true)
    }

    @Test("An event may arrive in any number of pieces, and end its lines in any way")
    func torn() async throws {
        let (outcome, _) = try await Self.ask([
            .head, .bytes("data: {\"choices\":[{\"del"), .bytes("ta\":{\"content\":\"Gr\u{fc}\u{df}"),
            .bytes(" Gott\"}}]}\r"), .bytes("\n\r\n"),
            .bytes("event: x\rid: 4\rdata:{\"choices\":[{\"delta\":{},\"finish_reason\":\"length\"}]}\r\r"), .end,
        ])
        #expect(outcome.text == "Gr\u{fc}\u{df} Gott")
        #expect(outcome.ending?.reason == .limit)
    }

    @Test("Tool calls are put together from their parts, also several at once")
    func toolCalls() async throws {
        let (outcome, server) = try await Self.ask(
            [
                .head, .words(["One moment."]),
                .event(
                    #"{"choices":[{"delta":{"tool_calls":[{"index":0,"id":"a","function":{"name":"note","arguments":""}}]}}]}"#
                ),
                .event(
                    #"{"choices":[{"delta":{"tool_calls":[{"index":0,"function":{"arguments":"{\"text\":"}}]}}]}"#
                ),
                .event(
                    #"{"choices":[{"delta":{"tool_calls":[{"index":1,"id":"b","function":{"name":"end_call","arguments":"{}"}}]}}]}"#
                ),
                .event(#"{"choices":[{"delta":{"tool_calls":[{"index":0,"function":{"arguments":"\"x\"}"}}]}}]}"#),
                .done(reason: "tool_calls"),
            ],
            Self.withTools()
        )
        #expect(outcome.text == "One moment.")
        #expect(outcome.calls.map(\.name) == ["note", "end_call"])
        #expect(outcome.calls.first?.members == ["text": "x"])
        #expect(outcome.ending?.reason == .toolCalls)
        #expect(server.received.first?.body["tool_choice"] == "auto")
    }

    @Test(
        "A tool call written as text is a call, and is not read aloud",
        arguments: [
            #"{"name": "end_call", "arguments": {"reason": "done"}}"#,
            "```json\n{\"name\": \"end_call\", \"parameters\": {\"reason\": \"done\"}}\n```",
            "<tool_call>\n{\"name\": \"end_call\", \"arguments\": \"{\\\"reason\\\": \\\"done\\\"}\"}\n</tool_call>",
            #"[{"type":"function","function":{"name":"end_call","arguments":{"reason":"done"}}}]"#,
            #"{"tool_calls":[{"name":"end_call","arguments":{"reason":"done"}}]}"#,
        ]
    )
    func writtenCalls(text: String) async throws {
        // A few characters at a time, as models write.
        let parts = stride(from: 0, to: text.count, by: 3).map { String(text.dropFirst($0).prefix(3)) }
        for before in ["", "Goodbye then. "] where before.isEmpty || !"{[".contains(text.prefix(1)) {
            let (outcome, _) = try await Self.ask(
                [.head, .words([before]), .words(parts), .done(reason: "stop")],
                Self.withTools()
            )
            #expect(
                outcome.text.trimmingCharacters(in: .whitespacesAndNewlines)
                    == before.trimmingCharacters(in: .whitespaces)
            )
            #expect(outcome.calls.map(\.name) == ["end_call"])
            #expect(outcome.calls.first?.members == ["reason": "done"])
        }
    }

    @Test("A call of a tool that does not exist does nothing and is not read aloud; brackets among words are")
    func noSuchTool() async throws {
        let (drop, _) = try await Self.ask(
            [.head, .words([#"{"name": "transfer_money", "arguments": {}}"#]), .done(reason: "stop")],
            Self.withTools()
        )
        #expect(drop.pieces.isEmpty)
        let (words, _) = try await Self.ask(
            [.head, .words(["It is open ", "[on Sundays", "] too."]), .done(reason: "stop")],
            Self.withTools()
        )
        #expect(words.text == "It is open [on Sundays] too.")
    }

    @Test("A schema is asked for in the request, or in words of a model that knows none")
    func schema() async throws {
        var request = Self.hello
        request.schema = ModelSchema(name: "result", schema: ["type": "object"])
        let (_, server) = try await Self.ask([.head, .words(["{}"]), .done(reason: "stop")], request)
        #expect(server.received.first?.body["response_format"]?["json_schema"]?["name"] == "result")
        let (outcome, plain) = try await Self.ask([.head, .words([#"{"a":1}"#]), .done(reason: "stop")], request) {
            $0.abilities.schema = false
        }
        #expect(plain.received.first?.body["response_format"] == nil)
        #expect(plain.received.first?.body["messages"]?.json.contains("JSON Schema") == true)
        #expect(outcome.text == #"{"a":1}"#)
    }

    @Test("A tool's result follows its call")
    func results() async throws {
        let call = ToolCall(id: "a", name: "note", arguments: "{}")
        let request = Self.withTools([.user("Hi."), .agent("", calls: [call]), .result(of: "a", "noted")])
        let (outcome, _) = try await Self.ask([.head, .words(["Done."]), .done(reason: "stop")], request)
        #expect(outcome.text == "Done.")
    }

    @Test("A refusal has its status and its reason, and never the key")
    func refused() async throws {
        let (outcome, _) = try await Self.ask([
            .status(401, body: #"{"error":{"message":"Incorrect API key provided: sk-secret"}}"#)
        ])
        #expect(outcome.failure == .refused(status: 401, "Incorrect API key provided: •••"))
        #expect(outcome.pieces.isEmpty)
    }

    @Test("An error in the middle of the stream is a failure, and what was said stays said")
    func errorEvent() async throws {
        let (outcome, _) = try await Self.ask([
            .head, .words(["Well, "]), .event(#"{"error":{"message":"overloaded"}}"#), .end,
        ])
        #expect(outcome.text == "Well, ")
        #expect(outcome.failure == .refused(status: 200, "overloaded"))
    }

    @Test("Nothing listens")
    func unreachable() async throws {
        let server = try await ChatServer.start([[.hang]])
        let model = server.model()
        try await server.stop()
        let outcome = await Self.outcome(of: model, Self.hello)
        guard case .unreachable? = outcome.failure else {
            Issue.record("\(String(describing: outcome.failure))")
            return
        }
    }

    @Test(
        "A server that takes the request and says nothing, or nothing useful, is given up on",
        arguments: [[ChatServer.Deed.hang], [.head, .hang], [.head, .bytes(": ping\n\n: ping\n\n"), .hang]]
    )
    func hang(deeds: [ChatServer.Deed]) async throws {
        let (outcome, _) = try await Self.ask(deeds) { $0.firstWord = .milliseconds(80) }
        #expect(outcome.failure == .stalled(.milliseconds(80)))
    }

    @Test(
        "A lively connection that brings no words is no answer: the first word has its time, however many comments come"
    )
    func slowDrip() async throws {
        let drip = [ChatServer.Deed.bytes(": ping\n\n"), .wait(.milliseconds(20))]
        let (outcome, _) = try await Self.ask([.head] + (0..<40).flatMap { _ in drip } + [.hang]) {
            $0.firstWord = .milliseconds(100)
        }
        #expect(outcome.failure == .stalled(.milliseconds(100)))
    }

    @Test("Half an answer is cut off when no next word comes")
    func stallsHalfway() async throws {
        // The first word has 20 s: counted from the beginning, the next would too.
        let start = ContinuousClock.now
        let (outcome, _) = try await Self.ask([.head, .words(["Your appointment "]), .hang]) {
            $0.nextWord = .milliseconds(80)
        }
        #expect(start.duration(to: .now) < .seconds(15))
        #expect(outcome.text == "Your appointment ")
        #expect(outcome.failure == .stalled(.milliseconds(80)))
    }

    @Test("Half an answer whose connection breaks, or that ends without an end, is known to be half")
    func cutOff() async throws {
        for last in [ChatServer.Deed.disconnect, .end] {
            let (outcome, _) = try await Self.ask([.head, .words(["Your appointment "]), last])
            #expect(outcome.text == "Your appointment ")
            #expect(outcome.failure == .cutOff)
        }
        let (silent, _) = try await Self.ask([.disconnect])
        #expect(silent.failure == .cutOff)
    }

    @Test(
        "What is no chat completion is refused, not spoken",
        arguments: [
            "data: <html>\n\n", "data: [1,2]\n\n", "data: {\"hello\":1}\n\n", "data: {\"choices\":[{\"delta\"\n\n",
        ]
    )
    func garbage(text: String) async throws {
        let (outcome, _) = try await Self.ask([.head, .bytes(text), .end])
        guard case .garbled? = outcome.failure else {
            Issue.record("\(String(describing: outcome.failure))")
            return
        }
        #expect(outcome.pieces.isEmpty)
    }

    @Test("An answer may be canceled at any time")
    func canceled() async throws {
        let server = try await ChatServer.start([[.head, .words(["One"]), .hang]])
        let model = server.model()
        let (began, begin) = AsyncStream.makeStream(of: Void.self)
        await withTaskGroup(of: Void.self) { group in
            group.addTask {
                await #expect(throws: CancellationError.self) {
                    _ = try await model.answer(Self.hello) { _ in begin.yield() }
                }
            }
            for await _ in began { break }
            group.cancelAll()
        }
        try await server.stop()
    }

    @Test(
        "A real llama.cpp server answers in words and by a schema",
        .enabled(
            if: ProcessInfo.processInfo.environment["TEST_LLM_URL"] != nil,
            "ran without a real model: TEST_LLM_URL names none"
        )
    )
    func realServer() async throws {
        let url = try #require(ProcessInfo.processInfo.environment["TEST_LLM_URL"])
        var configuration = ChatModel.Configuration(name: "real", url: url, model: "any")
        configuration.firstWord = .seconds(50)
        configuration.nextWord = .seconds(20)
        let model = ChatModel(configuration)
        var request = ModelRequest(messages: [.system("Answer in one short sentence."), .user("Say hello.")])
        request.limit = 16
        let words = await Self.outcome(of: model, request)
        #expect(words.failure == nil)
        #expect(!words.text.isEmpty)
        request.schema = ModelSchema(
            name: "answer",
            schema: [
                "type": "object", "required": ["polite"], "additionalProperties": false,
                "properties": ["polite": ["type": "boolean"]],
            ]
        )
        let shaped = await Self.outcome(of: model, request)
        #expect(JSONValue(json: shaped.text)?["polite"] != nil)
    }
}
