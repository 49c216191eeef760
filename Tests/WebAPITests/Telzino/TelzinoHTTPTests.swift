import Calls
import Engine
import Foundation
import Testing

@testable import WebAPI

@Suite("The Telzino door over HTTP", .timeLimit(.minutes(1)))
struct TelzinoHTTPTests {
    @Test("A call is placed by an agent's UUID in any case or its id, and shown under that agent alone")
    func place() async throws {
        try await TestServer.run { server in
            let agent = try await server.engine.agents.agent("reminder", project: Project.first).id
            let uuid = agent.uuid.uuidString
            for spelling in [uuid.lowercased(), uuid, agent.description] {
                let placed = try await server.telzino(
                    spelling,
                    #"{"to_number": "+15551230001", "callback_url": null, "colour": "red"}"#
                )
                #expect(placed.status == 202, "\(placed.text)")
                let id = try #require(try placed.json["id"] as? String)
                #expect(id == id.lowercased())
                let call = try await server.get("/telzino/v1/agents/\(spelling)/outbound-calls/\(id)")
                #expect(try call.json["agent_id"] as? String == uuid.lowercased())
                let other = try await server.get("/telzino/v1/agents/\(UUID())/outbound-calls/\(id)")
                #expect(other.status == 404)
            }
        }
    }

    @Test(
        "What is wrong with a request is told with a status and a sentence",
        arguments: [
            (#"{"to_number": "+15551230001""#, 400, "Line 1"), ("[]", 400, "expected an object"),
            ("{}", 400, "to_number"),
            (#"{"to_number": 15551230001}"#, 400, "to_number"), (#"{"to_number": "555"}"#, 400, "E.164"),
            (#"{"to_number": "+15551230001", "metadata": "x"}"#, 400, "metadata"),
            (#"{"to_number": "+15551230001", "call_context": 1}"#, 400, "call_context"),
            (#"{"to_number": "+15551230001", "callback_url": "nowhere"}"#, 400, "callback_url"),
        ]
    )
    func refusals(body: String, status: Int, words: String) async throws {
        try await TestServer.run { server in
            let answer = try await server.telzino(try await server.telzinoAgent, body)
            #expect(answer.status == status)
            let json = try answer.json
            #expect(json["statusCode"] as? Int == status)
            #expect((json["error"] as? String)?.contains(words) == true, "\(answer.text)")
            #expect(json["error"] as? String == json["message"] as? String)
        }
    }

    @Test("Identifiers that are none are 400, and things that are not there 404")
    func identifiers() async throws {
        try await TestServer.run { server in
            let body = #"{"to_number": "+15551230001"}"#
            #expect(try await server.telzino("reminder", body).status == 400, "A slug is no identifier here")
            #expect(try await server.telzino(UUID().uuidString, body).status == 404)
            let calls = "/telzino/v1/agents/\(try await server.telzinoAgent)/outbound-calls"
            #expect(try await server.get("\(calls)/17").status == 400)
            #expect(try await server.get("\(calls)/\(UUID())").status == 404)
            #expect(try await server.get("/telzino/v1/agents/\(UUID())/outbound-calls").status == 404)
            #expect(try await server.get("/telzino/v1/agents/\(UUID())/call-logs").status == 404)
            #expect(try await server.get("/telzino/v1/agents/\(UUID())").status == 404)
            #expect(try await server.get("/telzino/v1/nothing").status == 404)
            let method = try await server.post(calls, "", method: "DELETE")
            #expect(method.status == 405)
            #expect(try method.json["statusCode"] as? Int == 405)
        }
    }

    @Test("An agent that places no calls is a 400")
    func idleAgent() async throws {
        try await TestServer.run { server in
            let id = try await server.telzinoAgent
            _ = try await server.engine.agents.update("reminder", project: Project.first) { $0.status = .paused }
            let paused = try await server.telzino(id, #"{"to_number": "+15551230001"}"#)
            #expect(paused.status == 400)
            #expect(try (paused.json["message"] as? String)?.contains("paused") == true)
            _ = try await server.engine.agents.update("reminder", project: Project.first) { agent in
                agent.status = .active
                agent.numbers = []
            }
            #expect(try await server.telzino(id, #"{"to_number": "+15551230001"}"#).status == 400)
        }
    }

    @Test("A key without the scope is refused with 403, one that is none with 401")
    func access() async throws {
        try await TestServer.run { server in
            let (_, reader) = try await server.engine.keys.create(
                name: "",
                mode: .test,
                scopes: [.sessionsRead],
                project: Project.first
            )
            let path = "/telzino/v1/agents/\(try await server.telzinoAgent)/outbound-calls"
            #expect(try await server.get(path, key: reader).status == 200)
            let refused = try await server.post(path, "{}", key: reader)
            #expect(refused.status == 403)
            #expect(try refused.json["statusCode"] as? Int == 403)
            #expect(try await server.get("/telzino/v1/agents", key: reader).status == 403)
            let stranger = try await server.get(path, key: "sk_test_nobody")
            #expect(stranger.status == 401)
            #expect(stranger.headers["www-authenticate"]?.hasPrefix("Bearer") == true)
        }
    }

    @Test(
        "What a call asks of the engine: the vendor's ring timeout, no hanging up on machines, context after the prompt"
    )
    func translation() async throws {
        try await TestServer.run { server in
            let placed = try await server.telzino(
                try await server.telzinoAgent,
                #"{"to_number": "+15551230001", "call_context": "Be brief.", "metadata": {"b": 1, "a": 12345678901234567890}}"#
            )
            let id = try #require(try placed.json["id"] as? String)
            let uuid = try #require(UUID(uuidString: id))
            let call = try await server.engine.calls.call(Call.ID(uuid), project: Project.first)
            #expect(call.request.door == "telzino")
            #expect(call.ringTimeout == 45)
            #expect(call.speaker.voicemail.action == .talk)
            #expect(call.speaker.instructions.hasSuffix("Be brief."))
            #expect(call.request.metadata == #"{"b": 1, "a": 12345678901234567890}"#)
        }
    }

    @Test("Metadata counts as what is in it, however a client writes it")
    func metadataSpelling() async throws {
        try await TestServer.run { server in
            let agent = try await server.telzinoAgent
            // 5,461 letters of two bytes each; escaped they are 32,766, and with spaces between the braces even more.
            let text = String(repeating: #"\u00e9"#, count: 5461)
            let escaped = #"{"to_number": "+15551230001", "metadata": { "k" : "\#(text)" } }"#
            #expect(try await server.telzino(agent, escaped).status == 202)
            let tooMuch = String(repeating: #"\u00e9"#, count: 8189)
            let refused = try await server.telzino(
                agent,
                #"{"to_number": "+15551230001", "metadata": {"k":"\#(tooMuch)"}}"#
            )
            #expect(refused.status == 400)
        }
    }

    @Test(
        "A request that is repeated under an idempotency key makes one call and gets the same answer",
        arguments: ["Idempotency-Key", "X-Idempotency-Key"]
    )
    func idempotency(header: String) async throws {
        try await TestServer.run { server in
            let agent = try await server.telzinoAgent
            let path = "/telzino/v1/agents/\(agent)/outbound-calls"
            let body = #"{"to_number": "+15551230001"}"#
            let first = try await server.post(path, body, headers: [header: "once"])
            let second = try await server.post(path, body, headers: [header: "once"])
            #expect(first.status == 202)
            #expect(second.status == 202)
            #expect(second.text == first.text)
            #expect(second.headers["idempotent-replayed"] == "true")
            let other = try await server.post(path, #"{"to_number": "+15551230002"}"#, headers: [header: "once"])
            #expect(other.status == 409)
            #expect(try await server.get(path).json.at("pagination.total") as? Int == 1)
        }
    }

    @Test("A list's parameters are checked, a limit that is too large is brought down, unknown ones are ignored")
    func listParameters() async throws {
        try await TestServer.run { server in
            let path = "/telzino/v1/agents/\(try await server.telzinoAgent)/outbound-calls"
            for query in ["page=0", "page=one", "limit=0", "limit=-1", "status=ringing", "page=99999999999999999999"] {
                #expect(try await server.get("\(path)?\(query)").status == 400, "\(query)")
            }
            let page = try await server.get("\(path)?limit=1000&page=1000000000&sort=asc").json
            #expect(page.at("pagination.limit") as? Int == 100)
            #expect(page.at("pagination.totalPages") as? Int == 0)
            #expect((page["data"] as? [Any])?.isEmpty == true)
        }
    }
}
