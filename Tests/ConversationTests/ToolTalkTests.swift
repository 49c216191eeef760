import Calls
import Foundation
import Logging
import Synchronization
import Telephony
import Testing

@testable import Conversation

@Suite("A talking agent and its tools", .timeLimit(.minutes(1)))
struct ToolTalkTests {
    private static func agent(_ change: @escaping (inout Agent) -> Void = { _ in }) -> Agent {
        .talker { agent in
            agent.tools = [
                HTTPTool(
                    name: "find_slot",
                    description: "Finds a free slot.",
                    parameters: [
                        "type": "object", "properties": ["day": ["type": "string"]], "required": ["day"],
                    ],
                    request: RequestTemplate(method: .get, url: "https://crm.example/slots?day={{day}}"),
                    say: "Let me look."
                )
            ]
            agent.transfers = [TransferDestination(name: "desk", target: "+15550100000")]
            change(&agent)
        }
    }

    private static func says(_ text: String, at silence: Int = 300) async throws -> SimulatedLine.Cue {
        .init(moment: .agentSilent(silence), deed: .say(try await Studio.callee(text)))
    }

    private static func hangsUp(after silence: Int) -> SimulatedLine.Cue {
        .init(moment: .agentSilent(silence), deed: .hangUp)
    }

    @Test("A tool's answer is told to the model, which goes on; what is said meanwhile comes first")
    func tool() async throws {
        let requests = ScriptedRequests([.success(#"{"slot":"ten"}"#)])
        let model = ScriptedModel([
            .pieces([.call("find_slot", #"{"day":"friday"}"#)]),
            .pieces([.text("Ten is free on Friday. Shall I book it?")]),
        ])
        let talk = try await TalkRehearsal.run(
            Self.agent(),
            model: model,
            heard: ["Friday, please."],
            delays: [3: 1500],
            requests: requests,
            cues: [try await Self.says("friday please"), Self.hangsUp(after: 2500)]
        )
        #expect(requests.log == [.init(tool: "find_slot", arguments: ["day": "friday"])])
        #expect(talk.said("Let me look.") && talk.said("Ten is free"), "\(talk.script)")
        let use = try #require(talk.record.account?.tools.first)
        #expect(use.name == "find_slot" && use.result == #"{"slot":"ten"}"# && !use.isRefused && !use.isFailed)
        #expect(use.end - use.start >= 1400 && use.end - use.start < 2000, "\(use)")
        #expect(talk.events.contains { if case .used(let told) = $0 { told == use } else { false } })
        // The outcome stands right behind the call, as servers want it.
        let messages = try #require(model.requests.last?.messages)
        let place = try #require(
            messages.firstIndex { if case .agent(_, let calls) = $0 { !calls.isEmpty } else { false } }
        )
        #expect(
            messages[place]
                == .agent(
                    "Let me look.",
                    calls: [ToolCall(id: "call_find_slot", name: "find_slot", arguments: #"{"day":"friday"}"#)]
                )
        )
        #expect(messages[place + 1] == .result(of: "call_find_slot", #"{"slot":"ten"}"#))
    }

    @Test(
        "Arguments that do not fit never leave; the model is told why",
        arguments: [#"{}"#, #"{"day":1}"#, #"{"day":"x","more":1}"#, "[]"]
    )
    func badArguments(arguments: String) async throws {
        let requests = ScriptedRequests([])
        let model = ScriptedModel([
            .pieces([.call("find_slot", arguments)]), .pieces([.text("Which day do you mean?")]),
        ])
        let talk = try await TalkRehearsal.run(
            Self.agent(),
            model: model,
            heard: ["Some day."],
            requests: requests,
            cues: [try await Self.says("some day"), Self.hangsUp(after: 2000)]
        )
        #expect(requests.log.isEmpty)
        #expect(talk.record.account?.tools.map(\.isRefused) == [true])
        #expect(talk.said("Which day do you mean?"), "\(talk.script)")
    }

    @Test("A callee who speaks while a tool is at work is answered, and hears of its outcome after that")
    func interrupted() async throws {
        let requests = ScriptedRequests([.failure(RequestFailure("The service answered 503: busy"))])
        let model = ScriptedModel([
            .pieces([.call("find_slot", #"{"day":"friday"}"#)]), .pieces([.text("I am still looking.")]),
            .pieces([.text("I could not find out.")]),
        ])
        let talk = try await TalkRehearsal.run(
            Self.agent(),
            model: model,
            heard: ["Friday, please.", "Are you there at all?"],
            delays: [3: 7000],
            requests: requests,
            cues: [
                try await Self.says("friday please"), try await Self.says("are you there at all", at: 800),
                Self.hangsUp(after: 3000),
            ]
        )
        let said = talk.record.transcript.filter { $0.speaker == .agent }.map(\.text)
        #expect(said.contains("I am still looking.") && said.last == "I could not find out.", "\(talk.script)")
        #expect(talk.record.account?.tools.first?.isFailed == true)
    }

    @Test("A tool without an answer at the call's end is on the record as that")
    func cutOff() async throws {
        let model = ScriptedModel([.pieces([.call("find_slot", #"{"day":"friday"}"#)])])
        let talk = try await TalkRehearsal.run(
            Self.agent(),
            model: model,
            heard: ["Friday, please."],
            delays: [3: 60_000],
            requests: ScriptedRequests([]),
            cues: [try await Self.says("friday please"), .init(moment: .at(20_000), deed: .hangUp)]
        )
        #expect(talk.record.account?.tools.map(\.isFailed) == [true])
        #expect(talk.record.reason == nil)
        // It has a deadline of its own: the agent does not give up for its sake.
        #expect(talk.said("One moment, please."), "\(talk.script)")
    }

    @Test("A callee who is handed over hears of it first; then the agent leaves")
    func transferred() async throws {
        let model = ScriptedModel([.pieces([.text("I connect you now."), .call("transfer_call", #"{"to":"desk"}"#)])])
        let talk = try await TalkRehearsal.run(
            Self.agent(),
            model: model,
            heard: ["A person, please."],
            transfer: TransferOutcome(.transferred, sipStatus: 200),
            cues: [try await Self.says("a person please")]
        )
        #expect(talk.record.reason == .transferred, "\(talk.script)")
        #expect(talk.said("I connect you now."))
        #expect(talk.record.account?.transfers?.map(\.outcome) == [TransferOutcome(.transferred, sipStatus: 200)])
        #expect(talk.record.account?.transfers?.first?.to == "desk")
    }

    @Test(
        "A transfer that fails leaves the callee with the agent, which goes on",
        arguments: [
            TransferOutcome(.refused, sipStatus: 603), TransferOutcome(.failed, sipStatus: 503),
            TransferOutcome(.unknown),
        ]
    )
    func notTransferred(outcome: TransferOutcome) async throws {
        let model = ScriptedModel([
            .pieces([.text("I connect you now."), .call("transfer_call", #"{"to":"desk"}"#)]),
            .pieces([.text("Nobody is there. Can I help?")]),
        ])
        let talk = try await TalkRehearsal.run(
            Self.agent(),
            model: model,
            heard: ["A person, please."],
            transfer: outcome,
            cues: [try await Self.says("a person please"), Self.hangsUp(after: 2500)]
        )
        #expect(talk.said("Nobody is there. Can I help?"), "\(talk.script)")
        #expect(talk.record.reason == nil)
        #expect(talk.record.account?.transfers?.map(\.outcome) == [outcome])
        #expect(talk.record.account?.tools.map(\.isFailed) == [true])
    }

    @Test(
        "Sessions with servers of tools are ended where nobody answers, and where the agent cannot speak",
        arguments: [true, false]
    )
    func unanswered(canSpeak: Bool) async throws {
        let requests = ScriptedRequests([], servers: ["calendar": []])
        var agent = Self.agent { agent in
            let request = RequestTemplate(method: .post, url: "https://tools.example/mcp")
            agent.toolServers = [ToolServer(name: "calendar", request: request, tools: ["book"])]
        }
        if !canSpeak { agent.model = "gone" }
        var brief = ConversationBrief(call: Call.ID(bornAt: Date()), agent: agent, variables: [:], maxDuration: 60)
        brief.requests = requests
        let conversations = TalkConversations(
            flows: try Studio.conversations(),
            model: ScriptedModel([]),
            realtime: [AbsentModel()],
            voice: try Studio.voice(),
            recognizer: ScriptedRecognizer([]),
            logger: Logger(label: "test")
        )
        if canSpeak {
            try await conversations.prepare(brief).close()
        } else {
            let missing = await #expect(throws: ProviderMissing.self) { _ = try await conversations.prepare(brief) }
            let farewell = try #require(missing?.farewell as? TalkConversation)
            let talk = await TalkRehearsal.run(farewell, cues: [])
            #expect(talk.record.transcript.map(\.text) == [FlowLines.apology], "\(talk.script)")
            #expect(talk.record.reason == .providerStalled)
            await farewell.close()
        }
        #expect(requests.log == [.init(tool: "close", arguments: [:])])
    }

    private struct AbsentModel: RealtimeModel {
        let name = "gone"

        func open(
            _ setup: RealtimeSetup,
            tell: @escaping @Sendable (RealtimeEvent) -> Void
        ) async throws -> any RealtimeSession { throw ModelFailure.cutOff }
    }

    @Test(
        "Tools of servers are used like the agent's own; what the agent does not list, or a server has not, is not there"
    )
    func remote() async throws {
        let tools = ["free_slots", "delete_everything"].map {
            ModelTool(
                name: $0,
                description: "Does it.",
                parameters: ["type": "object", "properties": ["day": ["type": "string"]], "required": ["day"]]
            )
        }
        let requests = ScriptedRequests([.success("ten, eleven")], servers: ["calendar": tools])
        let agent = Self.agent { agent in
            let request = RequestTemplate(method: .post, url: "https://tools.example/mcp")
            agent.toolServers = [
                ToolServer(name: "calendar", request: request, tools: ["free_slots", "book"], say: "One second."),
                ToolServer(name: "gone", request: request, tools: ["lost"]),
            ]
        }
        let model = ScriptedModel([
            .pieces([.call("free_slots", "{}")]),
            .pieces([.call("free_slots", #"{"day":"friday"}"#)]),
            .pieces([.text("Ten or eleven?")]),
        ])
        let talk = try await TalkRehearsal.run(
            agent,
            model: model,
            heard: ["Friday, please."],
            requests: requests,
            cues: [try await Self.says("friday please"), Self.hangsUp(after: 2500)]
        )
        let offered = model.requests[0].tools.map(\.name)
        #expect(offered.contains("free_slots") && offered.contains("find_slot"), "\(offered)")
        #expect(!offered.contains("delete_everything") && !offered.contains("book") && !offered.contains("lost"))
        #expect(requests.log == [.init(tool: "free_slots", arguments: ["day": "friday"])])
        #expect(talk.said("One second.") && talk.said("Ten or eleven?"), "\(talk.script)")
        #expect(talk.record.account?.tools.map(\.isRefused) == [true, false])
        #expect(talk.record.account?.tools.last?.result == "ten, eleven")
        for name in ["delete_everything", "book", "lost"] {
            let call = ToolCall(id: "1", name: name, arguments: "{}")
            #expect(throws: TalkTool.Refusal.self) { try TalkTool(call, for: agent, remote: RemoteTools()) }
        }
    }

    @Test("Nobody is handed over to where the agent does not list", arguments: [#"{"to":"+15550199999"}"#, "{}"])
    func elsewhere(arguments: String) throws {
        let call = ToolCall(id: "1", name: "transfer_call", arguments: arguments)
        #expect(throws: TalkTool.Refusal.self) { try TalkTool(call, for: Self.agent(), remote: RemoteTools()) }
        #expect(!TalkTool.offered(to: .talker(), remote: RemoteTools()).contains { $0.name == "transfer_call" })
        #expect(TalkTool.offered(to: Self.agent(), remote: RemoteTools()).contains { $0.name == "transfer_call" })
    }
}

/// Answers requests as a test has it.
final class ScriptedRequests: AgentRequests {
    struct Request: Sendable, Hashable {
        var tool: String
        var arguments: [String: JSONValue]
    }

    private let state: Mutex<(answers: [Result<String, RequestFailure>], log: [Request])>
    private let servers: [String: [ModelTool]]

    /// `servers` are those there are, with what they have.
    init(_ answers: [Result<String, RequestFailure>], servers: [String: [ModelTool]] = [:]) {
        state = Mutex((answers, []))
        self.servers = servers
    }

    var log: [Request] { state.withLock { $0.log } }

    func open(
        _ server: ToolServer,
        variables: [String: JSONValue]
    ) async throws(RequestFailure) -> any ToolSession {
        guard let tools = servers[server.name] else { throw RequestFailure("The service cannot be reached.") }
        return Session(requests: self, tools: tools.filter { server.tools.contains($0.name) })
    }

    func call(
        _ tool: HTTPTool,
        _ arguments: [String: JSONValue],
        variables: [String: JSONValue]
    ) async throws(RequestFailure) -> String {
        try answer(tool.name, arguments)
    }

    private func answer(
        _ tool: String,
        _ arguments: [String: JSONValue]
    ) throws(RequestFailure) -> String {
        let answer = state.withLock { state -> Result<String, RequestFailure> in
            state.log.append(Request(tool: tool, arguments: arguments))
            return state.answers.isEmpty ? .failure(RequestFailure("nothing")) : state.answers.removeFirst()
        }
        return try answer.get()
    }
    private struct Session: ToolSession {
        let requests: ScriptedRequests
        let tools: [ModelTool]

        func call(_ tool: String, _ arguments: [String: JSONValue]) async throws(RequestFailure) -> String {
            try requests.answer(tool, arguments)
        }

        func close() async { requests.state.withLock { $0.log.append(Request(tool: "close", arguments: [:])) } }
    }
}
