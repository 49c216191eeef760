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

    /// The calls that were dialed.
    func claim(
        channels: Int = 100,
        node: UUID = UUID(),
        until: Date? = nil,
        now: Date = noon
    ) async throws -> [ClaimedCall] {
        try await claims(channels: channels, node: node, until: until, now: now).dialed
    }

    func claims(
        channels: Int = 100,
        node: UUID = UUID(),
        until: Date? = nil,
        now: Date = noon
    ) async throws -> Claims {
        try await calls.claim(
            channels: channels,
            node: node,
            until: until ?? now + 15,
            now: now,
            destination: Self.destination,
            conductor: { _ in .flow },
            dialog: { _, attempt in
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
        )
    }

    /// Everybody lives in the United States, at Greenwich's time.
    static let destination: DestinationLookup = { request, _ in
        Destination(
            number: request.destination,
            country: "US",
            isCountryAssumed: false,
            tariff: request.destination.description.hasPrefix("+1900") ? .premiumRate : .standard,
            zones: CalleeZones(zones: [.gmt], source: .request)
        )
    }

    /// Ends a call that was claimed, and frees its channel.
    func end(_ claimed: ClaimedCall, at now: Date = noon, _ change: (inout Call) -> Void = { _ in }) async throws {
        var ended = claimed.call
        _ = ended.lifecycle.handle(.hungUp(.busy), at: now)
        change(&ended)
        var stored = CallChange(ended)
        stored.isReleased = true
        try await calls.save(stored, under: claimed.lease)
    }

    func setPolicy(_ changes: DialPolicyChanges, project: Project.ID = Project.first) async throws {
        _ = try await DialPolicyStore(database).patch(changes, project: project, at: noon)
    }

    /// A call with a reservation for its 600 seconds at most, as `rate` has it.
    func priced(
        _ rate: Rate = Rate(pricePerMinute: Money(milliCents: 6000)),
        bornAt: Date = noon,
        mode: CallMode = .test,
        key: APIKey.ID? = nil,
        scheduledFor: Date? = nil
    ) throws -> Call {
        let plain = try call(bornAt: bornAt, scheduledFor: scheduledFor)
        var request = plain.request
        request.mode = mode
        request.key = key
        return Call(
            id: plain.id,
            project: plain.project,
            request: request,
            agent: plain.agent,
            callerID: plain.callerID,
            createdAt: plain.createdAt,
            lifecycle: plain.lifecycle,
            reservation: Reservation(rate: rate, maxDuration: plain.maxDuration)
        )
    }

    /// Has a claimed call end, answered for so many seconds or not at all, and gives it up.
    @discardableResult
    func end(
        _ claimed: ClaimedCall,
        _ reason: EndReason,
        answeredFor seconds: TimeInterval?,
        at now: Date = noon
    ) async throws -> Call {
        var call = claimed.call
        if let seconds { _ = call.lifecycle.handle(.answered, at: now - seconds) }
        for event in [CallLifecycle.Event.hungUp(reason), .wrappedUp] { _ = call.lifecycle.handle(event, at: now) }
        call.settle(at: Rate(pricePerMinute: Money(milliCents: 600)))
        try await calls.save(CallChange(call, events: [.ended(call, at: now)]), under: claimed.lease)
        return call
    }
}
