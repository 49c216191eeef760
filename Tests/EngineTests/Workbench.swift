import Calls
import Engine
import FoundationEssentials
import Logging
import ServiceLifecycle
import Storage
import Testing

/// An engine on a real database, with a scripted network and a clock that the test moves.
struct Workbench: Sendable {
    static let agentFile = """
        agent: reminder
        name: Riverside Dental
        numbers: ["+15550100000", "+15550100001"]
        greeting: Hello {{name}}.
        flow:
          start: confirm
          steps:
            confirm:
              say: You have an appointment on {{day}}. Can you make it?
              answers:
                - {expect: yes, set: {confirmed: true}, end: met}
                - {expect: no, set: {confirmed: false}, end: not_met}
        """

    let engine: CallEngine
    let network: ScriptedNetwork
    let conversations: ScriptedConversations
    let clock: ManualClock
    let database: MortalDatabase
    let configuration: EngineConfiguration

    init(
        network: ScriptedNetwork = ScriptedNetwork(),
        conversations: ScriptedConversations = ScriptedConversations(.short),
        clock: ManualClock = ManualClock(),
        database: SQLiteDatabase? = nil,
        power: Power = Power(),
        webhooks: PlainWebhook = PlainWebhook(),
        otherDoors: [String: any WebhookFormat] = [:],
        configure: (inout EngineConfiguration) -> Void = { _ in }
    ) async throws {
        var configuration = EngineConfiguration()
        configuration.webhooks.allowPrivateAddresses = true
        configure(&configuration)
        let database = MortalDatabase(database: try database ?? .inMemory(), power: power)
        try await database.migrate()
        engine = CallEngine(
            database: database,
            telephone: network.telephone(power),
            conversations: conversations,
            configuration: configuration,
            logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() },
            webhookFormats: otherDoors.merging(["native": webhooks]) { $1 },
            clock: clock,
            now: { clock.date }
        )
        try await engine.prepare()
        _ = try await engine.agents.apply(Self.agentFile, project: Project.first)
        self.network = network
        self.conversations = conversations
        self.clock = clock
        self.database = database
        self.configuration = configuration
    }

    /// Runs the engine, or as much of it as `isRunning` says, while `body` lasts, then stops it at once.
    func run<Result: Sendable>(
        only isRunning: (any Service) -> Bool = { _ in true },
        _ body: @Sendable (Workbench) async throws -> Result
    ) async throws -> Result {
        try await withThrowingTaskGroup(of: Void.self) { group in
            for service in engine.services where isRunning(service) { group.addTask { try await service.run() } }
            defer { group.cancelAll() }
            return try await body(self)
        }
    }

    @discardableResult
    func place(_ change: (inout CallRequest) -> Void = { _ in }) async throws -> Call {
        try await engine.calls.place(
            CallControl.Placement(agent: "reminder", from: nil, request: Self.request(change)),
            project: Project.first
        )
    }

    static func request(_ change: (inout CallRequest) -> Void = { _ in }) throws -> CallRequest {
        var request = CallRequest(
            destination: try #require(PhoneNumber("+15551230001")),
            mode: .test,
            variables: ["name": "Ann", "day": "Tuesday"]
        )
        change(&request)
        return request
    }

    func call(_ id: Call.ID) async throws -> Call {
        try await engine.calls.call(id, project: Project.first)
    }

    /// Every event of a call, until it is over.
    func history(_ id: Call.ID) async throws -> [CallEvent] {
        var history: [CallEvent] = []
        for await event in try await engine.calls.events(id, after: 0, project: Project.first) { history.append(event) }
        return history
    }

    /// The call once it is over and its line is down.
    func ended(_ id: Call.ID) async throws -> Call {
        _ = try await history(id)
        return try await call(id)
    }

    /// Until `call` has had the status.
    func reached(_ status: CallStatus, _ id: Call.ID) async throws {
        for await event in try await engine.calls.events(id, after: 0, project: Project.first)
        where event.kind == .status {
            if case .object(let data) = event.data, data["status"] == .string(status.rawValue) { return }
        }
        Issue.record("The call ended without having been \(status)")
    }

    /// Until the dispatcher, the fan-out and the sender wait for the next second: whoever moves the clock before one of them does is slept
    /// through by it.
    func poll() async { await clock.sleepers(3, within: .seconds(1)) }

    func nextLeg() async throws -> ScriptedLeg {
        for await leg in network.dialed.stream { return leg }
        throw CancellationError()
    }
}
