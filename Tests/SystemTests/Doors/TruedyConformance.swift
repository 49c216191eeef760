import Calls
import Digests
import Foundation
import PhoneLab
import Testing

/// The checklist of Truedy's contract, statement by statement. Those about limits, credit and tries that are minutes apart are tried beside
/// the door and the engine.
@Suite(
    "Truedy conformance",
    .door(TruedyCalls.self, settings: ["TRUNKLINE_HTTP_PUBLIC_URL": TruedyCalls.publicURL]),
    .timeLimit(.minutes(3))
)
struct TruedyConformance {
    private static let terminal: Set<String> = ["ended", "failed", "cancelled"]

    private let play: DoorPlay<TruedyCalls>
    private var stage: TruedyCalls.Stage { play.stage }
    private var rig: DoorRig { play.stage.rig }
    private var client: TruedyClient { play.stage.client }
    private var other: TruedyClient { play.stage.other }

    init() throws {
        play = try .current()
    }

    /// What `receiver` was told of a call, in the order in which it came, as soon as that ends with `last`.
    private func messages(about id: String, to receiver: String, endingWith last: String) async throws -> [JSONValue] {
        var count = 1
        while true {
            let all = try await rig.receiver.messages(receiver, atLeast: count)
            let told = try all.map { try $0.json }.filter { $0["data"]["id"].text == id }
            if told.last?["event"].text == last { return told }
            count = all.count + 1
        }
    }

    private func date(_ value: JSONValue) throws -> Date {
        try Date(try #require(value.text), strategy: .iso8601)
    }

    private func isTime(_ value: JSONValue) -> Bool {
        value.text?.wholeMatch(of: /\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ/) != nil
    }

    /// Checks a refusal, and returns `error`.
    @discardableResult
    private func refusal(
        _ reply: Server.Reply,
        _ status: Int,
        _ code: String,
        _ location: SourceLocation = #_sourceLocation
    ) throws -> JSONValue {
        #expect(reply.status == status, "\(reply.text)", sourceLocation: location)
        #expect(try reply.json["error"]["code"].text == code, sourceLocation: location)
        return try reply.json["error"]
    }

    @Test(
        "Truedy 1: POST calls answers 201 with a queued outbound call of the agent to the number, from one of its own"
    )
    func placed() async throws {
        let record = try await play.record(.confirmed)
        #expect(record.placed.status == 201)
        let call = try record.placed.json
        #expect(!record.id.isEmpty)
        #expect(call["status"] == "queued")
        #expect(call["direction"] == "outbound")
        #expect(call["agent_id"].text == stage.agent)
        #expect(call["phone_number"].text == TruedyCalls.confirmed.number)
        #expect(call["from_number"] == "+15550000100")
    }

    @Test("Truedy 2: in that answer duration_seconds, transcript, recording_url, started_at and ended_at are null")
    func nulls() async throws {
        let members = try await play.record(.confirmed).placed.json.members
        for name in ["duration_seconds", "transcript", "recording_url", "started_at", "ended_at", "outcome"] {
            #expect(members[name] == .null, "\(name)")
        }
    }

    @Test("Truedy 3: variables come back as they were sent, and stand in the prompt in place of their names")
    func variables() async throws {
        let record = try await play.record(.busy)
        for call in record.seen { #expect(call["variables"] == TruedyCalls.variables) }
        let told = try await messages(about: record.id, to: "usual", endingWith: "call.failed")
        #expect(told.last?["data"]["variables"] == TruedyCalls.variables)
        let snapshot = try await client.native(record.id)["snapshot"]
        #expect(snapshot["prompt"] == "You are calling Ana about Tuesday, seat 12.")
        let nested = try await other.place(stage.otherAgent, ["variables": ["a": ["b": 1]]])
        try refusal(nested, 422, "validation_error")
    }

    @Test(
        "Truedy 4: a call is asked for by its id, and a client that polls by the vendor's guide sees it to its end",
        arguments: ["call.sh", "call.py"]
    )
    func polled(example: String) async throws {
        let record = try await play.record(.confirmed)
        #expect(record.seen.allSatisfy { $0["id"].text == record.id })
        let output = try await play.output(of: "truedy/\(example)")
        #expect(output.contains("ended"), "\(output)")
        #expect(output.contains("completed"), "The outcome is shown: \(output)")
        #expect(output.contains("Riverside Dental"), "What was said is shown: \(output)")
    }

    @Test("Truedy 5: a call that ended has its length in whole seconds, an outcome, a transcript and a recording")
    func ended() async throws {
        let call = try await play.record(.confirmed).last
        #expect(call["status"] == "ended", "\(call)")
        guard case .integer(let duration) = call["duration_seconds"] else {
            Issue.record("expected whole seconds, got \(call["duration_seconds"])")
            return
        }
        let talked = try date(call["ended_at"]).timeIntervalSince(try date(call["started_at"]))
        #expect(abs(Double(duration) - talked) <= 1)
        #expect(call["outcome"] == "completed")
        #expect(call["transcript"].values.count > 1)
        #expect(call["recording_url"].text?.hasPrefix(TruedyCalls.publicURL) == true)
        guard case .integer(let credits) = call["cost_credits"] else {
            Issue.record("expected whole credits, got \(call["cost_credits"])")
            return
        }
        #expect(credits > 0)
        let transcript = try #require(call["transcript_url"].text)
        try #require(transcript.hasPrefix(TruedyCalls.publicURL))
        let path = String(transcript.dropFirst(TruedyCalls.publicURL.count))
        let opened = try await client.server.request("GET", path, key: client.key)
        #expect(try opened.json["transcript"] == call["transcript"])
    }

    @Test("Truedy 6: calls are over as ended, failed or cancelled, and have no other last word")
    func terminal() async throws {
        let expected: [TruedyCalls: String] = [
            .confirmed: "ended", .greeted: "ended", .unkept: "ended", .limited: "ended", .ringsOut: "failed",
            .busy: "failed", .canceled: "cancelled",
        ]
        for part in TruedyCalls.allCases {
            let record = try await play.record(part)
            #expect(record.last["status"].text == expected[part], "\(part)")
            #expect(record.last["ended_at"] != .null)
            for call in record.seen where call["ended_at"] == .null {
                #expect(!Self.terminal.contains(call["status"].text ?? ""), "\(part)")
            }
        }
    }

    @Test("Truedy 7: from_number may be a number of the agent, and left out it is one of them; any other is a 422")
    func callerID() async throws {
        let chosen = try await play.record(.busy)
        #expect(chosen.last["from_number"].text == TruedyCalls.numbers[1])
        #expect(try await rig.lab(chosen.id, of: client).caller.contains(TruedyCalls.numbers[1]))
        let unchosen = try await play.record(.ringsOut)
        let from = try #require(unchosen.last["from_number"].text)
        #expect(TruedyCalls.numbers.contains(from))
        #expect(try await rig.lab(unchosen.id, of: client).caller.contains(from))
        let loose = try await client.place(stage.caller, ["from_number": .string(TruedyCalls.looseNumber)])
        let error = try refusal(loose, 422, "from_number_not_assigned")
        #expect(error["message"].text?.contains(TruedyCalls.looseNumber) == true)
    }

    @Test("Truedy 8: an agent that does not exist is a 404 agent_not_found")
    func unknownAgent() async throws {
        for id in ["agent_0", "agent_01jdr3k5w2e8vt6m4q9xbn7c5h", stage.agent] {
            try refusal(try await other.place(id), 404, "agent_not_found")
        }
    }

    @Test("Truedy 9: an agent without a number is a 422 no_phone_number_configured, and there is no call")
    func numberless() async throws {
        let agent = try await other.makeAgent("Numberless")
        try refusal(try await other.place(agent), 422, "no_phone_number_configured")
        #expect(try await other.get("/calls?agent_id=\(agent)").json["meta"]["total"] == 0)
    }

    @Test(
        "Truedy 10: a number that is not E.164 is a 422 invalid_phone_number",
        arguments: ["(415) 555-0100", "415-555-0100", "14155550100", "+1 415 555 0100", ""]
    )
    func wrongNumber(number: String) async throws {
        let reply = try await other.place(stage.otherAgent, ["phone_number": .string(number)])
        try refusal(reply, 422, "invalid_phone_number")
    }

    @Test("Truedy 11: an agent that is a draft or paused is a 422 agent_not_active")
    func inactive() async throws {
        for status in ["draft", "paused"] {
            let agent = try await other.makeAgent(status, status: status, numbers: [])
            try refusal(try await other.place(agent), 422, "agent_not_active")
            #expect(try await other.get("/calls?agent_id=\(agent)").json["meta"]["total"] == 0)
        }
    }

    @Test("Truedy 14: call_settings.greeting is what is said first on that call; another call has the agent's own")
    func greeting() async throws {
        func first(_ part: TruedyCalls) async throws -> String {
            let said = try await play.record(part).last["transcript"].values
            return try #require(said.first { $0["speaker"] == "agent" }?["text"].text, "\(said)")
        }
        #expect(try await first(.greeted).hasPrefix("Good morning, Ada here."))
        #expect(try await first(.confirmed).hasPrefix("Hello Sam. This is the automated assistant"))
        let agent = try await client.get("/agents/\(stage.agent)").json
        #expect(agent["greeting"].text?.hasPrefix("Hello {{name}}.") == true, "The agent is as it was")
    }

    @Test("Truedy 15: with max_duration 20s a call that would go on is hung up at 20 seconds and has ended")
    func limited() async throws {
        let record = try await play.record(.limited)
        #expect(record.last["status"] == "ended")
        #expect(record.last["failure_reason"] == .null)
        let lab = try await rig.lab(record.id, of: client)
        #expect(lab.ending == .callerHungUp)
        let talked = try #require(lab.endedAt).timeIntervalSince(try #require(lab.answeredAt))
        #expect((18...22).contains(talked), "\(talked) s")
    }

    @Test("Truedy 16: with join_timeout 10s a telephone that nobody answers rings for 10 seconds, and the call failed")
    func ringsOut() async throws {
        let record = try await play.record(.ringsOut)
        #expect(record.last["status"] == "failed")
        #expect(record.last["failure_reason"] == "no_answer")
        #expect(record.last["outcome"] == "no_answer")
        for member in ["started_at", "duration_seconds", "transcript", "recording_url"] {
            #expect(record.last[member] == .null, "\(member)")
        }
        let lab = try await rig.lab(record.id, of: client)
        #expect(lab.ending == .canceled)
        let rang = try #require(lab.endedAt).timeIntervalSince(try #require(lab.rangAt))
        #expect((8...12).contains(rang), "\(rang) s")
    }

    @Test(
        "Truedy 17: what is not to be recorded or transcribed has no recording_url and no transcript; else both are there"
    )
    func unkept() async throws {
        let record = try await play.record(.unkept)
        #expect(record.last["status"] == "ended")
        let told = try await messages(about: record.id, to: "usual", endingWith: "call.ended")
        for call in [record.last, told.last?["data"] ?? .null, told.last?["data"]["call"] ?? .null] {
            #expect(call["recording_url"] == .null)
            #expect(call["transcript"] == .null)
            #expect(call["id"].text == record.id)
        }
        #expect(try await client.get("/calls/\(record.id)/recording").status == 404)
        #expect(try await client.get("/calls/\(record.id)/transcript").json["transcript"] == [])
        let kept = try await play.record(.confirmed).last
        #expect(kept["recording_url"] != .null && kept["transcript"] != .null)
    }

    @Test("Truedy 18: a registered endpoint gets call.ended with id, transcript and a recording that opens")
    func webhook() async throws {
        let record = try await play.record(.confirmed)
        let message = try #require(
            try await messages(about: record.id, to: "usual", endingWith: "call.ended").last
        )
        let call = message["data"]
        for name in try record.last.members.keys where !["data", "meta", "recording_url"].contains(name) {
            #expect(call[name] == record.last[name], "\(name)")
        }
        #expect(call["transcript"].values.count > 1)
        for url in [call["recording_url"], record.last["recording_url"]].compactMap(\.text) {
            try #require(url.hasPrefix(TruedyCalls.publicURL))
            let opened = try await rig.server.request(
                "GET",
                String(url.dropFirst(TruedyCalls.publicURL.count)),
                key: ""
            )
            #expect(opened.status == 200)
            #expect(opened.body.prefix(4) == Data("RIFF".utf8))
            #expect(opened.body.count > 100_000, "Seconds of speech")
        }
        #expect(call["recording_url"] != .null)
        let read = try await client.get("/calls/\(record.id)/recording")
        #expect(read.body.prefix(4) == Data("RIFF".utf8))
    }

    @Test("Truedy 19: without a key, or with an unknown one, everything answers 401")
    func unauthorized() async throws {
        for key in ["", "truedy_0123456789", "sk_test_0123456789012345678901234567890123456789012"] {
            for (method, path) in [("POST", "/calls"), ("GET", "/calls"), ("GET", "/calls/x"), ("GET", "/agents")] {
                let body: JSONValue? = method == "POST" ? [:] : nil
                let reply = try await rig.server.request(method, TruedyClient.base + path, json: body, key: key)
                try refusal(reply, 401, "unauthorized")
            }
        }
    }

    @Test("Truedy 20: times are in UTC and whole seconds")
    func times() async throws {
        let record = try await play.record(.confirmed)
        #expect(isTime(try record.placed.json["created_at"]))
        for name in ["created_at", "started_at", "ended_at", "completed_at", "updated_at"] {
            #expect(isTime(record.last[name]), "\(name)")
        }
        #expect(isTime(record.last["meta"]["ts"]))
    }

    @Test("Truedy 21: the same members stand below data, beside meta with a request_id and a ts")
    func envelope() async throws {
        for part in [TruedyCalls.confirmed, .busy, .canceled] {
            for call in try await play.record(part).seen {
                var members = try call.members
                let (data, meta) = (members.removeValue(forKey: "data"), members.removeValue(forKey: "meta"))
                #expect(data == .object(members))
                #expect(meta?["request_id"].text?.isEmpty == false)
                #expect(isTime(meta?["ts"] ?? .null))
            }
        }
        let placed = try await play.record(.confirmed).placed
        #expect(try placed.json["meta"]["request_id"].text == placed.headers["x-request-id"])
    }

    @Test("Truedy 22: every error has a code, a message, a request_id and a ts, and that of a number names its field")
    func errors() async throws {
        let number = try await other.place(stage.otherAgent, ["phone_number": "415"])
        let from = try await other.place(stage.otherAgent, ["from_number": "415"])
        let malformed = try await rig.server.request(
            "POST",
            TruedyClient.base + "/calls",
            text: ("application/json", "{"),
            key: other.key
        )
        let replies: [(Server.Reply, Int)] = [
            (number, 422), (from, 422), (malformed, 400), (try await other.post("/calls", [:]), 422),
            (try await other.place("nobody"), 404), (try await other.get("/nothing"), 404),
            (try await rig.server.request("GET", TruedyClient.base + "/calls", key: ""), 401),
        ]
        for (reply, status) in replies {
            #expect(reply.status == status, "\(reply.text)")
            #expect(try reply.json["error"]["code"].text?.isEmpty == false)
            #expect(try reply.json["error"]["message"].text?.isEmpty == false)
            #expect(try reply.json["meta"]["request_id"].text == reply.headers["x-request-id"])
            #expect(isTime(try reply.json["meta"]["ts"]))
        }
        for (reply, field) in [(number, "phone_number"), (from, "from_number")] {
            let details = try refusal(reply, 422, "invalid_phone_number")["details"]
            #expect(details["field"].text == field)
            #expect(details["reason"].text?.isEmpty == false)
        }
    }

    @Test(
        "Truedy 23: a request sent again under its X-Idempotency-Key or Idempotency-Key gets the same answer, and one telephone rings once"
    )
    func repeated() async throws {
        let agent = try await other.makeAgent("Repeater", numbers: ["+15550100031"])
        for header in ["X-Idempotency-Key", "Idempotency-Key"] {
            let first = try await other.place(agent, headers: [header: header])
            let again = try await other.place(agent, headers: [header: header])
            #expect(first.status == 201 && again.status == 201)
            #expect(first.body == again.body)
            let id = try #require(try first.json["id"].text)
            _ = try await rig.server.end(of: id, key: other.key)
            #expect(try await rig.lab(id, of: other).invites.count == 1)
        }
        #expect(try await other.get("/calls?agent_id=\(agent)").json["meta"]["total"] == 2)
    }

    @Test("Truedy 24: the same key of another organization is another one")
    func keyOfAnother() async throws {
        let headers = ["X-Idempotency-Key": "shared"]
        let ours = try await client.place(stage.caller, headers: headers)
        let theirs = try await other.place(stage.otherAgent, headers: headers)
        #expect(ours.status == 201 && theirs.status == 201)
        #expect(try ours.json["id"] != theirs.json["id"])
        #expect(try await client.place(stage.caller, headers: headers).body == ours.body)
        #expect(try await other.place(stage.otherAgent, headers: headers).body == theirs.body)
    }

    @Test(
        "Truedy 25: a list is paged by limit and offset, newest first; meta and pagination agree, and has_more is right"
    )
    func pages() async throws {
        let (agent, placed) = try await placeFour("Lister", from: "+15550100032")
        for (offset, ids, hasMore) in [(1, [placed[2], placed[1]], true), (2, [placed[1], placed[0]], false)] {
            let page = try await other.get("/calls?agent_id=\(agent)&limit=2&offset=\(offset)").json
            #expect(page["data"].values.compactMap(\.["id"].text) == ids)
            for part in ["meta", "pagination"] {
                #expect(page[part]["total"] == 4)
                #expect(page[part]["limit"] == 2)
                #expect(page[part]["offset"] == .integer(Int64(offset)))
            }
            #expect(page["pagination"]["has_more"] == .bool(hasMore))
            #expect(page["meta"]["request_id"].text?.isEmpty == false)
        }
    }

    @Test("Truedy 28: created_after and created_before bound the list")
    func bounds() async throws {
        let (agent, placed) = try await placeFour("Bounded", from: "+15550100033")
        // Between the calls' own times, which our API tells to the microsecond.
        func middle(_ one: Int, _ two: Int) async throws -> String {
            var sum: Int64 = 0
            for index in [one, two] {
                let text = try #require(try await other.native(placed[index])["created_at"].text)
                sum += try Date(text, strategy: Date.ISO8601FormatStyle(includingFractionalSeconds: true)).microseconds
            }
            let second = Date(microseconds: sum / 2 / 1_000_000 * 1_000_000).formatted(.iso8601).dropLast()
            return "\(second).\(String(1_000_000 + sum / 2 % 1_000_000).dropFirst())Z"
        }
        let bounds = "created_after=\(try await middle(0, 1))&created_before=\(try await middle(2, 3))"
        let bounded = try await other.get("/calls?agent_id=\(agent)&\(bounds)").json
        #expect(bounded["data"].values.compactMap(\.["id"].text) == [placed[2], placed[1]])
        #expect(bounded["meta"]["total"] == 2)
    }

    /// Makes an agent that has placed four calls, the first one first.
    private func placeFour(_ name: String, from number: String) async throws -> (agent: String, calls: [String]) {
        let agent = try await other.makeAgent(name, numbers: [number])
        var calls: [String] = []
        for _ in 0..<4 {
            let reply = try await other.place(agent)
            calls.append(try #require(try reply.json["id"].text, "\(reply.text)"))
        }
        return (agent, calls)
    }

    @Test("Truedy 26: a limit of 0 or 101 is a 422", arguments: ["limit=0", "limit=101", "limit=x", "offset=-1"])
    func limits(query: String) async throws {
        try refusal(try await other.get("/calls?\(query)"), 422, "validation_error")
    }

    @Test("Truedy 27: status=completed and status=ended are the same rows")
    func synonyms() async throws {
        for part in TruedyCalls.allCases { _ = try await play.record(part) }
        let rows = try await client.get("/calls?status=ended").json["data"]
        #expect(rows == (try await client.get("/calls?status=completed").json["data"]))
        let ids = Set(rows.values.compactMap(\.["id"].text))
        for part in [TruedyCalls.confirmed, .greeted, .unkept, .limited] {
            #expect(ids.contains(try await play.record(part).id), "\(part)")
        }
        #expect(rows.values.allSatisfy { $0["status"] == "ended" })
        let cancelled = try await client.get("/calls?status=canceled").json["data"].values
        #expect(cancelled.compactMap(\.["id"].text) == [try await play.record(.canceled).id])
    }

    @Test("Truedy 29: the statuses of an answered call come in the order queued, ringing, in-progress, ended")
    func order() async throws {
        let order = ["queued", "ringing", "in-progress", "ended"]
        let seen = try await play.record(.confirmed).statuses
        let ranks = try seen.map { try #require(order.firstIndex(of: $0), "\($0)") }
        #expect(ranks == ranks.sorted(), "\(seen)")
        #expect(Set(seen).isSuperset(of: ["queued", "in-progress", "ended"]))
        #expect(try await play.record(.ringsOut).statuses.contains("ringing"))
    }

    @Test("Truedy 30: the signature of a message verifies by the vendor's recipe, and its time is fresh")
    func signature() async throws {
        let record = try await play.record(.confirmed)
        _ = try await messages(about: record.id, to: "usual", endingWith: "call.ended")
        let messages = rig.receiver.messages("usual")
        #expect(messages.count >= 3)
        for message in messages {
            let timestamp = try #require(message.headers["x-truedy-timestamp"])
            #expect(abs(try #require(Double(timestamp)) - message.at.timeIntervalSince1970) < 60)
            let signed = Array("\(timestamp).".utf8) + Array(message.body)
            let digest = SHA256.authenticate(signed, key: Array(stage.secret.utf8))
            let expected = digest.map { String(256 + Int($0), radix: 16).dropFirst() }.joined()
            #expect(message.headers["x-truedy-signature"] == expected)
            #expect(message.headers["content-type"] == "application/json")
        }
    }

    @Test("Truedy 32: data.id, data.callId, data.call_id and data.call.callId are all the id of the call")
    func identifiers() async throws {
        let record = try await play.record(.confirmed)
        let told = try await messages(about: record.id, to: "usual", endingWith: "call.ended")
        for message in told {
            let data = message["data"]
            for id in [data["id"], data["callId"], data["call_id"], data["call"]["callId"]] {
                #expect(id.text == record.id)
            }
            #expect(data["call"]["agent"]["agentId"].text == stage.agent)
            #expect(data["event"] == message["event"])
        }
        #expect(Set(told.compactMap(\.["data"]["eventId"].text)).count == told.count)
    }

    @Test(
        "Truedy 33: an answered call is told of as started, joined and ended, one that nobody answers as started and failed"
    )
    func events() async throws {
        let expected: [(TruedyCalls, [String])] = [
            (.confirmed, ["call.started", "call.joined", "call.ended"]),
            (.ringsOut, ["call.started", "call.failed"]), (.busy, ["call.started", "call.failed"]),
            (.canceled, ["call.started", "call.ended"]),
        ]
        for (part, types) in expected {
            let record = try await play.record(part)
            let told = try await messages(about: record.id, to: "usual", endingWith: types.last ?? "")
            #expect(told.compactMap(\.["event"].text) == types, "\(part)")
            #expect(told.last?["data"]["status"] == record.last["status"])
        }
        let confirmed = try await play.record(.confirmed).id
        let everything = try await messages(about: confirmed, to: "everything", endingWith: "call.billed")
        let types = ["call.started", "call.joined", "call.ended", "call.analyzed", "call.billed"]
        #expect(everything.compactMap(\.["event"].text) == types, "To who asks for it, also that the analysis is there")
        for message in everything.suffix(2) {
            #expect(message["data"]["transcript"].values.count > 1)
            #expect(message["data"]["call"]["summary"].text?.isEmpty == false)
            #expect(message["data"]["cost_credits"] != .null)
        }
    }

    @Test("Truedy 35: entries of a transcript are by agent or contact, with text, and their times never go back")
    func transcript() async throws {
        let entries = try await play.record(.confirmed).last["transcript"].values
        #expect(Set(entries.compactMap(\.["speaker"].text)) == ["agent", "contact"])
        #expect(entries.allSatisfy { $0["text"].text?.isEmpty == false })
        let times = entries.compactMap(\.["timestamp"].number)
        #expect(times.count == entries.count && times == times.sorted())
        #expect(times.last.map { (3...60).contains($0) } == true, "Seconds since the answer: \(times)")
    }

    @Test("Truedy 36: a body that says outbound is accepted, and one that says anything else is a 422")
    func direction() async throws {
        let placed = try await other.place(stage.otherAgent, ["direction": "outbound"])
        #expect(placed.status == 201, "\(placed.text)")
        try refusal(try await other.place(stage.otherAgent, ["direction": "inbound"]), 422, "validation_error")
    }

    @Test("Truedy 37: a call that does not exist is a 404 not_found, and so is another organization's")
    func unknown() async throws {
        let theirs = try await play.record(.busy).id
        for id in ["call_01jdr3k5w2e8vt6m4q9xbn7c5h", "x", theirs] {
            for part in ["", "/transcript", "/recording"] {
                try refusal(try await other.get("/calls/\(id)\(part)"), 404, "not_found")
            }
        }
    }
}
