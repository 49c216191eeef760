import Calls
import Foundation
import Testing

// What the vendor's pages say of requests, lists and logs.
extension TelzinoConformance {
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
}
