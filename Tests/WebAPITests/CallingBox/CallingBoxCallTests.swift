import Calls
import Engine
import Foundation
import Testing

@testable import WebAPI

@Suite("CallingBox: calls", .timeLimit(.minutes(1)))
struct CallingBoxCallTests {
    /// Every member of a call, as the vendor's page lists them, and `answered_by` and `tools`, which its guide and its client know.
    static let members = [
        "id", "agent_id", "to_number", "from_number", "status", "direction", "persona", "instructions", "prompt",
        "context", "returns", "result", "result_status", "result_error", "language", "webhook_url", "webhook_status",
        "webhook_error", "created_at", "started_at", "answered_at", "ended_at", "updated_at", "duration_seconds",
        "billed_duration_seconds", "billing_amount_milli_cents", "reservation_status", "error_code", "error_message",
        "hangup_cause", "metadata", "answered_by", "tools",
    ]

    @Test("A call is answered with 201 and every member, and shown the same way afterwards")
    func placed() async throws {
        try await TestServer.run { server in
            let agent = try await server.boxAgent()
            let body =
                #"{"agent_id": "\#(agent.id)", "to": "+15550104477", "context": {"b": 1.50, "a": null}, "metadata": {"ref":  "R-88"}}"#
            let placed = try await server.box("POST", "/v1/calls", body)
            #expect(placed.status == 201, "\(placed.text)")
            let call = try placed.json
            #expect(Set(call.allKeys.compactMap { $0 as? String }) == Set(Self.members))
            #expect(call["agent_id"] as? String == agent.id)
            #expect(call["to_number"] as? String == "+15550104477")
            #expect(call["from_number"] as? String == "+15550100000")
            #expect(call["status"] as? String == "queued")
            #expect(call["direction"] as? String == "outbound")
            #expect(call["persona"] as? String == "You are Ada.")
            #expect(call["instructions"] as? String == "Ask for the time.")
            #expect(call["prompt"] as? String == "You are Ada.\n\nAsk for the time.")
            #expect(call["reservation_status"] as? String == "reserved")
            #expect(call["result_status"] as? String == "pending")
            #expect(call["webhook_status"] as? String == "none")
            #expect(placed.text.contains(#""context":{"b": 1.50, "a": null}"#))
            #expect(placed.text.contains(#""metadata":{"ref":  "R-88"}"#))
            let id = try #require(call["id"] as? String)
            #expect(UUID(uuidString: id) != nil && id == id.lowercased())

            try await server.boxEnd(of: id)
            let ended = try await server.box("GET", "/v1/calls/\(id.uppercased())").json
            #expect(Set(ended.allKeys.compactMap { $0 as? String }) == Set(Self.members))
            #expect(ended["status"] as? String == "completed")
            #expect(ended["answered_by"] as? String == "human")
            #expect(ended["hangup_cause"] as? String == "normal_clearing")
            #expect(ended["error_code"] is NSNull && ended["error_message"] is NSNull)
            for (earlier, later) in [
                ("created_at", "started_at"), ("started_at", "answered_at"), ("answered_at", "ended_at"),
                ("ended_at", "updated_at"),
            ] {
                let times = try [earlier, later].map { try #require(ended[$0] as? String, "\($0)") }
                #expect(times[0] <= times[1], "\(earlier), \(later)")
            }
            #expect(ended["duration_seconds"] as? Int != nil)
            #expect(ended["billed_duration_seconds"] as? Int != nil)
        }
    }

    @Test(
        "What belongs to the agent is refused for a call that names one",
        arguments: [
            "persona", "voice", "language", "returns", "tools", "voicemail_action", "prompt",
        ]
    )
    func ofTheAgent(field: String) async throws {
        try await TestServer.run { server in
            let agent = try await server.boxAgent()
            let answer = try await server.box(
                "POST",
                "/v1/calls",
                #"{"agent_id": "\#(agent.id)", "to": "+15550104477", "\#(field)": "x"}"#
            )
            #expect(answer.status == 400)
            #expect(
                try answer.json["error"] as? String == "\(field) is not accepted on POST /v1/calls; set it on the agent"
            )
        }
    }

    @Test(
        "A body that is wrong is a 400 with a sentence that names the member",
        arguments: [
            (#"{"to": "5550104477"}"#, "to: "), (#"{}"#, "to is required"), (#"{"to": 5}"#, "to: "), ("[]", "Line 1"),
            (#"{"to": "+15550104477", "context": []}"#, "context: "),
            (#"{"to": "+15550104477", "metadata": "x"}"#, "metadata: "),
            (#"{"to": "+15550104477", "from_number": "1"}"#, "from_number: "),
            (#"{"to": "+15550104477", "webhook_url": "ftp://example.com"}"#, "webhook_url: "),
            (#"{"to": "+15550104477", "from_number": "+15550109999"}"#, "from_number: "),
        ]
    )
    func wrong(body: String, beginning: String) async throws {
        try await TestServer.run { server in
            let agent = try await server.boxAgent()
            let named = body.replacingOccurrences(of: "{\"to", with: "{\"agent_id\": \"\(agent.id)\", \"to")
            let answer = try await server.box("POST", "/v1/calls", named)
            #expect(answer.status == 400)
            let sentence = try #require(try answer.json["error"] as? String)
            #expect(sentence.hasPrefix(beginning), "\(sentence)")
            #expect(try await server.box("GET", "/v1/calls").text == "[]")
        }
    }

    @Test("An agent that does not exist, or is put away, is a 404; one that is inbound or has no number a 400")
    func wrongAgent() async throws {
        try await TestServer.run { server in
            func place(_ agent: String) async throws -> TestServer.Answer {
                try await server.box("POST", "/v1/calls", #"{"agent_id": "\#(agent)", "to": "+15550104477"}"#)
            }
            let nobody = "0d9b1f6e-0000-7000-8000-000000000000"
            #expect(try await place(nobody).status == 404)
            #expect(try await place(nobody).json["error"] as? String == "agent \(nobody) not found")
            #expect(try await place("reminder").status == 404)
            let inbound = try await server.boxAgent(#""type": "inbound""#)
            #expect(try await place(inbound.id).status == 400)
            let bare = try await server.boxAgent(numbers: false)
            #expect(try await place(bare.id).status == 400)
            let gone = try await server.boxAgent()
            #expect(try await server.box("DELETE", "/v1/agents/\(gone.id)").status == 200)
            #expect(try await place(gone.id).status == 404)
        }
    }

    @Test("Without an agent the default one speaks, changed for this call; the record names none")
    func agentless() async throws {
        try await TestServer.run { server in
            let body = """
                {"to": "+15550104477", "prompt": "Say hello.", "returns": {"ok": "boolean"}, "language": "de-DE",
                 "voicemail_action": "leave_message", "tools": [{"name": "lookup"}], "context": {"guest": "Ana"}}
                """
            let refused = try await server.box("POST", "/v1/calls", body)
            #expect(refused.status == 400)
            #expect(try (refused.json["error"] as? String)?.hasPrefix("agent_id is required") == true)

            let agent = try await server.boxAgent(name: "Default")
            let call = try await server.box("POST", "/v1/calls", body).json
            #expect(call["agent_id"] is NSNull)
            #expect(call["instructions"] as? String == "Say hello.")
            #expect(call["prompt"] as? String == "You are Ada.\n\nSay hello.")
            #expect(call["returns"] as? NSDictionary == ["ok": "boolean"])
            #expect(call["language"] as? String == "de-DE")
            #expect(call["tools"] as? [NSDictionary] == [["name": "lookup"]])
            #expect(call["from_number"] as? String == "+15550100000")

            // The agent itself is as it was.
            let shown = try await server.box("GET", "/v1/agents/\(agent.id)").json
            #expect(shown["instructions"] as? String == "Ask for the time.")
            #expect(shown["language"] as? String == "en-US")
        }
    }

    @Test("An Idempotency-Key makes one call; another request under it is a conflict")
    func idempotent() async throws {
        try await TestServer.run { server in
            let agent = try await server.boxAgent()
            let body = #"{"agent_id": "\#(agent.id)", "to": "+15550104477"}"#
            let first = try await server.box("POST", "/v1/calls", body, headers: ["Idempotency-Key": "k"])
            let again = try await server.box("POST", "/v1/calls", body, headers: ["Idempotency-Key": "k"])
            #expect(first.status == 201 && again.status == 201)
            #expect(first.body == again.body)
            #expect(again.headers["idempotent-replayed"] == "true")
            let other = try await server.box("POST", "/v1/calls", body + " ", headers: ["Idempotency-Key": "k"])
            #expect(other.status == 409)
        }
    }

    @Test("The list is an array; with any parameter of pages it is a page, turned both ways")
    func pages() async throws {
        try await TestServer.run { server in
            let agent = try await server.boxAgent()
            var ids: [String] = []
            for _ in 0..<5 {
                let body = #"{"agent_id": "\#(agent.id)", "to": "+15550104477"}"#
                ids.insert(try #require(try await server.box("POST", "/v1/calls", body).json["id"] as? String), at: 0)
            }
            let all = try await server.box("GET", "/v1/calls")
            let listed = try #require(try JSONSerialization.jsonObject(with: all.body) as? [NSDictionary])
            #expect(listed.map { $0["id"] as? String } == ids)

            func page(_ query: String) async throws -> (ids: [String], hasMore: Bool) {
                let answer = try await server.box("GET", "/v1/calls?\(query)")
                let json = try answer.json
                let data = try #require(json["data"] as? [NSDictionary], "\(answer.text)")
                return (data.compactMap { $0["id"] as? String }, try #require(json["has_more"] as? Bool))
            }
            #expect(try await page("limit=2") == (Array(ids[..<2]), true))
            #expect(try await page("limit=2&starting_after=\(ids[1])") == (Array(ids[2..<4]), true))
            #expect(try await page("limit=2&starting_after=\(ids[3])") == (Array(ids[4...]), false))
            #expect(try await page("ending_before=\(ids[4])") == (Array(ids[..<4]), false))
            #expect(try await page("limit=2&ending_before=\(ids[4])") == (Array(ids[2..<4]), true))
            for wrong in [
                "limit=0", "limit=101", "starting_after=x", "starting_after=0d9b1f6e-0000-7000-8000-000000000000",
                "starting_after=\(ids[0])&ending_before=\(ids[1])", "page=2",
            ] {
                #expect(try await server.box("GET", "/v1/calls?\(wrong)").status == 400, "\(wrong)")
            }
        }
    }

    @Test("What was said is listed in order, with the role of who said it and times from the answer on")
    func transcript() async throws {
        try await TestServer.run { server in
            let agent = try await server.boxAgent()
            let body = #"{"agent_id": "\#(agent.id)", "to": "+15550104477"}"#
            let id = try #require(try await server.box("POST", "/v1/calls", body).json["id"] as? String)
            try await server.boxEnd(of: id)
            let call = try await server.box("GET", "/v1/calls/\(id)").json
            let transcript = try await server.box("GET", "/v1/calls/\(id)/transcript").json
            #expect(transcript["call_id"] as? String == id)
            let segments = try #require(transcript["segments"] as? [NSDictionary])
            #expect(segments.map { $0["sequence_no"] as? Int } == [0, 1])
            #expect(segments.map { $0["role"] as? String } == ["assistant", "user"])
            #expect(segments.map { $0["source"] as? String } == ["tts", "asr"])
            #expect(segments.map { $0["text"] as? String } == ["Hello.", "yes"])
            #expect(segments.map { $0["duration_ms"] as? Int } == [600, 300])
            #expect(segments[0]["started_at"] as? String == call["answered_at"] as? String)

            let unknown = "0d9b1f6e-0000-7000-8000-000000000000"
            for path in ["/v1/calls/\(unknown)", "/v1/calls/\(unknown)/transcript"] {
                let answer = try await server.box("GET", path)
                #expect(answer.status == 404)
                #expect(try answer.json["error"] as? String == "call \(unknown) not found")
            }
            #expect(
                try await server.box("GET", "/v1/calls/nonsense").json["error"] as? String == "call nonsense not found"
            )
        }
    }

    @Test("Errors of every kind have the vendor's one shape")
    func errors() async throws {
        try await TestServer.run { server in
            for (answer, status) in [
                (try await server.box("GET", "/v1/calls", key: "sk_test_nobody"), 401),
                (try await server.box("GET", "/v1/nothing"), 404),
                (try await server.box("PUT", "/v1/calls"), 405),
                (try await server.box("POST", "/v1/calls", "{"), 400),
            ] {
                #expect(answer.status == status)
                #expect(try answer.json.allKeys as? [String] == ["error"])
                #expect(try (answer.json["error"] as? String)?.isEmpty == false)
            }
        }
    }
}
