import AsyncHTTPClient
import Calls
import Foundation
import PhoneLab
import Testing

/// The checklist of CallingBox's contract, statement by statement. Those about retries over hours are tried on a virtual clock, beside the engine.
@Suite("CallingBox conformance", .door(CallingBoxCalls.self), .timeLimit(.minutes(4)))
struct CallingBoxConformance {
    static let statuses: Set<String> = [
        "queued", "initiated", "ringing", "in_progress", "completed", "no_answer", "busy", "canceled", "failed",
    ]
    static let final: Set<String> = ["completed", "no_answer", "busy", "canceled", "failed"]
    static let members: Set<String> = [
        "id", "agent_id", "to_number", "from_number", "status", "direction", "persona", "instructions", "prompt",
        "context", "returns", "result", "result_status", "result_error", "language", "webhook_url", "webhook_status",
        "webhook_error", "created_at", "started_at", "answered_at", "ended_at", "updated_at", "duration_seconds",
        "billed_duration_seconds", "billing_amount_milli_cents", "reservation_status", "error_code", "error_message",
        "hangup_cause", "metadata",
    ]

    let play: DoorPlay<CallingBoxCalls>
    var stage: CallingBoxCalls.Stage { play.stage }
    var client: CallingBoxClient { play.stage.client }
    var rig: DoorRig { play.stage.rig }

    init() throws {
        play = try .current()
    }

    func members(_ value: JSONValue) throws -> [String: JSONValue] {
        guard case .object(let members) = value else { throw Missing(what: "an object", in: value) }
        return members
    }

    struct Missing: Error {
        let what: String
        let `in`: JSONValue
    }

    func error(_ reply: Server.Reply) throws -> String {
        #expect(try Set(members(reply.json).keys) == ["error"])
        return try #require(try reply.json["error"].text, "\(reply.text)")
    }

    @Test("CallingBox 1: POST /v1/calls answers 201 with an outbound call of the agent")
    func placed() async throws {
        let record = try await play.record(.message)
        #expect(record.placed.status == 201)
        let call = try record.placed.json
        #expect(UUID(uuidString: record.id) != nil)
        #expect(call["agent_id"].text == stage.agent)
        #expect(call["to_number"].text == CallingBoxCalls.message.number)
        #expect(call["direction"] == "outbound")
        #expect(call["status"] == "queued")
    }

    @Test("CallingBox 3: without from_number the call shows the agent's primary number")
    func primary() async throws {
        let primary = stage.agentDocument["numbers"].values.first {
            $0["id"] == stage.agentDocument["primary_number_id"]
        }
        let call = try await play.record(.message).last
        #expect(call["from_number"] == primary?["e164"])
        #expect(call["from_number"].text == CallingBoxCalls.numbers[0])
    }

    @Test("CallingBox 4: from_number may be another number of the agent, and the callee sees it; any other is a 400")
    func callerID() async throws {
        let other = CallingBoxCalls.numbers[1]
        let placed = try await client.place(["agent_id": .string(stage.agent), "from_number": .string(other)])
        #expect(placed.status == 201)
        let id = try #require(try placed.json["id"].text)
        #expect(try placed.json["from_number"].text == other)
        for try await _ in try await client.events(of: id) {}
        let callers = try rig.ledger.ended().map(\.caller)
        #expect(callers.contains { "\($0)".contains(other) }, "\(callers)")

        let refused = try await client.place(["agent_id": .string(stage.agent), "from_number": "+15550109999"])
        #expect(refused.status == 400)
        #expect(try error(refused).contains("from_number"))
    }

    @Test("CallingBox 6: instructions of the call replace the agent's, in the record and in the prompt")
    func replaced() async throws {
        let instructions = "Ask if {Tuesday} still suits.\n\"Nothing\" else."
        let call = try await client.place([
            "agent_id": .string(stage.agent), "instructions": .string(instructions),
        ]).json
        #expect(call["instructions"].text == instructions)
        #expect(call["prompt"].text?.contains(instructions) == true)
        for member in ["instructions", "prompt"] {
            #expect(call[member].text?.contains("Ask for a new date.") == false, "\(member)")
        }
    }

    @Test("CallingBox 7: without instructions the record has the agent's, as they were when the call was placed")
    func snapshot() async throws {
        let agent = try await client.make([
            "name": "Changing", "instructions": "Before.", "returns": ["old": "string"],
            "number_ids": .array(stage.agentDocument["numbers"].values.map { $0["id"] }),
        ])
        let id = try #require(agent["id"].text)
        let call = try await client.place(["agent_id": .string(id)]).json
        #expect(call["instructions"] == "Before.")
        let changed = try await client.send("PATCH", "/v1/agents/\(id)", #"{"instructions": "After."}"#)
        #expect(try changed.json["instructions"] == "After.")
        #expect(try await client.call(#require(call["id"].text))["instructions"] == "Before.")
        #expect(try await client.place(["agent_id": .string(id)]).json["instructions"] == "After.")
    }

    @Test("CallingBox 8: the prompt has persona and instructions in it; one in the request is refused")
    func prompt() async throws {
        let call = try await play.record(.message).last
        #expect(call["prompt"] == "You are Ada of Riverside Dental.\n\nAsk for a new date.")
        #expect(call["persona"] == "You are Ada of Riverside Dental.")
        let refused = try await client.place(["agent_id": .string(stage.agent), "prompt": "Sing."])
        #expect(refused.status == 400)
        #expect(try error(refused).contains("prompt"))
    }

    @Test("CallingBox 9: context and metadata come back as they were sent, to the byte")
    func verbatim() async throws {
        let record = try await play.record(.message)
        let shown = try await client.get("/v1/calls/\(record.id)").text
        for text in [record.placed.text, shown] {
            #expect(text.contains(#""context":\#(CallingBoxCalls.context)"#))
            #expect(text.contains(#""metadata":\#(CallingBoxCalls.metadata)"#))
        }
        let bare = try await client.place(["agent_id": .string(stage.agent)]).json
        #expect(bare["context"] == [:] && bare["metadata"] == [:])
    }

    @Test("CallingBox 11: the status is one of nine at all times, never goes back, and ends in one of five")
    func statuses() async throws {
        let order = ["queued", "initiated", "ringing", "in_progress"]
        for part in CallingBoxCalls.allCases {
            let record = try await play.record(part)
            #expect(record.statuses.isSubset(of: Self.statuses), "\(record.statuses)")
            #expect(Self.final.contains(record.last["status"].text ?? ""), "\(part)")
            let ranks = record.seen.map { order.firstIndex(of: $0["status"].text ?? "") ?? order.count }
            #expect(ranks == ranks.sorted(), "\(part): \(record.seen.map { $0["status"] })")
            #expect(Set(record.seen.compactMap(\.["status"].text).filter(Self.final.contains)).count == 1)
        }
        let expected: [(CallingBoxCalls, String)] = [
            (.confirmed, "completed"), (.busy, "busy"), (.ringsOut, "no_answer"), (.refused, "failed"),
            (.canceled, "canceled"),
        ]
        for (part, status) in expected {
            #expect(try await play.record(part).last["status"].text == status, "\(part)")
        }
        #expect(try await play.record(.confirmed).statuses.contains("in_progress"))
    }

    @Test("CallingBox 12: returns is the agent's schema when the call was placed, whatever becomes of the agent")
    func returns() async throws {
        let agent = try await client.make([
            "name": "Schema", "instructions": "Ask.", "returns": ["old": "string"],
            "number_ids": .array(stage.agentDocument["numbers"].values.map { $0["id"] }),
        ])
        let id = try #require(agent["id"].text)
        let call = try await client.place(["agent_id": .string(id)]).json
        #expect(call["returns"] == ["old": "string"])
        let changed = try await client.send("PATCH", "/v1/agents/\(id)", #"{"returns": {"new": "number"}}"#)
        #expect(try changed.json["returns"] == ["new": "number"])
        #expect(try await client.call(#require(call["id"].text))["returns"] == ["old": "string"])
        #expect(try await play.record(.message).last["returns"] == ["ok": "boolean"])
    }

    @Test("CallingBox 13: a completed call has a result by the schema: what was found out, and null for what was not")
    func result() async throws {
        let found = try await play.record(.confirmed).last
        #expect(found["result"] == ["confirmed": true])
        #expect(found["result_status"] == "completed")
        #expect(found["result_error"] == .null)
        let unasked = try await play.record(.message).last
        #expect(unasked["status"] == "completed")
        #expect(unasked["result"] == ["ok": .null])
        #expect(unasked["result_status"] == "completed")
        let before = try await play.record(.confirmed).seen.filter { $0["status"] != "completed" }
        #expect(before.allSatisfy { $0["result_status"] == "pending" })
    }

    @Test("CallingBox 15: what is reserved during a call is settled after an answered one and released after others")
    func reservation() async throws {
        for part in CallingBoxCalls.allCases where part != .voicemail {
            let record = try await play.record(part)
            for seen in record.seen {
                let isOver = Self.final.contains(seen["status"].text ?? "")
                let wanted = !isOver ? "reserved" : seen["answered_at"] == .null ? "released" : "settled"
                #expect(seen["reservation_status"].text == wanted, "\(part)")
            }
        }
        let answered = try await play.record(.confirmed).last
        guard case .integer(let seconds) = answered["billed_duration_seconds"],
            case .integer(let amount) = answered["billing_amount_milli_cents"]
        else { throw Missing(what: "a bill", in: answered) }
        #expect(seconds > 0 && amount > 0)
    }

    @Test("CallingBox 16: a call that nobody answered has no answer, costs nothing, and its result stays pending")
    func unanswered() async throws {
        for part in [CallingBoxCalls.busy, .ringsOut, .refused, .canceled] {
            let call = try await play.record(part).last
            #expect(call["answered_at"] == .null)
            #expect(call["billing_amount_milli_cents"] == 0)
            #expect(call["billed_duration_seconds"] == 0)
            #expect(call["result_status"] == "pending")
            #expect(call["result"] == ["ok": .null])
        }
    }

    @Test("CallingBox 18: a failed call has the provider's code, a sentence and the cause that telephony gave")
    func failed() async throws {
        let call = try await play.record(.refused).last
        #expect(call["error_code"] == "503")
        #expect(call["error_message"].text?.isEmpty == false)
        #expect(call["hangup_cause"] == "temporary_failure")
        #expect(try await play.record(.busy).last["hangup_cause"] == "user_busy")
        #expect(try await play.record(.confirmed).last["error_code"] == .null)
    }

    @Test("CallingBox 19: every member is there in every answer, and updated_at never goes back")
    func everyMember() async throws {
        for part in CallingBoxCalls.allCases {
            let seen = try await play.record(part).seen
            for call in seen {
                #expect(try members(call).keys.filter(Self.members.contains).count == Self.members.count)
            }
            let times = seen.compactMap(\.["updated_at"].text)
            #expect(times.count == seen.count)
            #expect(times == times.sorted(), "\(part)")
        }
    }

    @Test("CallingBox 25: a voicemail is no_answer by a machine, hung up at once, without a result")
    func voicemail() async throws {
        let record = try await play.record(.voicemail)
        let call = record.last
        let types = try rig.receiver.messages("voicemail").map { try $0.json["type"].text }
        #expect(call["status"] == "no_answer")
        #expect(call["answered_by"] == "machine")
        #expect(call["result_status"] == "pending")
        #expect(types.last == "call.no_answer")
        let id = Call.ID(try #require(UUID(uuidString: record.id)))
        let attempts = try await rig.server.request("GET", "/v1/calls/\(id)/attempts").json["data"]
        let lab = try #require(try rig.ledger.ended().first { $0.sipCallID == attempts[0]["sip_call_id"].text })
        #expect(lab.ending == .callerHungUp)
    }

    @Test("A body without an agent runs on the default one, and its record names none")
    func agentless() async throws {
        let record = try await play.record(.agentless)
        #expect(record.placed.status == 201)
        #expect(record.last["agent_id"] == .null)
        #expect(record.last["prompt"] == "You stand in.\n\nSay goodbye.")
        #expect(record.last["returns"] == ["name": "string"])
        #expect(record.last["language"] == "de-DE")
    }
}
