import Calls
import Foundation
import PhoneLab
import Testing

// What the vendor's pages say of requests that are repeated, refused or ask for lists.
extension TruedyConformance {
    /// Checks a refusal, and returns `error`.
    @discardableResult
    func refusal(
        _ reply: Server.Reply,
        _ status: Int,
        _ code: String,
        _ location: SourceLocation = #_sourceLocation
    ) throws -> JSONValue {
        #expect(reply.status == status, "\(reply.text)", sourceLocation: location)
        #expect(try reply.json["error"]["code"].text == code, sourceLocation: location)
        return try reply.json["error"]
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
