import Calls
import Engine
import Logging
import Storage
import Testing

@Suite("When the database cannot keep up", .timeLimit(.minutes(1)))
struct OverloadTests {
    @Test("New calls, agents and keys are refused as overload, which tells the client to come back")
    func refused() async throws {
        try await withDatabaseFile { path in
            let before = try SQLiteDatabase.file(at: path)
            _ = try await Workbench(database: before)
            try before.close()

            let database = try SQLiteDatabase.file(at: path, pendingLimit: 0)
            let engine = CallEngine(
                database: database,
                telephone: ScriptedNetwork().telephone(),
                conversations: ScriptedConversations(.short),
                configuration: EngineConfiguration(),
                logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() },
                webhookFormats: ["native": PlainWebhook()]
            )
            await #expect(throws: Refusal.overloaded) {
                try await engine.calls.place(
                    .init(agent: "reminder", from: nil, request: try Workbench.request()),
                    project: Project.first
                )
            }
            await #expect(throws: Refusal.overloaded) {
                try await engine.agents.apply(Workbench.agentFile, project: Project.first)
            }
            await #expect(throws: Refusal.overloaded) {
                try await engine.keys.create(name: "CI", mode: .test, project: Project.first)
            }
            try database.close()
        }
    }
}
