import Calls
import FoundationEssentials
import Testing

@Suite("What a call found out")
struct CallResultTests {
    private static let noon = Date(timeIntervalSince1970: 1_781_179_200)
    private static let schema: [String: JSONValue] = [
        "coming": "boolean", "people": "number", "day": "string", "why": ["type": "string"], "when": "date",
    ]

    private func call(
        _ state: CallLifecycle.State,
        returns: [String: JSONValue]? = schema,
        fields: [String: JSONValue] = [:]
    ) throws -> Call {
        var agent = Agent(
            id: Agent.ID(bornAt: Self.noon),
            slug: "advisor",
            name: "Harbour Bank",
            numbers: [],
            greeting: "",
            flow: nil,
            createdAt: Self.noon,
            updatedAt: Self.noon
        )
        agent.returns = returns
        return Call(
            id: Call.ID(bornAt: Self.noon),
            project: Project.first,
            request: CallRequest(destination: try #require(PhoneNumber("+15551230001")), mode: .test),
            agent: agent,
            callerID: try #require(PhoneNumber("+15550100000")),
            createdAt: Self.noon,
            lifecycle: CallLifecycle(state: state),
            fields: fields
        )
    }

    private func ended(_ reason: EndReason, seconds: Double? = 40) -> CallLifecycle.State {
        .ended(
            .init(
                reason: reason,
                answeredAt: seconds.map { Self.noon - $0 },
                at: Self.noon
            )
        )
    }

    @Test(
        "Until the call is over the result is pending and every field of the schema null",
        arguments: [CallLifecycle.State.queued, .inProgress(since: noon)]
    )
    func pending(state: CallLifecycle.State) throws {
        let result = try call(state, fields: ["coming": true]).result
        #expect(result.status == .pending)
        #expect(result.fields == Self.schema.mapValues { _ in .null })
    }

    @Test(
        "After a conversation each field has what was found out if it is of its type, else null, and nothing else is there"
    )
    func completed() throws {
        let fields: [String: JSONValue] = [
            "coming": true, "people": 3, "day": 4, "why": "busy", "when": "noon", "message_taken": true,
        ]
        let result = try call(ended(.agentHungUp), fields: fields).result
        #expect(result.status == .completed)
        #expect(
            result.fields == ["coming": true, "people": 3, "day": .null, "why": "busy", "when": "noon"]
        )
        #expect(result.error == nil)
    }

    @Test(
        "Of the wrong type is as good as not found",
        arguments: [
            (JSONValue.string("boolean"), JSONValue.string("yes")), ("number", "3"), ("string", 3),
        ]
    )
    func types(type: JSONValue, value: JSONValue) throws {
        let result = try call(ended(.agentHungUp), returns: ["it": type], fields: ["it": value]).result
        #expect(result.fields == ["it": .null])
    }

    @Test("A fraction is a number, and no integer; one of several types is enough")
    func numbers() throws {
        let half = JSONValue.number(0.5)
        let result = try call(
            ended(.agentHungUp),
            returns: ["a": "number", "b": ["type": "integer"], "c": ["type": ["null", "number"]]],
            fields: ["a": half, "b": half, "c": half]
        ).result
        #expect(result.fields == ["a": half, "b": .null, "c": half])
    }

    @Test(
        "Without a conversation the result stays pending for good",
        arguments: [EndReason.noAnswer, .busy, .voicemail, .canceled, .carrierFailure, .blocked]
    )
    func unanswered(reason: EndReason) throws {
        let result = try call(ended(reason, seconds: nil)).result
        #expect(result.status == .pending)
        #expect(result.fields == Self.schema.mapValues { _ in .null })
    }

    @Test("An agent without a schema has no fields, and a result that is not waited for")
    func noSchema() throws {
        let result = try call(ended(.calleeHungUp), returns: nil, fields: ["confirmed": true]).result
        #expect(result.status == .completed)
        #expect(result.fields == nil)
    }

    @Test("A result that was lost is failed, and says why")
    func lost() throws {
        var call = try call(ended(.interrupted))
        call.resultError = "The server stopped"
        #expect(call.result.status == .failed)
        #expect(call.result.error == "The server stopped")
    }

    @Test(
        "An outcome is a success with the goal met, else a conversation from 30 s and three turns on, else spam",
        arguments: [
            (Goal.met, 3.0, 0, CallOutcome.success), (.notMet, 30, 3, .middle), (.undecided, 40, 3, .middle),
            (.notMet, 29, 3, .spam), (.notMet, 300, 2, .spam), (.undecided, 20, 0, .spam),
        ]
    )
    func outcome(goal: Goal, seconds: Double, turns: Int, outcome: CallOutcome) throws {
        var call = try call(ended(.agentHungUp, seconds: seconds))
        call.goal = goal
        call.calleeTurns = turns
        #expect(call.outcome == outcome)
    }

    @Test("Only a completed call has an outcome", arguments: [EndReason.voicemail, .noAnswer, .interrupted])
    func noOutcome(reason: EndReason) throws {
        var call = try call(ended(reason))
        call.goal = .met
        #expect(call.outcome == nil)
    }

    @Test("What the callee says without the agent in between is one turn")
    func turns() {
        func entry(_ speaker: TranscriptEntry.Speaker, _ start: Int) -> TranscriptEntry {
            TranscriptEntry(speaker: speaker, text: "", start: start, end: start + 1)
        }
        let entries = [
            entry(.callee, 0), entry(.agent, 10), entry(.callee, 40), entry(.callee, 20), entry(.agent, 50),
            entry(.callee, 60),
        ]
        #expect(entries.calleeTurns == 3)
        #expect([TranscriptEntry]().calleeTurns == 0)
    }
}
