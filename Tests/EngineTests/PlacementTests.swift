import Calls
import Engine
import FoundationEssentials
import Storage
import Telephony
import Testing

@Suite("Placing a call", .timeLimit(.minutes(1)))
struct PlacementTests {
    private struct Case: Sendable, CustomTestStringConvertible {
        var testDescription: String
        var field: String
        var change: @Sendable (inout CallRequest) -> Void
    }

    private static let refused: [Case] = [
        Case(testDescription: "an expiry that is past", field: "expires_at") { $0.expiresAt = ManualClock.noon },
        Case(testDescription: "an expiry before the scheduled time", field: "expires_at") {
            $0.scheduledFor = ManualClock.noon + 60
            $0.expiresAt = ManualClock.noon + 60
        },
        Case(testDescription: "a time years away", field: "scheduled_for") {
            $0.scheduledFor = ManualClock.noon + 400 * 86_400
        },
        Case(testDescription: "ringing for ever", field: "ring_timeout") { $0.ringTimeout = 3600 },
        Case(testDescription: "talking for ever", field: "max_duration") { $0.maxDuration = 86_400 },
        Case(testDescription: "a callback without TLS", field: "callback_url") {
            $0.callbackURL = "http://example.com/hook"
        },
        Case(testDescription: "a callback to this machine", field: "callback_url") {
            $0.callbackURL = "https://127.0.0.1/"
        },
        Case(testDescription: "a callback that is no URL", field: "callback_url") { $0.callbackURL = "example.com" },
    ]

    @Test("What cannot work is refused, naming the field", arguments: refused)
    private func refusals(one: Case) async throws {
        let bench = try await bench()
        let refusal = try await #require(throws: Refusal.self) { try await bench.place(one.change) }
        guard case .invalid(let field, let message) = refusal else {
            Issue.record("Refused as \(refusal)")
            return
        }
        #expect(field == one.field)
        #expect(!message.isEmpty)
        #expect(
            try await bench.engine.calls.calls(limit: 5, project: Project.first).calls.isEmpty
        )
    }

    @Test("A live call is refused where no trunk for live calls is configured")
    func noTrunk() async throws {
        let bench = try await bench()
        await #expect(throws: Refusal.noTrunk(.live)) { try await bench.place { $0.mode = .live } }
        #expect(try await bench.engine.calls.calls(limit: 5, project: Project.first).calls.isEmpty)
    }

    @Test("The missing variable is named")
    func variables() async throws {
        let bench = try await bench()
        await #expect(
            throws: Refusal.missingVariables(["day"])
        ) { try await bench.place { $0.variables = ["name": "Ann"] } }
    }

    @Test("The caller ID is the agent's primary number, or another of its own, and never somebody else's")
    func callerID() async throws {
        let bench = try await bench()
        #expect(try await bench.place().callerID.description == "+15550100000")
        let second = try #require(PhoneNumber("+15550100001"))
        let strange = try #require(PhoneNumber("+15550109999"))
        let request = try Workbench.request()
        let call = try await bench.engine.calls.place(
            CallControl.Placement(agent: "reminder", from: second, request: request),
            project: Project.first
        )
        #expect(call.callerID == second)
        await #expect(throws: Refusal.self) {
            _ = try await bench.engine.calls.place(
                CallControl.Placement(agent: "reminder", from: strange, request: request),
                project: Project.first
            )
        }
    }

    @Test("An agent is found by id or slug, and only in its own project")
    func agents() async throws {
        let bench = try await bench()
        let agent = try await bench.engine.agents.agent("reminder", project: Project.first)
        let request = try Workbench.request()
        let call = try await bench.engine.calls.place(
            CallControl.Placement(agent: "\(agent.id)", from: nil, request: request),
            project: Project.first
        )
        #expect(call.agent == agent)
        await #expect(throws: Refusal.unknownAgent("nobody")) {
            _ = try await bench.engine.calls.place(
                CallControl.Placement(agent: "nobody", from: nil, request: request),
                project: Project.first
            )
        }
        let stranger = Project.ID(bornAt: .stamp())
        await #expect(throws: Refusal.unknownAgent("reminder")) {
            _ = try await bench.engine.calls.place(
                CallControl.Placement(agent: "reminder", from: nil, request: request),
                project: stranger
            )
        }
        await #expect(throws: Refusal.unknownCall) { _ = try await bench.engine.calls.call(call.id, project: stranger) }
        await #expect(throws: Refusal.unknownCall) {
            _ = try await bench.engine.calls.cancel(call.id, project: stranger)
        }
        await #expect(throws: Refusal.unknownCall) {
            _ = try await bench.engine.calls.events(call.id, after: 0, project: stranger)
        }
    }

    @Test("With a live trunk configured, live calls take it and test calls still reach the lab alone")
    func trunks() async throws {
        let bench = try await Workbench(configure: { $0.liveTrunk = "carrier" })
        try await bench.run { bench in
            try await bench.place { $0.mode = .live }
            #expect(try await bench.nextLeg().request.trunk == "carrier")
            try await bench.place()
            #expect(try await bench.nextLeg().request.trunk == "lab")
        }
    }

    @Test("Pages say whether more follow, in either direction and by number")
    func pages() async throws {
        let bench = try await bench()
        var placed: [Call.ID] = []
        for _ in 0..<3 { placed.append(try await bench.place().id) }
        // All of one moment.
        placed.sort { $0.description > $1.description }
        let calls = bench.engine.calls
        let first = try await calls.calls(limit: 2, project: Project.first)
        #expect(first.calls.map(\.id) == placed.dropLast())
        #expect(first.hasMore)
        let rest = try await calls.calls(at: .before(placed[1]), limit: 2, project: Project.first)
        #expect(rest.calls.map(\.id) == [placed[2]])
        #expect(!rest.hasMore)
        let newer = try await calls.calls(at: .after(placed[2]), limit: 1, project: Project.first)
        #expect(newer.calls.map(\.id) == [placed[1]])
        #expect(newer.hasMore)
        let (second, total) = try await calls.calls(offset: 1, limit: 1, project: Project.first)
        #expect(second.calls.map(\.id) == [placed[1]])
        #expect(second.hasMore)
        #expect(total == 3)
        let (beyond, stillAll) = try await calls.calls(offset: 3, limit: 1, project: Project.first)
        #expect(beyond.calls.isEmpty)
        #expect(!beyond.hasMore)
        #expect(stillAll == 3)
        #expect(await bench.engine.status().queuedCalls == 3)
    }

    @Test("A recording is there once the call is over and the file exists")
    func recording() async throws {
        try await withDatabaseFile { path in
            let directory = path + ".recordings"
            let bench = try await Workbench(
                conversations: ScriptedConversations(.stays),
                configure: { $0.recordingsDirectory = directory }
            )
            try await bench.run { bench in
                let call = try await bench.place()
                let leg = try await bench.nextLeg()
                leg.answer()
                try await bench.reached(.inProgress, call.id)
                await #expect(throws: Refusal.noRecording) {
                    _ = try await bench.engine.calls.recordingPath(call.id, project: Project.first)
                }
                let file = try #require(leg.request.recordingPath)
                try Data("RIFF".utf8).write(to: URL(filePath: file))
                leg.calleeHangsUp()
                #expect(try await bench.ended(call.id).recorded)
                #expect(try await bench.engine.calls.recordingPath(call.id, project: Project.first) == file)
            }
        }
    }

    private func bench() async throws -> Workbench {
        try await Workbench(configure: { $0.webhooks.allowPrivateAddresses = false })
    }

    @Test("An idempotency key stands for its request for a day, also after a restart")
    func idempotency() async throws {
        try await withDatabaseFile { path in
            let clock = ManualClock()
            let first = try SQLiteDatabase.file(at: path)
            let reply = try await Self.once(try await Workbench(clock: clock, database: first))
            #expect(!reply.isRepeated)
            try first.close()

            let second = try SQLiteDatabase.file(at: path)
            let bench = try await Workbench(clock: clock, database: second)
            clock.advance(by: .seconds(24 * 3600 - 1))
            let repeated = try await Self.once(bench)
            #expect(repeated.isRepeated)
            #expect(repeated.call == reply.call)
            #expect(repeated.body == reply.body)
            await #expect(throws: Refusal.idempotencyKeyReused) { try await Self.once(bench, request: "other") }

            clock.advance(by: .seconds(1))
            let later = try await Self.once(bench, request: "other")
            #expect(!later.isRepeated)
            #expect(later.call != reply.call)
            try second.close()
        }
    }

    @Test("Another request under a key is refused, answered as the first was, or carried out, as its door has it")
    func mismatch() async throws {
        let bench = try await bench()
        let first = try await Self.once(bench, mismatch: .answeredAsBefore)
        let other = try await Self.once(bench, request: "other", mismatch: .answeredAsBefore)
        #expect(other.isRepeated)
        #expect(other.call == first.call)

        let carriedOut = try await Self.once(bench, request: "other", mismatch: .carriedOut)
        #expect(!carriedOut.isRepeated)
        #expect(carriedOut.call != first.call)
        // The first answer is the one that is kept.
        #expect(try await Self.once(bench, mismatch: .carriedOut).call == first.call)
        await #expect(throws: Refusal.idempotencyKeyReused) { try await Self.once(bench, request: "other") }
        #expect(try await bench.engine.calls.calls(offset: 0, limit: 10, project: Project.first).total == 2)
    }

    @Test("A key means something else at each door")
    func keyPerDoor() async throws {
        let bench = try await bench()
        let here = try await Self.once(bench)
        let there = try await Self.once(bench, door: "elsewhere")
        #expect(here.call != there.call)
        #expect(try await Self.once(bench, door: "elsewhere").call == there.call)
    }

    private static func once(
        _ bench: Workbench,
        door: String = CallRequest.nativeDoor,
        request: String = "request",
        mismatch: CallControl.IdempotencyKey.Mismatch = .refused
    ) async throws -> CallControl.Reply {
        try await bench.engine.calls.place(
            .init(agent: "reminder", from: nil, request: try Workbench.request()),
            under: .init("key", door: door, request: request, mismatch: mismatch),
            project: Project.first
        ) { call in (201, "\(call.id)") }
    }
}
