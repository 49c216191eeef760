import Calls
import Foundation
import PhoneLab
import Testing

/// The checklist of Telzino's contract, statement by statement.
@Suite("Telzino conformance", .door(TelzinoCalls.self), .timeLimit(.minutes(3)))
struct TelzinoConformance {
    private static let statuses = [
        "queued", "dispatching", "dispatched", "dialing", "in_progress", "completed", "no_answer", "busy", "failed",
    ]

    let play: DoorPlay<TelzinoCalls>
    var stage: TelzinoCalls.Stage { play.stage }
    var client: TelzinoClient { play.stage.client }
    var path: String { "/v1/agents/\(stage.agent)/outbound-calls" }

    init() throws {
        play = try .current()
    }

    func place(_ body: String) async throws -> Server.Reply {
        try await client.post(path, body)
    }

    func message(_ call: TelzinoCalls) async throws -> JSONValue {
        _ = try await play.record(call)
        return try #require(stage.rig.receiver.messages("\(call)").first).json
    }

    func date(_ value: JSONValue) throws -> Date {
        let text = try #require(value.text)
        return try Date(text, strategy: Date.ISO8601FormatStyle(includingFractionalSeconds: true))
    }

    @Test("Telzino 1: POST outbound-calls answers 202 with a UUID and queued, before anything is dialed")
    func placed() async throws {
        let record = try await play.record(.confirmed)
        #expect(record.placed.status == 202)
        #expect(UUID(uuidString: record.id) != nil)
        #expect(try record.placed.json["status"] == "queued")
        let attempts = try await client.native(record.id, "/attempts")["data"]
        let invite = try stage.rig.ledger.ended().first { $0.sipCallID == attempts[0]["sip_call_id"].text }?.invites
            .first
        let dialed = try #require(invite)
        #expect(try date(record.placed.json["created_at"]) < dialed)
    }

    @Test("Telzino 2: GET right after shows a bare object with one of the nine statuses")
    func shown() async throws {
        for call in TelzinoCalls.allCases {
            let record = try await play.record(call)
            for seen in record.seen {
                #expect(seen["id"].text == record.id)
                #expect(Self.statuses.contains(seen["status"].text ?? ""), "\(seen)")
            }
        }
    }

    @Test("Telzino 3: the record has all sixteen members at all times, null where there is nothing")
    func members() async throws {
        let members: Set<String> = [
            "id", "agent_id", "to_number", "status", "call_context", "request_metadata", "callback_url",
            "callback_delivered", "transcript_id", "summary_text", "error", "sip_status_code", "created_at",
            "answered_at", "ended_at", "duration",
        ]
        for seen in try await play.record(.busy).seen + play.record(.confirmed).seen {
            let object = try seen.members
            #expect(Set(object.keys) == members)
        }
        let bare = try await place(#"{"to_number": "+15550200486"}"#).json
        let seen = try await client.get("\(path)/\(bare["id"].text ?? "")").json
        for member in ["call_context", "request_metadata", "callback_url", "transcript_id", "summary_text"] {
            #expect(seen[member] == .null, "\(member)")
        }
    }

    @Test("Telzino 5: call_context is shown, ends the prompt of that call, and is in no other call's")
    func context() async throws {
        #expect(try await play.record(.busy).last["call_context"].text == TelzinoCalls.context)
        let agent = try await client.post(
            "/v1/agents",
            #"{"name": "Ava", "organizationId": "\#(UUID())", "systemPrompt": "You are Ava of Acme."}"#
        )
        let id = try #require(try agent.json["data"]["id"].text, "\(agent.text)")
        let calls = "/v1/agents/\(id)/outbound-calls"
        let told = try await client.post(calls, #"{"to_number": "+15550200486", "call_context": "Ask for John."}"#)
        let untold = try await client.post(calls, #"{"to_number": "+15550200486"}"#)
        func prompt(_ reply: Server.Reply) async throws -> String {
            try await client.native(reply.json["id"].text ?? "")["snapshot"]["prompt"].text ?? ""
        }
        #expect(try await prompt(told) == "You are Ava of Acme.\n\nAsk for John.")
        #expect(try await prompt(untold) == "You are Ava of Acme.")
    }

    @Test("Telzino 6: the statuses of a call follow each other in the documented order")
    func order() async throws {
        for call in TelzinoCalls.allCases {
            let record = try await play.record(call)
            let ranks = try record.seen.map { try #require(Self.statuses.firstIndex(of: $0["status"].text ?? "")) }
            #expect(ranks == ranks.sorted(), "\(call): \(record.seen.map { $0["status"] })")
            #expect(Set(ranks.filter { $0 >= 5 }).count == 1, "One of the four final ones, for good")
        }
        let seen = Set(try await play.record(.confirmed).seen.compactMap(\.["status"].text))
        #expect(seen.isSuperset(of: ["in_progress", "completed"]), "\(seen)")
        #expect(Set(try await play.record(.ringsOut).seen.compactMap(\.["status"].text)).contains("dialing"))
    }

    @Test(
        "Telzino 7: a call that was answered and hung up is completed, with times, whole seconds, summary and transcript"
    )
    func completed() async throws {
        let call = try await play.record(.confirmed).last
        #expect(call["status"] == "completed", "\(call)")
        let talked = try date(call["ended_at"]).timeIntervalSince(try date(call["answered_at"]))
        // A second's fraction is cut off; the times are exact to the microsecond.
        #expect(call["duration"] == .integer(Int64(talked + 0.0000005)))
        #expect(call["summary_text"].text?.isEmpty == false)
        #expect(call["summary_text"].text?.contains("\n\n**Sentiment:** ") == true, "\(call["summary_text"])")
        #expect(UUID(uuidString: call["transcript_id"].text ?? "") != nil)
        #expect(call["error"] == .null)
        #expect(call["sip_status_code"] == .null)
        let short = try await play.record(.hungUpAtOnce).last
        #expect(short["status"] == "completed")
        #expect(short["summary_text"].text?.isEmpty == false)
        #expect(short["transcript_id"] != .null)
        for seen in try await play.record(.confirmed).seen where seen["status"] != "completed" {
            #expect(seen["summary_text"] == .null && seen["transcript_id"] == .null && seen["ended_at"] == .null)
        }
    }

    @Test("Telzino 8: a telephone that rings for 45 seconds unanswered ends as no_answer with 480")
    func ringsOut() async throws {
        let record = try await play.record(.ringsOut)
        #expect(record.last["status"] == "no_answer")
        #expect(record.last["sip_status_code"] == 480)
        for member in ["answered_at", "duration", "summary_text", "transcript_id", "error"] {
            #expect(record.last[member] == .null, "\(member)")
        }
        let attempts = try await client.native(record.id, "/attempts")["data"]
        let lab = try #require(
            try stage.rig.ledger.ended().first { $0.sipCallID == attempts[0]["sip_call_id"].text }
        )
        #expect(lab.ending == .canceled)
        let (rangAt, endedAt) = (try #require(lab.rangAt), try #require(lab.endedAt))
        let rang = endedAt.timeIntervalSince(rangAt)
        #expect((40...50).contains(rang), "\(rang) s")
    }

    @Test("Telzino 9: 486 and 603 both read as busy, with their code")
    func busy() async throws {
        let busy = try await play.record(.busy).last
        #expect(busy["status"] == "busy")
        #expect(busy["sip_status_code"] == 486)
        #expect(busy["error"] == .null)
        let declined = try await play.record(.declined).last
        #expect(declined["status"] == "busy")
        #expect(declined["sip_status_code"] == 603)
    }

    @Test("Telzino 10: a number that cannot be reached fails, with words and a SIP code")
    func unroutable() async throws {
        let call = try await play.record(.unroutable).last
        #expect(call["status"] == "failed")
        #expect(call["error"].text?.contains("not in service") == true, "\(call)")
        #expect(call["sip_status_code"] == 404)
        #expect(call["answered_at"] == .null)
    }

    @Test("Telzino 17: nothing is said before the answer, and then the greeting first")
    func greeting() async throws {
        let record = try await play.record(.afterEarlyMedia)
        let attempts = try await client.native(record.id, "/attempts")["data"]
        let lab = try #require(
            try stage.rig.ledger.ended().first { $0.sipCallID == attempts[0]["sip_call_id"].text }
        )
        #expect(lab.earlyMediaAt != nil)
        let answer = try #require(lab.answeredAtLine)
        #expect(try #require(lab.callerSpeech.first).start >= answer)
        let said = try await client.native(record.id, "/transcript")["data"].values
        let first = try #require(said.first { $0["speaker"] == "agent" })
        let greeting = "Hello Sam. This is the automated assistant of Riverside Dental."
        #expect(first["generated"].text?.hasPrefix(greeting) == true, "\(said)")
    }

    @Test("Telzino 18: voicemail that answers is a completed call, and no other word is ever shown")
    func voicemail() async throws {
        let record = try await play.record(.voicemail)
        #expect(record.last["status"] == "completed")
        #expect(Set(record.seen.compactMap(\.["status"].text)).contains("in_progress"))
        #expect(record.last["answered_at"] != .null)
        let said = try await client.native(record.id, "/transcript")["data"].values
        #expect(said.contains { $0["speaker"] == "agent" }, "The agent speaks to the recording")
    }

    @Test("Telzino 19: a call that did not come about is not dialed again")
    func noRedial() async throws {
        // The slowest: until then everything else has had its time.
        _ = try await play.record(.ringsOut)
        for call in [TelzinoCalls.ringsOut, .busy, .unroutable] {
            let record = try await play.record(call)
            let attempts = try await client.native(record.id, "/attempts")["data"].values
            #expect(attempts.count == 1)
            let id = try #require(attempts.first?["sip_call_id"].text)
            #expect(try stage.rig.ledger.invites().count { $0 == id } == 1)
            #expect(record.seen.last?["status"] == (try await client.get("\(path)/\(record.id)").json["status"]))
        }
    }

    @Test("Telzino 20: transcript_id is the id of a row of the call logs")
    func transcriptID() async throws {
        let id = try #require(try await play.record(.confirmed).last["transcript_id"].text)
        let logs = try await client.get("/v1/agents/\(stage.agent)/call-logs?limit=100").json["data"].values
        #expect(logs.contains { $0["id"].text == id })
        #expect(try await client.get("/v1/agents/\(stage.agent)/call-logs/\(id)").json["data"]["id"].text == id)
    }

    @Test("Telzino 21: times have microseconds and +00:00")
    func times() async throws {
        let form = /\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}\+00:00/
        let call = try await play.record(.confirmed)
        for time in [call.last["created_at"], call.last["answered_at"], call.last["ended_at"]] {
            #expect(time.text?.wholeMatch(of: form) != nil, "\(time)")
        }
        #expect(try call.placed.json["created_at"].text?.wholeMatch(of: form) != nil)
        let message = try await message(.confirmed)
        #expect(message["answered_at"].text?.wholeMatch(of: form) != nil)
        #expect(message["ended_at"].text?.wholeMatch(of: form) != nil)
    }

    @Test("The example clients place a call and show what was said", arguments: ["call.sh", "call.py"])
    func examples(client: String) async throws {
        let output = try await play.output(of: "telzino/\(client)")
        #expect(output.contains("completed"), "\(output)")
        #expect(output.contains("Riverside Dental"), "\(output)")
    }
}
