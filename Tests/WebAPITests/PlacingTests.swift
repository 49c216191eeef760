import Calls
import Engine
import Foundation
import Testing

@testable import WebAPI

@Suite("Placing a call", .timeLimit(.minutes(1)))
struct PlacingTests {
    @Test("A placed call is answered with 201, its place, and a document with every member")
    func place() async throws {
        try await TestServer.run { server in
            let answer = try await server.post("/v1/calls", #"{"agent": "reminder", "to": "+15551230001"}"#)
            #expect(answer.status == 201)
            let call = try answer.json
            let id = try #require(call["id"] as? String)
            #expect(id.hasPrefix("call_"))
            #expect(answer.headers["location"] == "/v1/calls/\(id)")
            #expect(call["status"] as? String == "queued")
            #expect(call["to"] as? String == "+15551230001")
            #expect(call["from"] as? String == "+15550100000")
            #expect(call.at("agent.slug") as? String == "reminder")
            #expect(call["dial_certainty"] as? String == "not_sent")
            for unset in [
                "end_reason", "fault_owner", "retryable", "metadata", "callback_url", "scheduled_for", "expires_at",
                "answered_at", "ended_at", "duration", "summary", "recording_url",
            ] {
                #expect(call[unset] is NSNull, "\(unset)")
            }
            let created = try #require(call["created_at"] as? String)
            #expect(created.wholeMatch(of: /\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z/) != nil)
        }
    }

    @Test("What the numbering plans say of the number stands beside it, and refuses nothing")
    func advice() async throws {
        try await TestServer.run { server in
            for (number, region, type, valid) in [
                ("+442079460000", "GB", "fixed_line", true), ("+15551230001", nil, "unknown", false),
            ] {
                let answer = try await server.post("/v1/calls", #"{"agent": "reminder", "to": "\#(number)"}"#)
                #expect(answer.status == 201)
                let call = try answer.json
                #expect(call.at("to_advice.region") as? String == region)
                #expect(call.at("to_advice.type") as? String == type)
                #expect(call.at("to_advice.valid") as? Bool == valid)
                #expect(call.at("to_advice.possible") as? Bool == true)
            }
        }
    }

    @Test("Metadata comes back byte for byte, spaces, order, big numbers and all")
    func metadata() async throws {
        let metadata = #"{"z": 1.0,  "a":[1e2, 12345678901234567890],"tab":"\u0009é","verbatim-x;":"}"}"#
        try await TestServer.run { server in
            let id = try await server.place(#""metadata": \#(metadata)"#)
            let shown = try await server.get("/v1/calls/\(id)")
            #expect(shown.text.contains("\"metadata\":\(metadata),"))
            let listed = try await server.get("/v1/calls")
            #expect(listed.text.contains("\"metadata\":\(metadata),"))
        }
    }

    @Test("Variables and fields keep their own names")
    func names() async throws {
        try await TestServer.run { server in
            let id = try await server.place(#""variables": {"firstName": "Ada", "nested": {"aB": 1}}"#)
            let shown = try await server.get("/v1/calls/\(id)").text
            #expect(shown.contains(#""variables":{"firstName":"Ada","nested":{"aB":1}}"#))
        }
    }

    @Test(
        "What cannot be accepted is refused with a stable code, the field and what is accepted",
        arguments: [
            (#"{"agent": "reminder"}"#, 422, "missing_field", "to", "required"),
            (#"{"to": "+15551230001"}"#, 422, "missing_field", "agent", "required"),
            (#"{"agent": "reminder", "to": "555-1234"}"#, 422, "invalid_field", "to", "E.164"),
            (#"{"agent": "reminder", "to": 15551230001}"#, 422, "invalid_field", "to", "string"),
            (#"{"agent": "nobody", "to": "+15551230001"}"#, 404, "agent_not_found", "agent", "nobody"),
            (#"{"agent": "reminder", "to": "+15551230001", "fro": "x"}"#, 422, "unknown_field", "fro", "from"),
            (
                #"{"agent": "reminder", "to": "+15551230001", "to": "+15551230002"}"#, 422, "invalid_field", "to",
                "twice"
            ),
            (
                #"{"agent": "reminder", "to": "+15551230001", "from": "+15559999999"}"#, 422, "number_not_attached",
                "from",
                "+15550100000"
            ),
            (
                #"{"agent": "reminder", "to": "+15551230001", "ring_timeout": 1}"#, 422, "invalid_field",
                "ring_timeout",
                "5 to 120"
            ),
            (
                #"{"agent": "reminder", "to": "+15551230001", "metadata": [1]}"#, 422, "invalid_field", "metadata",
                "object"
            ),
            (
                #"{"agent": "reminder", "to": "+15551230001", "scheduled_for": "tomorrow"}"#, 422, "invalid_field",
                "scheduled_for", "2026-06-11T12:50:00Z"
            ),
            (
                #"{"agent": "reminder", "to": "+15551230001", "faults": {"llm_error": "some"}}"#, 422, "invalid_field",
                "faults.llm_error", "first"
            ),
            (
                #"{"agent": "reminder", "to": "+15551230001", "faults": {"rtp_loss_pct": 101}}"#, 422, "invalid_field",
                "faults.rtp_loss_pct", "100"
            ),
            (
                #"{"agent": "reminder", "to": "+15551230001", "faults": {"llm_eror": "all"}}"#, 422, "unknown_field",
                "faults.llm_eror", "llm_error"
            ),
        ]
    )
    func refused(body: String, status: Int, code: String, param: String, words: String) async throws {
        try await TestServer.run { server in
            let answer = try await server.post("/v1/calls", body)
            #expect(answer.status == status)
            #expect(answer.code == code)
            #expect(answer.param == param)
            #expect(answer.message?.contains(words) == true, "\(answer.text)")
        }
    }

    @Test("What is to go wrong in a test call is shown with it, and refused in a live one")
    func faults() async throws {
        let faults = #"{"llm_first_token_ms":1800,"tts_error":"first","rtp_loss_pct":2.5}"#
        try await TestServer.run { server in
            let shown = try await server.get("/v1/calls/\(try await server.place(#""faults": \#(faults)"#))").json
            #expect(shown.at("faults.llm_first_token_ms") as? Int == 1800)
            #expect(shown.at("faults.tts_error") as? String == "first")
            #expect(shown.at("faults.rtp_loss_pct") as? Double == 2.5)
            let (_, live) = try await server.engine.keys.create(name: "live", mode: .live, project: Project.first)
            let body = #"{"agent": "reminder", "to": "+15551230001", "faults": \#(faults)}"#
            let answer = try await server.post("/v1/calls", body, key: live)
            #expect(answer.status == 422)
            #expect(answer.code == "invalid_field" && answer.param == "faults")
        }
    }

    @Test("Broken JSON is refused with the line and the column")
    func malformed() async throws {
        try await TestServer.run { server in
            let answer = try await server.post("/v1/calls", "{\n  \"agent\": \"reminder\",\n  \"to\" \"x\"\n}")
            #expect(answer.status == 400)
            #expect(answer.code == "malformed_json")
            #expect(answer.message == "Line 3, column 8: expected ':' after the member name")
        }
    }

    @Test("A body that is too large is refused before it is read whole")
    func tooLarge() async throws {
        try await TestServer.run { server in
            let body = #"{"agent": "\#(String(repeating: "x", count: 1_100_000))"}"#
            let answer = try await server.post("/v1/calls", body)
            #expect(answer.status == 413)
            #expect(answer.code == "body_too_large")
        }
    }

    @Test("Metadata has a limit")
    func metadataLimit() async throws {
        try await TestServer.run { server in
            let text = String(repeating: "x", count: 17_000)
            let answer = try await server.post(
                "/v1/calls",
                #"{"agent": "reminder", "to": "+15551230001", "metadata": {"a": "\#(text)"}}"#
            )
            #expect(answer.param == "metadata")
        }
    }

    @Test("What fills an agent's words has a limit at every door, and so has what it says")
    func spokenLimit() async throws {
        try await TestServer.run { server in
            let (value, text) = (String(repeating: "x", count: 17_000), String(repeating: "x", count: 33_000))
            let telzino = try await server.engine.agents.agent("reminder", project: Project.first).id
            for (path, body, field) in [
                (
                    "/v1/calls", #"{"agent": "reminder", "to": "+15551230001", "variables": {"a": "\#(value)"}}"#,
                    "variables"
                ),
                ("/v1/calls", #"{"agent": "reminder", "to": "+15551230001", "greeting": "\#(text)"}"#, "greeting"),
                (
                    "/truedy/api/public/v1/calls",
                    #"{"agent_id": "reminder", "phone_number": "+15551230001", "variables": {"a": "\#(value)"}}"#,
                    "variables"
                ),
                (
                    "/truedy/api/public/v1/calls",
                    #"{"agent_id": "reminder", "phone_number": "+15551230001", "call_settings": {"greeting": "\#(text)"}}"#,
                    "greeting"
                ),
                (
                    "/aitelier/v1/calls",
                    #"{"scenario": "reminder", "phone": "+15551230001", "metadata": {"a": "\#(value)"}}"#, "metadata"
                ),
                (
                    "/callingbox/v1/calls",
                    #"{"agent_id": "\#(telzino.uuidText)", "to": "+15551230001", "context": {"a": "\#(value)"}}"#,
                    "context"
                ),
                (
                    "/telzino/v1/agents",
                    #"{"name": "Ava", "organizationId": "\#(UUID())", "greetingMessage": "\#(text)"}"#, "greeting"
                ),
            ] {
                let answer = try await server.post(path, body)
                #expect((400..<500).contains(answer.status), "\(path) \(field): \(answer.status)")
                #expect(answer.text.contains("\(field): may have"), "\(path) \(field)")
            }
            #expect(try await server.engine.calls.calls(offset: 0, limit: 1, project: Project.first).total == 0)
        }
    }
}
