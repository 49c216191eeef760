import Calls
import Conversation
import Engine
import FoundationEssentials
import Testing

@Suite("What is asked for before a call", .timeLimit(.minutes(1)))
struct PrefetchTests {
    /// Runs `body` with an agent that asks a server which answers so.
    private func asking(
        _ answer: WebhookReceiver.Answer,
        _ more: String = "",
        path: String = "/lookup",
        conversations: ScriptedConversations = ScriptedConversations(.short),
        _ body: @Sendable (Workbench, WebhookReceiver) async throws -> Void
    ) async throws {
        let receiver = WebhookReceiver(answers: [answer])
        try await receiver.serve { port in
            let bench = try await Workbench(network: ScriptedNetwork(.answers), conversations: conversations) {
                $0.requests.allowPrivateAddresses = true
            }
            _ = try await bench.engine.agents.apply(
                """
                agent: reminder
                name: Riverside Dental
                numbers: ["+15550100000"]
                greeting: Hello {{name}}, about {{day}}.
                instructions: Confirm the visit of {{name}}.
                prefetch:
                  method: POST
                  url: http://127.0.0.1:\(port)\(path)
                  body: {phone: "{{call.to}}", about: "{{day}}"}
                  gives: [name]
                  \(more)
                """,
                project: Project.first
            )
            try await bench.run { bench in try await body(bench, receiver) }
        }
    }

    private static func place(_ bench: Workbench) async throws -> Call {
        try await bench.place { $0.variables = ["day": "Tuesday"] }
    }

    @Test("Its members are variables of the call, which the call's own go before, and stand on the record")
    func joins() async throws {
        let conversations = ScriptedConversations(.short)
        try await asking(
            .init(body: #"{"name":"Ann","day":"Sunday","vip":true}"#),
            conversations: conversations
        ) { bench, receiver in
            let call = try await Self.place(bench)
            let request = try #require(await receiver.next())
            #expect(request.body == #"{"about":"Tuesday","phone":"+15551230001"}"#)
            let ended = try await bench.ended(call.id)
            #expect(ended.lifecycle.status == .completed)
            #expect(ended.notes.map(\.variables) == [["name": "Ann", "day": "Sunday", "vip": true]])
            for await brief in conversations.briefs.stream {
                #expect(brief.variables == ["name": "Ann", "day": "Tuesday", "vip": true])
                #expect(brief.prompt == "Confirm the visit of Ann.")
                break
            }
        }
    }

    @Test(
        "Without what the agent has to say nobody is called",
        arguments: [
            WebhookReceiver.Answer(status: 500, body: "down"), .init(body: "[]"), .init(body: #"{"vip":true}"#),
        ]
    )
    func missing(answer: WebhookReceiver.Answer) async throws {
        try await asking(answer) { bench, _ in
            let call = try await bench.ended(try await Self.place(bench).id)
            #expect(call.lifecycle.ending?.reason == .prefetchFailed)
            #expect(call.lifecycle.status == .internalError && call.cost == .zero)
            #expect(call.notes.first?.text?.contains("No value for name") == true)
            #expect(call.reservation?.status == .released)
            let attempts = try await bench.engine.calls.attempts(call.id, project: Project.first)
            #expect(attempts.map(\.certainty) == [.notSent])
        }
    }

    @Test(
        "With a value from elsewhere the call is made all the same, unless the agent says otherwise",
        arguments: [true, false]
    )
    func failure(dials: Bool) async throws {
        let more = dials ? "" : "on_failure: end"
        try await asking(.init(status: 500), more + "\ndefaults: {name: there}") { bench, _ in
            let call = try await bench.ended(try await Self.place(bench).id)
            #expect(call.lifecycle.ending?.reason == (dials ? .agentHungUp : .prefetchFailed))
            #expect(call.notes.first?.text?.contains("The service answered 500") == true)
        }
    }

    @Test("A call that is canceled meanwhile is not made")
    func canceled() async throws {
        try await asking(.init(body: #"{"name":"Ann"}"#), "timeout_ms: 500", path: "/hang") { bench, receiver in
            let call = try await Self.place(bench)
            _ = await receiver.next()
            _ = try await bench.engine.calls.cancel(call.id, project: Project.first)
            let ended = try await bench.ended(call.id)
            #expect(ended.lifecycle.status == .canceled)
            await bench.clock.sleepers(1, within: .milliseconds(500))
            bench.clock.advance(by: .seconds(1))
            while await bench.engine.status().liveCalls > 0 { await Task.yield() }
            let attempts = try await bench.engine.calls.attempts(call.id, project: Project.first)
            #expect(attempts.map(\.certainty) == [.notSent])
        }
    }
}
