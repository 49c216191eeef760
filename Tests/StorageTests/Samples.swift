import Calls
import FoundationEssentials
import Storage
import Testing

let noon = Date(timeIntervalSince1970: 1_781_179_200)

extension Agent {
    static func sample(slug: String = "reminder", numbers: [String] = ["+15550100000"]) throws -> Agent {
        Agent(
            id: Agent.ID(bornAt: noon),
            slug: slug,
            name: "Riverside Dental",
            numbers: try numbers.map { try #require(PhoneNumber($0)) },
            greeting: "Hello {{name}}.",
            flow: Flow(
                start: "confirm",
                steps: [
                    "confirm": Flow.Step(
                        say: "Can you make it?",
                        answers: [Flow.Answer(name: "yes", expects: .yes, set: ["confirmed": true], then: .end(.met))]
                    )
                ]
            ),
            defaults: ["name": "there"],
            createdAt: noon,
            updatedAt: noon
        )
    }
}

/// A migrated database with the first project and an agent.
struct Shelf {
    let database: SQLiteDatabase
    let calls: CallStore
    let agent: Agent
    let version: AgentVersion.ID

    init(_ database: SQLiteDatabase? = nil) async throws {
        self.database = try database ?? .inMemory()
        try await self.database.migrate()
        _ = try await ProjectStore(self.database).ensure(Project.first, name: "First", secret: "whsec_", now: noon)
        let agents = AgentStore(self.database)
        _ = try await agents.put(.sample(), mustBeNew: false, project: Project.first)
        (agent, version) = try #require(try await agents.agent("reminder", project: Project.first))
        calls = CallStore(self.database)
    }

    func call(
        bornAt: Date = noon,
        scheduledFor: Date? = nil,
        expiresAt: Date? = nil,
        project: Project.ID = Project.first
    ) throws -> Call {
        Call(
            id: Call.ID(bornAt: bornAt),
            project: project,
            request: CallRequest(
                destination: try #require(PhoneNumber("+15551230001")),
                mode: .test,
                variables: ["name": "Ann"],
                metadata: "{\"order\": 1.10}",
                callbackURL: "https://example.com/hook",
                scheduledFor: scheduledFor,
                expiresAt: expiresAt
            ),
            agent: agent,
            callerID: agent.numbers[0],
            createdAt: bornAt,
            lifecycle: CallLifecycle(state: scheduledFor.map { .scheduled(for: $0) } ?? .queued)
        )
    }

    @discardableResult
    func add(_ call: Call) async throws -> Call {
        try await calls.add(call, version: version, events: [.status(of: call, at: call.createdAt)])
        return call
    }

    func claim(
        channels: Int = 100,
        node: UUID = UUID(),
        until: Date = noon + 15,
        now: Date = noon
    ) async throws -> [ClaimedCall] {
        try await calls.claim(channels: channels, node: node, until: until, now: now, conductor: { _ in .flow }) {
            _,
            attempt in
            Dialog(
                callID: attempt.sipCallID,
                localURI: "sip:us@x",
                localTag: "L",
                remoteURI: "sip:them@y",
                remoteTag: nil,
                target: "sip:them@y",
                routes: [],
                sequence: 2,
                via: "SIP/2.0/UDP x;branch=z9hG4bK\(attempt.id)",
                trunk: "lab"
            )
        }
    }
}
