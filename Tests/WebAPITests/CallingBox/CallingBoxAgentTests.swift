import Foundation
import Testing

@Suite("CallingBox: agents and numbers", .timeLimit(.minutes(1)))
struct CallingBoxAgentTests {
    @Test("An agent is made, shown, changed member by member and put away")
    func life() async throws {
        try await TestServer.run { server in
            let body = """
                {"name": "Front Desk", "type": "outbound", "persona": "You are Ada.", "instructions": "Ask.", "voice": "aurora",
                 "language": "en-GB", "returns": {"ok": "boolean"}, "tools": [{"name": "lookup"}],
                 "webhook_url": "https://example.com/hook", "voicemail_action": "leave_message"}
                """
            let made = try await server.box("POST", "/v1/agents", body)
            #expect(made.status == 201, "\(made.text)")
            let agent = try made.json
            let id = try #require(agent["id"] as? String)
            #expect(UUID(uuidString: id) != nil)
            #expect(agent["voice"] as? String == "aurora")
            #expect(agent["tools"] as? [NSDictionary] == [["name": "lookup"]])
            #expect(agent["voicemail_action"] as? String == "leave_message")
            #expect(agent["numbers"] as? [NSDictionary] == [])
            #expect(agent["archived_at"] is NSNull)

            let changed = try await server.box(
                "PATCH",
                "/v1/agents/\(id)",
                #"{"instructions": "Tell.", "webhook_url": null, "returns": null, "voice": null, "type": "outbound"}"#
            ).json
            #expect(changed["instructions"] as? String == "Tell.")
            #expect(changed["persona"] as? String == "You are Ada.")
            #expect(changed["webhook_url"] is NSNull && changed["returns"] is NSNull)
            #expect(changed["voice"] as? String == "slt")
            #expect(changed["language"] as? String == "en-GB")
            #expect(try await server.box("PATCH", "/v1/agents/\(id)", #"{"type": "inbound"}"#).status == 400)
            #expect(try await server.box("PATCH", "/v1/agents/\(id)", #"{"name": " "}"#).status == 400)
            #expect(try await server.box("PATCH", "/v1/agents/\(id)", #"{"webhook_url": "x"}"#).status == 400)

            let listed = try await server.box("GET", "/v1/agents").json["data"] as? [NSDictionary]
            #expect(listed?.contains { $0["id"] as? String == id } == true)
            let archived = try await server.box("DELETE", "/v1/agents/\(id)")
            #expect(archived.status == 200)
            #expect(try archived.json["archived_at"] is String)
            let left = try await server.box("GET", "/v1/agents").json["data"] as? [NSDictionary]
            #expect(left?.contains { $0["id"] as? String == id } == false)
            #expect(try await server.box("GET", "/v1/agents/\(id)").json["archived_at"] is String)
            for method in ["PATCH", "DELETE"] {
                let answer = try await server.box(method, "/v1/agents/\(id)", "{}")
                #expect(answer.status == 404)
                #expect(try answer.json["error"] as? String == "agent \(id) not found")
            }
        }
    }

    @Test(
        "An agent that cannot be is refused and nothing is stored",
        arguments: [
            (#"{"type": "outbound"}"#, "name is required"), (#"{"name": "A"}"#, "type is required"),
            (#"{"name": "A", "type": "both"}"#, "type: "),
            (#"{"name": "A", "type": "outbound", "returns": []}"#, "returns: "),
            (#"{"name": "A", "type": "outbound", "tools": {}}"#, "tools: "),
            (#"{"name": "A", "type": "outbound", "voicemail_action": "talk"}"#, "voicemail_action: "),
            (#"{"name": "A", "type": "outbound", "number_ids": ["x"]}"#, "number_ids: "),
            (#"{"name": "A", "type": "outbound", "webhook_url": "ftp://x"}"#, "webhook_url: "),
        ]
    )
    func refused(body: String, beginning: String) async throws {
        try await TestServer.run { server in
            let answer = try await server.box("POST", "/v1/agents", body)
            #expect(answer.status == 400)
            let sentence = try #require(try answer.json["error"] as? String)
            #expect(sentence.hasPrefix(beginning), "\(sentence)")
            #expect((try await server.box("GET", "/v1/agents").json["data"] as? [NSDictionary])?.count == 1)
        }
    }

    @Test("Seventeen tools are too many")
    func tools() async throws {
        try await TestServer.run { server in
            let tools = Array(repeating: "{}", count: 17).joined(separator: ",")
            let body = #"{"name": "A", "type": "outbound", "tools": [\#(tools)]}"#
            let answer = try await server.box("POST", "/v1/agents", body)
            #expect(answer.status == 400)
        }
    }

    @Test("Numbers come from the operator's pool, are attached, made primary and detached")
    func numbers() async throws {
        try await TestServer.run(numberPool: ["+15550107701", "+15550107702", "+442079460018"]) { server in
            let offered = try await server.box("GET", "/v1/numbers/available?country_code=US&area_code=555").list
            #expect(offered.map { $0["phone_number"] as? String } == ["+15550107701", "+15550107702"])
            #expect(try await server.box("GET", "/v1/numbers/available?country_code=GB&limit=5").list.count == 3)
            #expect(try await server.box("GET", "/v1/numbers/available?number_type=toll_free").list.isEmpty)

            var ids: [String] = []
            for number in ["+15550107701", "+15550107702"] {
                let bought = try await server.box("POST", "/v1/numbers/purchase", #"{"phone_number": "\#(number)"}"#)
                #expect(bought.status == 201)
                #expect(try bought.json["e164"] as? String == number)
                #expect(try bought.json["status"] as? String == "active")
                ids.append(try #require(try bought.json["id"] as? String))
            }
            let again = try await server.box("POST", "/v1/numbers/purchase", #"{"phone_number": "+15550107701"}"#)
            #expect(again.status == 400)
            #expect(try await server.box("GET", "/v1/numbers/available").list.count == 1)

            let all = try await server.box("GET", "/v1/numbers").list
            #expect(all.prefix(2).map { $0["id"] as? String } == ids.reversed())
            let page = try await server.box("GET", "/v1/numbers?limit=1&starting_after=\(ids[1])").json
            #expect((page["data"] as? [NSDictionary])?.first?["id"] as? String == ids[0])
            #expect(page["has_more"] as? Bool == true)
            let back = try await server.box("GET", "/v1/numbers?limit=1&ending_before=\(ids[0])").json
            #expect((back["data"] as? [NSDictionary])?.first?["id"] as? String == ids[1])
            #expect(back["has_more"] as? Bool == false)

            let agent = try await server.boxAgent(numbers: false)
            let path = "/v1/agents/\(agent.id)"
            let one = try await server.box("POST", "\(path)/numbers", #"{"number_id": "\#(ids[0])"}"#).json
            #expect(one["primary_number_id"] as? String == ids[0])
            let two = try await server.box("POST", "\(path)/numbers", #"{"number_id": "\#(ids[1])"}"#).json
            #expect(two["primary_number_id"] as? String == ids[0])
            #expect((two["numbers"] as? [NSDictionary])?.map { $0["id"] as? String } == ids)
            #expect((two["numbers"] as? [NSDictionary])?.first?["outbound_agent_ids"] as? [String] == [agent.id])
            let turned = try await server.box("PUT", "\(path)/primary-number", #"{"number_id": "\#(ids[1])"}"#)
            #expect(turned.status == 200)
            #expect(try turned.json["primary_number_id"] as? String == ids[1])
            let less = try await server.box("DELETE", "\(path)/numbers/\(ids[1])")
            #expect(less.status == 200)
            #expect(try less.json["primary_number_id"] as? String == ids[0])
            let unknown = try await server.box("DELETE", "\(path)/numbers/\(agent.id)")
            #expect(unknown.status == 404)
            #expect(try unknown.json["error"] as? String == "number \(agent.id) not found")

            let both = try await server.box(
                "POST",
                "/v1/agents",
                #"{"name": "B", "type": "outbound", "number_ids": ["\#(ids[0])", "\#(ids[1])"], "primary_number_id": "\#(ids[1])"}"#
            ).json
            #expect(both["primary_number_id"] as? String == ids[1])
            #expect((both["numbers"] as? [NSDictionary])?.count == 2)
        }
    }

    @Test("A number is answered by one inbound agent at most")
    func inbound() async throws {
        try await TestServer.run(numberPool: ["+15550107701"]) { server in
            let bought = try await server.box("POST", "/v1/numbers/purchase", #"{"phone_number": "+15550107701"}"#)
            let id = try #require(try bought.json["id"] as? String)
            let body = #"{"name": "In", "type": "inbound", "number_ids": ["\#(id)"]}"#
            let first = try await server.box("POST", "/v1/agents", body)
            #expect(first.status == 201)
            let shown = try await server.box("GET", "/v1/numbers").list.first { $0["id"] as? String == id }
            #expect(try shown?["inbound_agent_id"] as? String == first.json["id"] as? String)
            #expect(try await server.box("POST", "/v1/agents", body).status == 400)
        }
    }
}
