import Calls
import Engine
import FoundationEssentials
import Testing

@Suite("Tools in an agent's file")
struct ToolFileTests {
    private static let file = """
        agent: follow-up
        name: Bright Dental
        instructions: Book a slot.
        tools:
          - name: book_slot
            description: Books a slot.
            parameters:
              type: object
              properties: {hour: {type: integer, minimum: 8}}
              required: [hour]
            method: PUT
            url: https://crm.example.com/slots/{{hour}}
            headers: {Authorization: "Bearer {{secret.crm}}"}
            body: {hour: "{{hour}}", by: ["{{call.id}}", 2, null]}
            timeout_ms: 900
            say: One moment.
          - {name: ping, description: Pings., url: "https://crm.example.com/"}
        mcp:
          - {name: calendar, url: "https://tools.example.com/mcp", tools: [free_slots, book], say: Wait.}
        transfers:
          - {name: desk, to: "+15550100001", description: people, say: I put you through.}
        prefetch: {url: "https://crm.example.com/?n={{call.to}}", gives: [name], on_failure: end}
        """

    @Test("They are read with all they say, and what is written of them is read as the same")
    func roundTrip() async throws {
        let bench = try await Workbench()
        let agent = try bench.engine.agents.check(Self.file)
        #expect(agent.tools.map(\.name) == ["book_slot", "ping"])
        let tool = try #require(agent.tools.first)
        #expect(tool.request.method == .put && tool.timeout == 900 && tool.say == "One moment.")
        #expect(tool.request.body == ["hour": "{{hour}}", "by": ["{{call.id}}", 2, .null]])
        #expect(tool.request.secrets == ["crm"])
        #expect(agent.tools.last?.request.method == .post)
        #expect(agent.prefetch?.request.method == .get && agent.prefetch?.onFailure == .end)
        let server = try #require(agent.toolServers.first)
        #expect(server.name == "calendar" && server.tools == ["free_slots", "book"] && server.say == "Wait.")
        #expect(server.request.url == "https://tools.example.com/mcp" && server.timeout == 5000)
        let again = try bench.engine.agents.check(agent.document.json)
        #expect(again.tools == agent.tools && again.transfers == agent.transfers && again.prefetch == agent.prefetch)
        #expect(again.toolServers == agent.toolServers)
        // As it is stored.
        let stored = try JSONDecoder().decode(Agent.self, from: JSONEncoder().encode(agent))
        #expect(stored.toolServers == agent.toolServers)
        #expect(stored.tools == agent.tools && stored.transfers == agent.transfers && stored.prefetch == agent.prefetch)
    }

    @Test(
        "What is wrong with one is told with its place",
        arguments: [
            ("url: https://crm.example.com/slots/{{hour}}", "url: https://{{host}}/", "tools[0].url"),
            ("method: PUT", "method: FETCH", "GET, POST, PUT, PATCH, DELETE"),
            ("{type: integer, minimum: 8}", "{type: integer, pattern: x}", "tools[0].parameters"),
            ("name: ping", "name: book_slot", "tools[1].name"),
            ("to: \"+15550100001\"", "to: nowhere", "transfers[0].to"),
            ("timeout_ms: 900", "timeout_ms: 90", "tools[0].timeout"),
            ("tools: [free_slots, book]", "tools: []", "mcp[0].tools"),
            ("tools: [free_slots, book]", "tools: [free_slots, end_call]", "mcp[0].tools[1]"),
            ("tools: [free_slots, book]", "tools: [free_slots, ping]", "mcp[0].tools"),
            ("url: \"https://tools.example.com/mcp\"", "url: \"ftp://tools.example.com\"", "mcp[0].url"),
            ("name: desk", "nane: desk", "'nane' is not part of a destination"),
            ("on_failure: end", "on_failure: retry", "dial, end"),
        ]
    )
    func problems(text: String, wrong: String, words: String) async throws {
        let bench = try await Workbench()
        let file = Self.file.replacing(text, with: wrong)
        #expect(file != Self.file)
        let error = #expect(throws: AgentFileError.self) { try bench.engine.agents.check(file) }
        #expect(
            error?.problems.contains { $0.message.contains(words) && $0.line > 1 } == true,
            "\(error?.problems ?? [])"
        )
    }
}
