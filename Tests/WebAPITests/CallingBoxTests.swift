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

@Suite("CallingBox: words", .timeLimit(.minutes(1)))
struct CallingBoxWordTests {
    @Test(
        "Every reason for which a call ends has a final status, and a sentence if it failed",
        arguments: EndReason.allCases
    )
    func endings(reason: EndReason) throws {
        let ending = CallingBoxEnding(reason)
        #expect([.completed, .noAnswer, .busy, .canceled, .failed].contains(ending.status))
        #expect((ending.message != nil) == (ending.status == .failed || reason == .expired))
        // A completed call was a conversation that is paid for.
        #expect((ending.status == .completed) == (reason.status == .completed && reason.faultOwner != .us))
    }

    @Test("A machine is nobody: no answer, but told apart")
    func machine() async throws {
        try await TestServer.run { server in
            let agent = try await server.boxAgent(#""type": "outbound", "returns": {"ok": "boolean"}"#)
            let body = #"{"agent_id": "\#(agent.id)", "to": "+15550104477"}"#
            let id = try #require(try await server.box("POST", "/v1/calls", body).json["id"] as? String)
            var call = try await server.engine.calls.call(#require(Call.ID(spelled: id)), project: Project.first)
            let now = call.createdAt + 20
            call.lifecycle = CallLifecycle(
                state: .ended(CallLifecycle.Ending(reason: .voicemail, answeredAt: now - 3, at: now))
            )
            call.reached = .machine
            call.reservation?.status = .released
            let data = try WireEncoder().data(CallingBoxCall(call))
            let document = try #require(try JSONSerialization.jsonObject(with: data) as? NSDictionary)
            #expect(document["status"] as? String == "no_answer")
            #expect(document["answered_by"] as? String == "machine")
            #expect(document["result_status"] as? String == "pending")
            #expect(document["result"] as? NSDictionary == ["ok": NSNull()])
            #expect(document["reservation_status"] as? String == "released")
            #expect(document["billing_amount_milli_cents"] as? Int == 0)
            let ended = CallEvent.ended(call, at: now)
            #expect(CallingBoxWebhook().types(of: ended, isRepeated: false, for: .inline) == ["call.no_answer"])
        }
    }

    @Test("CallingBox 27: the signature is the vendor's: HMAC-SHA256 with the whole secret over time, dot and body")
    func signature() throws {
        let now = Date(timeIntervalSince1970: 1_700_000_000)
        let delivery = WebhookDelivery(
            id: WebhookDelivery.ID(bornAt: now),
            project: Project.first,
            call: Call.ID(bornAt: now),
            event: nil,
            door: CallingBoxDialect.name,
            type: "call.completed",
            url: "https://example.com",
            body: #"{"a":1}"#,
            createdAt: now,
            nextAt: now
        )
        let headers = try CallingBoxWebhook().headers(of: delivery, secrets: ["whsec_abc", "whsec_old"], at: now)
        let signature = try #require(headers.first { $0.name == "CallingBox-Signature" }?.value)
        let parts = signature.split(separator: ",")
        #expect(
            parts.prefix(2) == [
                "t=1700000000", "v1=3b843bacfb18cc5554542fdcc84d815b399c52758e508a6fcecf0a2af4efea2b",
            ]
        )
        #expect(parts.count == 3)
    }
}

@Suite("CallingBox: webhook endpoints", .timeLimit(.minutes(1)))
struct CallingBoxEndpointTests {
    @Test("An endpoint is made, shown, changed and removed; what is wrong is refused; other doors' are not there")
    func life() async throws {
        try await TestServer.run { server in
            let path = "/v1/webhook_endpoints"
            let made = try await server.box("POST", path, #"{"url": "https://example.com/a", "description": "A"}"#)
            #expect(made.status == 201, "\(made.text)")
            let id = try #require(try made.json["id"] as? String)
            #expect(try made.json["enabled_events"] as? [String] == ["*"])
            #expect(try (made.json["signing_secret"] as? String)?.hasPrefix("whsec_") == true)
            #expect(made.headers["cache-control"] == "no-store")
            let changed = try await server.box(
                "PATCH",
                "\(path)/\(id)",
                #"{"url": "https://example.com/b", "description": null, "enabled_events": ["call.busy"], "status": "disabled"}"#
            ).json
            #expect(changed["url"] as? String == "https://example.com/b")
            #expect(changed["description"] is NSNull)
            #expect(changed["enabled_events"] as? [String] == ["call.busy"])
            #expect(changed["status"] as? String == "disabled")
            #expect(changed["signing_secret"] == nil)
            for (method, body, beginning) in [
                ("POST", "{}", "url is required"), ("POST", #"{"url": "ftp://example.com"}"#, "url: "),
                ("POST", #"{"url": "https://example.com", "enabled_events": ["call.ended"]}"#, "enabled_events: "),
                ("PATCH", #"{"status": "on"}"#, "status: "), ("PATCH", #"{"enabled_events": []}"#, "enabled_events: "),
            ] {
                let answer = try await server.box(method, method == "POST" ? path : "\(path)/\(id)", body)
                #expect(answer.status == 400)
                let sentence = try #require(try answer.json["error"] as? String)
                #expect(sentence.hasPrefix(beginning), "\(sentence)")
            }
            let foreign = try await server.engine.webhooks.createEndpoint(
                .init(door: NativeDialect.name, url: "https://example.com/native"),
                project: Project.first
            ).endpoint
            #expect(try await server.box("GET", "\(path)/\(foreign.id.uuidText)").status == 404)
            #expect((try await server.box("GET", path).json["data"] as? [NSDictionary])?.count == 1)

            let deleted = try await server.box("DELETE", "\(path)/\(id)")
            #expect(deleted.status == 200)
            #expect(try deleted.json["id"] as? String == id)
            let gone = try await server.box("DELETE", "\(path)/\(id)")
            #expect(gone.status == 404)
            #expect(try gone.json["error"] as? String == "webhook endpoint \(id) not found")
        }
    }

    @Test("Deliveries are found by endpoint, call and status")
    func deliveries() async throws {
        try await TestServer.run { server in
            let path = "/v1/webhook_deliveries"
            for query in ["limit=0", "limit=201", "status=done", "call_id=x", "page=1"] {
                #expect(try await server.box("GET", "\(path)?\(query)").status == 400, "\(query)")
            }
            // The page of metrics takes no POST: every try fails.
            let body = #"{"url": "\#(server.base)/metrics", "enabled_events": ["call.queued"]}"#
            let endpoint = try #require(
                try await server.box("POST", "/v1/webhook_endpoints", body).json["id"] as? String
            )
            let agent = try await server.boxAgent()
            let call = #"{"agent_id": "\#(agent.id)", "to": "+15550104477"}"#
            let id = try #require(try await server.box("POST", "/v1/calls", call).json["id"] as? String)
            var found: [NSDictionary] = []
            while found.first?["last_error"] as? String == nil {
                let query = "endpoint_id=\(endpoint)&call_id=\(id)&status=pending&limit=5"
                found = try await server.box("GET", "\(path)?\(query)").json["data"] as? [NSDictionary] ?? []
            }
            #expect(found.count == 1)
            #expect(found[0]["event_type"] as? String == "call.queued")
            #expect(found[0]["attempt_count"] as? Int == 1)
            #expect(found[0]["last_response_status"] as? Int == 405)
            let delivery = try #require(found[0]["id"] as? String)
            #expect(try await server.box("GET", "\(path)/\(delivery)").json["call_id"] as? String == id)
            #expect(
                (try await server.box("GET", "\(path)?status=exhausted").json["data"] as? [NSDictionary])?.isEmpty
                    == true
            )
            let again = try await server.box("POST", "\(path)/\(delivery)/redeliver")
            #expect(again.status == 200)
            #expect(try again.json["manual_retry_count"] as? Int == 1)
            #expect(try await server.box("POST", "\(path)/\(id)/redeliver").status == 404)
        }
    }
}

extension TestServer {
    /// Asks the CallingBox door.
    func box(
        _ method: String,
        _ path: String,
        _ body: String? = nil,
        key: String? = nil,
        headers: [String: String] = [:]
    ) async throws -> Answer {
        if let body {
            return try await post("/callingbox" + path, body, key: key, method: method, headers: headers)
        }
        return try await send(request(method, "/callingbox" + path, key: key))
    }

    /// Makes an agent that goes by instructions; `members` adds to it. It has the number of the sample agent unless it is to have none.
    func boxAgent(
        _ members: String = #""type": "outbound""#,
        name: String = "Ada",
        numbers: Bool = true
    ) async throws -> (id: String, json: NSDictionary) {
        let owned = try await box("GET", "/v1/numbers").list
        let number = try #require(owned.first { $0["e164"] as? String == "+15550100000" }?["id"] as? String)
        let answer = try await box(
            "POST",
            "/v1/agents",
            """
            {"name": "\(name)", \(members), "persona": "You are Ada.", "instructions": "Ask for the time.",
             "number_ids": [\(numbers && members.contains("outbound") ? "\"\(number)\"" : "")]}
            """
        )
        try #require(answer.status == 201, "\(answer.text)")
        return (try #require(try answer.json["id"] as? String), try answer.json)
    }

    /// Lets the conversation of the call take place, and waits for its end.
    func boxEnd(of id: String) async throws {
        conversations.goOn.continuation.yield()
        let call = try #require(UUID(uuidString: id).map { Call.ID($0) })
        for await _ in try await engine.calls.events(call, after: 0, project: Project.first) {}
    }
}

extension TestServer.Answer {
    /// The body as an array of objects.
    var list: [NSDictionary] {
        get throws { try #require(try JSONSerialization.jsonObject(with: body) as? [NSDictionary], "\(text)") }
    }
}
