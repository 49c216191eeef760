import Foundation
import Testing

@Suite("What a call changes of its agent")
struct OverrideTests {
    private static let agent = """
        agent: advisor
        name: Harbour Bank
        persona: You are {{who}}.
        instructions: Find out when to call back.
        numbers: ["+15550100000"]
        defaults: {who: the assistant}
        """

    private func call(_ members: String, check: @escaping @Sendable (_ snapshot: [String: Any]) -> Void) async throws {
        try await TestServer.run { server in
            #expect(try await server.post("/v1/agents", Self.agent, type: "application/yaml").status == 201)
            let placed = try await server.post(
                "/v1/calls",
                #"{"agent": "advisor", "to": "+15551230001"\#(members)}"#
            )
            #expect(placed.status == 201)
            check(try #require(try placed.json.at("snapshot") as? [String: Any]))
        }
    }

    @Test("Without anything, the agent's own is kept with the call")
    func own() async throws {
        try await call("") { snapshot in
            #expect(snapshot["prompt"] as? String == "You are the assistant.\n\nFind out when to call back.")
            #expect(snapshot["greeting"] as? String == "Hello, this is Harbour Bank, an automated assistant.")
            #expect(snapshot["conducted_by"] as? String == "message_taking")
        }
    }

    @Test("Instructions come after the agent's, or in their place")
    func instructions() async throws {
        try await call(#", "instructions": {"text": "Ask for {{name}}."}, "variables": {"name": "Ana"}"#) { snapshot in
            #expect(
                snapshot["prompt"] as? String
                    == "You are the assistant.\n\nFind out when to call back.\n\nAsk for Ana."
            )
        }
        try await call(#", "instructions": {"text": "Say hello.", "mode": "replace"}"#) { snapshot in
            #expect(snapshot["instructions"] as? String == "Say hello.")
            #expect(snapshot["prompt"] as? String == "You are the assistant.\n\nSay hello.")
        }
    }

    @Test("Members of the context fill variables that are left open")
    func context() async throws {
        let members =
            #", "context": {"who":  "Mr Fox", "name": "Bo"}, "variables": {"name": "Ana"}, "instructions": {"text": "Ask for {{name}}."}"#
        try await call(members) { snapshot in
            #expect(
                snapshot["prompt"] as? String == "You are Mr Fox.\n\nFind out when to call back.\n\nAsk for Ana."
            )
        }
    }

    @Test("A placeholder in the instructions that nothing fills is refused by name")
    func missing() async throws {
        try await TestServer.run { server in
            _ = try await server.post("/v1/agents", Self.agent, type: "application/yaml")
            let answer = try await server.post(
                "/v1/calls",
                #"{"agent": "advisor", "to": "+15551230001", "instructions": {"text": "Ask for {{name}}."}}"#
            )
            #expect(answer.code == "missing_variables")
            #expect(try (answer.json.at("error.message") as? String)?.contains("'name'") == true)
        }
    }

    @Test(
        "A draft, a paused agent and one for inbound calls place none",
        arguments: ["status: draft", "status: paused", "direction: inbound"]
    )
    func idle(line: String) async throws {
        try await TestServer.run { server in
            _ = try await server.post("/v1/agents", Self.agent + "\n" + line, type: "application/yaml")
            let answer = try await server.post("/v1/calls", #"{"agent": "advisor", "to": "+15551230001"}"#)
            #expect(answer.status == 422)
            #expect(answer.code == (line.hasPrefix("status") ? "agent_not_active" : "agent_not_outbound"))
        }
    }
}
