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

    private let play: DoorPlay<TelzinoCalls>
    private var stage: TelzinoCalls.Stage { play.stage }
    private var client: TelzinoClient { play.stage.client }
    private var path: String { "/v1/agents/\(stage.agent)/outbound-calls" }

    init() throws {
        play = try .current()
    }

    private func place(_ body: String) async throws -> Server.Reply {
        try await client.post(path, body)
    }

    private func message(_ call: TelzinoCalls) async throws -> JSONValue {
        _ = try await play.record(call)
        return try #require(stage.rig.receiver.messages("\(call)").first).json
    }

    private func date(_ value: JSONValue) throws -> Date {
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

    @Test(
        "Telzino 4: metadata comes back as it was sent, in the record as request_metadata and in the callback as metadata"
    )
    func metadata() async throws {
        let record = try await play.record(.confirmed)
        let sent = try JSONDecoder().decode(JSONValue.self, from: Data(TelzinoCalls.metadata.utf8))
        #expect(record.last["request_metadata"] == sent)
        #expect(try await message(.confirmed)["metadata"] == sent)
        // Byte for byte: no reader of JSON loses a digit of it on the way.
        let text = try await client.get("\(path)/\(record.id)").text
        #expect(text.contains(TelzinoCalls.metadata), "\(text)")
        let callback = try #require(stage.rig.receiver.messages("confirmed").first).body
        #expect(String(decoding: callback, as: UTF8.self).contains(TelzinoCalls.metadata))
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

    @Test("Telzino 11: the callback comes once, when the call is over, on every final status")
    func callbacks() async throws {
        let calls: [TelzinoCalls] = [.confirmed, .ringsOut, .busy, .unroutable]
        for (call, status) in zip(calls, ["completed", "no_answer", "busy", "failed"]) {
            let record = try await play.record(call)
            let messages = stage.rig.receiver.messages("\(call)")
            #expect(messages.count == 1, "\(call)")
            let message = try #require(messages.first)
            #expect(try message.json["status"].text == status)
            #expect(try message.at >= date(record.last["ended_at"]))
        }
    }

    @Test("Telzino 12: the callback has the documented twelve members and the id of the call")
    func callbackMembers() async throws {
        let members: Set<String> = [
            "outbound_call_id", "agent_id", "to_number", "status", "answered_at", "ended_at", "duration",
            "summary_text",
            "transcript_id", "metadata", "error", "sip_status_code",
        ]
        for call in [TelzinoCalls.confirmed, .busy, .unroutable] {
            let record = try await play.record(call)
            let message = try await message(call)
            let object = try message.members
            #expect(Set(object.keys) == members)
            #expect(message["outbound_call_id"].text == record.id)
            for member in members.subtracting(["outbound_call_id", "metadata"]) {
                #expect(message[member] == record.last[member], "\(call) \(member)")
            }
        }
    }

    @Test("Telzino 13: a callback that is not taken is not sent again, and the record says whether it was taken")
    func refusedCallback() async throws {
        let record = try await play.record(.callbackRefused)
        #expect(record.last["status"] == "completed")
        #expect(record.last["callback_delivered"] == false)
        #expect(try await play.record(.confirmed).last["callback_delivered"] == true)
        let delivery = try await client.native(record.id, "/webhooks")["data"][0]
        #expect(delivery["next_at"] == .null, "\(delivery)")
        #expect(delivery["attempts"].values.count == 1)
        // By the time the slowest call is over, whatever was to be tried again would have been.
        _ = try await play.record(.ringsOut)
        #expect(stage.rig.receiver.messages("callbackRefused").count == 1)
    }

    @Test("Telzino 14: a receiver that does not answer is given up after ten seconds")
    func ignoredCallback() async throws {
        let record = try await play.record(.callbackIgnored)
        #expect(record.last["callback_delivered"] == false)
        let delivery = try await client.native(record.id, "/webhooks")["data"][0]
        let duration = try #require(delivery["attempts"][0]["duration_ms"].number)
        #expect((10_000...11_500).contains(duration))
        #expect(stage.rig.receiver.messages("callbackIgnored").count == 1)
    }

    @Test("Telzino 15: callback_delivered is null until the call is over")
    func undelivered() async throws {
        for call in TelzinoCalls.allCases {
            for seen in try await play.record(call).seen where seen["ended_at"] == .null {
                #expect(seen["callback_delivered"] == .null)
            }
        }
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

    @Test("Telzino 22: without Authorization every route answers 401")
    func unauthorized() async throws {
        let server = client.server
        let id = UUID()
        for (method, path) in [("POST", path), ("GET", path), ("GET", "\(path)/\(id)")] {
            let reply = try await server.request(method, "/telzino\(path)", json: method == "POST" ? [:] : nil, key: "")
            #expect(reply.status == 401, "\(method) \(path)")
            #expect(reply.headers["www-authenticate"]?.hasPrefix("Bearer") == true)
            #expect(try reply.json["statusCode"] == 401)
        }
        #expect(try await server.request("GET", "/telzino\(path)", key: "nonsense").status == 401)
    }

    @Test("Telzino 23: client credentials buy a bearer token for a day, with which calls are placed")
    func token() async throws {
        let reply = client.tokenReply
        #expect(reply.status == 200)
        #expect(try reply.json["token_type"] == "Bearer")
        #expect(try reply.json["expires_in"] == 86_400)
        #expect(client.token.split(separator: ".").count == 3, "A JSON Web Token in form")
        #expect(try await play.record(.busy).placed.status == 202, "Placed with this token")
    }

    @Test(
        "Telzino 24: a number that is not E.164 is refused with 400",
        arguments: ["15550104477", "(555) 010-4477", "", "+0155501044"]
    )
    func numbers(number: String) async throws {
        let reply = try await place(#"{"to_number": "\#(number)"}"#)
        #expect(reply.status == 400)
        #expect(try reply.json["message"].text?.contains("to_number") == true)
    }

    @Test("Telzino 25: call_context may have 4000 characters and not one more")
    func contextLimit() async throws {
        let longest = String(repeating: "é", count: 4000)
        let taken = try await place(#"{"to_number": "+15550200486", "call_context": "\#(longest)"}"#)
        #expect(taken.status == 202, "\(taken.text)")
        let refused = try await place(#"{"to_number": "+15550200486", "call_context": "\#(longest)!"}"#)
        #expect(refused.status == 400)
    }

    @Test("Telzino 26: metadata may have 16,384 bytes and not one more, and is an object")
    func metadataLimit() async throws {
        let longest = #"{"k":"\#(String(repeating: "x", count: 16_384 - 8))"}"#
        try #require(longest.utf8.count == 16_384)
        let taken = try await place(#"{"to_number": "+15550200486", "metadata": \#(longest)}"#)
        #expect(taken.status == 202, "\(taken.text)")
        let longer = longest.replacing("x\"}", with: "xx\"}")
        let refused = try await place(#"{"to_number": "+15550200486", "metadata": \#(longer)}"#)
        #expect(refused.status == 400)
        #expect(try await place(#"{"to_number": "+15550200486", "metadata": [1]}"#).status == 400)
    }

    @Test("Telzino 28: room_name is made of the agent's id and the call's")
    func room() async throws {
        let record = try await play.record(.busy)
        #expect(record.room == "agent-\(stage.agent)-out-\(record.id)")
    }

    @Test("Telzino 29: a list is paged, fifty a page, newest first")
    func pages() async throws {
        let agent = try await client.post(
            "/v1/organizations/\(UUID())/agents",
            #"{"title": "Lister", "description": "Says hello"}"#
        )
        let id = try #require(try agent.json["id"].text, "\(agent.text)")
        let calls = "/v1/agents/\(id)/outbound-calls"
        var placed: [String] = []
        for _ in 0..<5 {
            let reply = try await client.post(calls, #"{"to_number": "+15550200486"}"#)
            placed.append(try #require(try reply.json["id"].text, "\(reply.text)"))
        }
        let all = try await client.get(calls).json
        #expect(all["data"].values.compactMap(\.["id"].text) == placed.reversed())
        let usual: JSONValue = [
            "page": 1, "limit": 50, "total": 5, "totalPages": 1, "hasNext": false, "hasPrev": false,
        ]
        #expect(all["pagination"] == usual)
        let second = try await client.get("\(calls)?limit=2&page=2").json
        #expect(second["data"].values.compactMap(\.["id"].text) == [placed[2], placed[1]])
        let pagination: JSONValue = [
            "page": 2, "limit": 2, "total": 5, "totalPages": 3, "hasNext": true, "hasPrev": true,
        ]
        #expect(second["pagination"] == pagination)
    }

    @Test("Telzino 30: ?status= leaves only calls with that status, and counts only those")
    func filtered() async throws {
        let id = try await play.record(.confirmed).id
        let completed = try await client.get("\(path)?status=completed&limit=100").json
        #expect(completed["data"].values.contains { $0["id"].text == id })
        #expect(completed["data"].values.allSatisfy { $0["status"] == "completed" })
        #expect(completed["pagination"]["total"] == .integer(Int64(completed["data"].values.count)))
        #expect(try await client.get("\(path)?status=dispatched").json["pagination"]["total"] == 0)
        #expect(try await client.get("\(path)?status=ringing").status == 400)
    }

    @Test("Telzino 31: the call log has what both said, in order")
    func callLog() async throws {
        let record = try await play.record(.confirmed)
        let logs = try await client.get("/v1/agents/\(stage.agent)/call-logs?limit=100").json["data"].values
        let log = try #require(logs.first { $0["id"] == record.last["transcript_id"] })
        let entries = log["transcript_json"].values
        #expect(Set(entries.compactMap(\.["speaker"].text)) == ["agent", "user"])
        let times = entries.compactMap(\.["timestamp"].number)
        #expect(times.count == entries.count)
        #expect(times == times.sorted())
        #expect(log["entry_count"] == .integer(Int64(entries.count)))
        #expect(log["room_name"].text == record.room)
        #expect(log["summary_text"] == record.last["summary_text"])
        let lines = try #require(log["transcript_text"].text).split(separator: "\n")
        #expect(lines.count == entries.count)
        #expect(lines.allSatisfy { $0.wholeMatch(of: /\[\d+\.\d\ds\] (agent|user): .*/) != nil }, "\(lines)")
        let busy = try await play.record(.busy)
        #expect(!logs.contains { $0["room_name"].text == busy.room }, "Nothing was said on it")
    }

    @Test("Telzino 32: an agent that is asked for comes wrapped in data")
    func agent() async throws {
        let agent = try await client.get("/v1/agents/\(stage.agent)").json
        #expect(agent["data"]["id"].text == stage.agent)
        #expect(agent["data"]["name"] == "Riverside Dental")
        #expect(agent["data"]["is_active"] == true)
    }

    @Test("Telzino 33: another organization's agent is not there")
    func otherOrganization() async throws {
        let key = try await stage.rig.key(ofNewProject: "Another")
        let server = client.server
        let placed = try await server.request(
            "POST",
            "/telzino\(path)",
            json: ["to_number": "+15550200486"],
            key: key
        )
        #expect(placed.status == 404)
        #expect(try await server.request("GET", "/telzino\(path)", key: key).status == 404)
        let call = try await play.record(.busy).id
        #expect(try await server.request("GET", "/telzino\(path)/\(call)", key: key).status == 404)
    }

    @Test("The example clients place a call and show what was said", arguments: ["call.sh", "call.py"])
    func examples(client: String) async throws {
        let output = try await play.output(of: "telzino/\(client)")
        #expect(output.contains("completed"), "\(output)")
        #expect(output.contains("Riverside Dental"), "\(output)")
    }
}

/// What an operator's default settings do, under which receivers have to be in public networks.
@Suite("Telzino conformance: receivers", .timeLimit(.minutes(1)), .serialized)
struct TelzinoReceiverConformance {
    private func expectRefused(_ url: String) async throws {
        let directory = try TemporaryDirectory()
        let server = try await Server.start(in: directory.path)
        try await server.applyAgent()
        let agent = try await server.request("GET", "/telzino/v1/agents").json["data"][0]["id"].text ?? ""
        let path = "/telzino/v1/agents/\(agent)/outbound-calls"
        let reply = try await server.request(
            "POST",
            path,
            json: ["to_number": "+15550200486", "callback_url": .string(url)]
        )
        #expect(reply.status == 400)
        #expect(try reply.json["message"].text?.contains("callback_url") == true, "\(reply.text)")
        #expect(try await server.request("GET", path).json["pagination"]["total"] == 0)
        #expect(await server.stop() == 0)
    }

    @Test("Telzino 16: a callback_url without TLS is refused with 400, and no call is made")
    func http() async throws { try await expectRefused("http://example.com/result") }

    @Test("Telzino 27: a callback_url in a private network is refused with 400")
    func privateNetwork() async throws { try await expectRefused("https://127.0.0.1/x") }
}
