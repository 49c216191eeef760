import Calls
import Engine
import FoundationEssentials
import Testing

@Suite("What leads a conversation", .timeLimit(.minutes(1)))
struct ConductorTests {
    private static let advisor = """
        agent: advisor
        name: Harbour Bank
        instructions: Find out when to call back.
        numbers: ["+15550100000"]
        """

    private func place(_ agent: String, on bench: Workbench) async throws -> Call {
        _ = try await bench.engine.agents.apply(Self.advisor, project: Project.first)
        return try await bench.engine.calls.place(
            CallControl.Placement(agent: agent, from: nil, request: try Workbench.request()),
            project: Project.first
        )
    }

    @Test(
        "A flow is its own; instructions are for a language model, or for the taking of a message where there is none",
        arguments: [
            ("reminder", false, Conductor.flow), ("reminder", true, .flow), ("advisor", false, .messageTaking),
            ("advisor", true, .languageModel),
        ]
    )
    func conductor(agent: String, hasLanguageModel: Bool, conductor: Conductor) async throws {
        let bench = try await Workbench(
            network: ScriptedNetwork(.answers),
            configure: { $0.lack = hasLanguageModel ? nil : .dictation }
        )
        try await bench.run { bench in
            let call = try await place(agent, on: bench)
            #expect(call.conductor == conductor)
            #expect(bench.engine.agents.conductor(of: call.agent) == conductor)
            #expect(try await bench.ended(call.id).conductor == conductor)
        }
    }

    @Test("What led it is what the server had when it was dialed, not when it was placed")
    func modelComesLater() async throws {
        let before = try await Workbench()
        let placed = try await place("advisor", on: before)
        #expect(placed.conductor == .messageTaking)
        let after = try await Workbench(
            network: ScriptedNetwork(.answers),
            database: before.database.database,
            configure: { $0.lack = nil }
        )
        try await after.run { bench in
            let call = try await bench.ended(placed.id)
            #expect(call.conductor == .languageModel)
        }
    }
}
