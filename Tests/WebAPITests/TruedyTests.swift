import AsyncHTTPClient
import Calls
import Engine
import Foundation
import NIOCore
import NIOHTTP1
import Testing

@testable import WebAPI

@Suite("The Truedy door")
struct TruedyTests {
    static let base = "/truedy/api/public/v1"

    static func agent(
        on server: TestServer,
        _ change: @Sendable (inout Agent) -> Void = { _ in }
    ) async throws
        -> Agent
    {
        var agent = server.engine.agents.blank(name: "Ava")
        agent.instructions = "Greet {{first_name}} and ask for {{thing}}."
        agent.greeting = "Hello {{first_name}}."
        agent.numbers = [try #require(PhoneNumber("+15550100001")), try #require(PhoneNumber("+15550100002"))]
        change(&agent)
        return try await server.engine.agents.add(agent, project: Project.first)
    }

    @Test("A call is placed with 201, its members at the top and once more below data")
    func created() async throws {
        try await TestServer.run { server in
            let agent = try await Self.agent(on: server)
            let answer = try await server.post(
                "\(Self.base)/calls",
                #"{"agent_id": "\#(agent.id)", "phone_number": "+15551230001", "direction": "outbound", "variables": {"first_name": "Ana", "n": 2}}"#
            )
            #expect(answer.status == 201)
            let call = try answer.json
            #expect(call["status"] as? String == "queued")
            #expect(call["direction"] as? String == "outbound")
            #expect(call["agent_id"] as? String == agent.id.description)
            for name in ["phone_number", "to", "to_number"] { #expect(call[name] as? String == "+15551230001") }
            #expect(["+15550100001", "+15550100002"].contains(call["from_number"] as? String))
            for name in ["duration_seconds", "transcript", "recording_url", "started_at", "ended_at", "outcome"] {
                #expect(call[name] is NSNull, "\(name)")
            }
            #expect(call["variables"] as? NSDictionary == ["first_name": "Ana", "n": 2])
            let created = try #require(call["created_at"] as? String)
            #expect(created.wholeMatch(of: /\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ/) != nil)
            #expect(call.at("meta.request_id") as? String == answer.headers["x-request-id"])
            #expect(call.at("meta.ts") is String)

            let data = try #require(call.mutableCopy() as? NSMutableDictionary)
            data.removeObjects(forKeys: ["data", "meta"])
            #expect(call["data"] as? NSDictionary == data)

            let id = try #require(call["id"] as? String)
            let callID = try #require(Call.ID(id))
            let stored = try await server.engine.calls.call(callID, project: Project.first)
            #expect(stored.prompt == "Greet Ana and ask for .")
            #expect(stored.request.door == "truedy")
            let shown = try await server.get("\(Self.base)/calls/\(id)")
            #expect(shown.status == 200)
            #expect(try shown.json["id"] as? String == id)
        }
    }

    @Test(
        "What cannot be placed is refused in the vendor's words, and makes no call",
        arguments: [
            (
                #"{"agent_id": "agent_01jdr3k5w2e8vt6m4q9xbn7c5h", "phone_number": "+15551230001"}"#, 404,
                "agent_not_found"
            ),
            (#"{"agent_id": "AGENT", "phone_number": "(415) 555-0100"}"#, 422, "invalid_phone_number"),
            (#"{"agent_id": "AGENT", "phone_number": "415-555-0100"}"#, 422, "invalid_phone_number"),
            (#"{"agent_id": "AGENT", "phone_number": "14155550100"}"#, 422, "invalid_phone_number"),
            (#"{"agent_id": "AGENT"}"#, 422, "validation_error"),
            (#"{"phone_number": "+15551230001"}"#, 422, "validation_error"),
            (
                #"{"agent_id": "AGENT", "phone_number": "+15551230001", "from_number": "+15559999999"}"#, 422,
                "from_number_not_assigned"
            ),
            (
                #"{"agent_id": "AGENT", "phone_number": "+15551230001", "from_number": "nobody"}"#, 422,
                "invalid_phone_number"
            ),
            (
                #"{"agent_id": "AGENT", "phone_number": "+15551230001", "direction": "inbound"}"#, 422,
                "validation_error"
            ),
            (
                #"{"agent_id": "AGENT", "phone_number": "+15551230001", "variables": {"a": [1]}}"#, 422,
                "validation_error"
            ),
            (
                #"{"agent_id": "AGENT", "phone_number": "+15551230001", "call_settings": {"max_duration": "20"}}"#, 422,
                "validation_error"
            ),
            (
                #"{"agent_id": "AGENT", "phone_number": "+15551230001", "call_settings": {"max_duration": "1s"}}"#, 422,
                "validation_error"
            ),
            (
                #"{"agent_id": "AGENT", "phone_number": "+15551230001", "call_settings": {"join_timeout": "99999s"}}"#,
                422, "validation_error"
            ),
            (#"{"agent_id": "DRAFT", "phone_number": "+15551230001"}"#, 422, "agent_not_active"),
            (#"{"agent_id": "PAUSED", "phone_number": "+15551230001"}"#, 422, "agent_not_active"),
            (#"{"agent_id": "BARE", "phone_number": "+15551230001"}"#, 422, "no_phone_number_configured"),
            (#"{"agent_id": "#, 400, "bad_request"),
        ]
    )
    func refused(body: String, status: Int, code: String) async throws {
        try await TestServer.run { server in
            let agents = [
                "AGENT": try await Self.agent(on: server),
                "DRAFT": try await Self.agent(on: server) { $0.status = .draft },
                "PAUSED": try await Self.agent(on: server) { $0.status = .paused },
                "BARE": try await Self.agent(on: server) { $0.numbers = [] },
            ]
            let text = agents.reduce(body) { $0.replacing($1.key, with: $1.value.id.description) }
            let answer = try await server.post("\(Self.base)/calls", text)
            #expect(answer.status == status)
            #expect(answer.code == code)
            #expect(answer.message?.isEmpty == false)
            #expect(try answer.json.at("meta.request_id") as? String == answer.headers["x-request-id"])
            #expect(try answer.json.at("meta.ts") is String)
            if body.contains("4155550100") || body.contains("415") {
                #expect(try answer.json.at("error.details.field") as? String == "phone_number")
            }
            let placed = try await server.engine.calls.calls(offset: 0, limit: 1, project: Project.first)
            #expect(placed.total == 0)
        }
    }

    @Test("A number on the do-not-call list is refused in words of its own, and not as a mistake in the number")
    func suppressed() async throws {
        try await TestServer.run { server in
            let agent = try await Self.agent(on: server)
            let listed = try await server.post("/v1/suppressions", #"{"number": "+15551230001"}"#)
            #expect(listed.status == 201, "\(listed.text)")
            let refused = try await server.post(
                "\(Self.base)/calls",
                #"{"agent_id": "\#(agent.id)", "phone_number": "+15551230001"}"#
            )
            #expect(refused.status == 422)
            #expect(refused.code == "do_not_call")
            #expect(try refused.json.at("error.details.field") as? String == "phone_number")
        }
    }

    @Test("Overrides of call_settings are for this call alone")
    func settings() async throws {
        try await TestServer.run { server in
            let agent = try await Self.agent(on: server)
            let answer = try await server.post(
                "\(Self.base)/calls",
                #"{"agent_id": "\#(agent.id)", "phone_number": "+15551230001", "call_settings": {"greeting": "Good day {{first_name}}.", "max_duration": "20s", "join_timeout": "10s", "recording_enabled": false, "transcription_enabled": false}}"#
            )
            let text = try #require(try answer.json["id"] as? String)
            let id = try #require(Call.ID(text))
            let call = try await server.engine.calls.call(id, project: Project.first)
            #expect(call.speaker.greeting == "Good day {{first_name}}.")
            #expect(call.agent.greeting == "Hello {{first_name}}.")
            #expect(call.maxDuration == 20)
            #expect(call.ringTimeout == 10)
            #expect(!call.isRecorded)
            #expect(!call.request.transcribe)
        }
    }

    @Test("A repeated request gets the same bytes under either header; another body under the key is a new call")
    func idempotency() async throws {
        try await TestServer.run { server in
            let agent = try await Self.agent(on: server)
            let body = #"{"agent_id": "\#(agent.id)", "phone_number": "+15551230001"}"#
            for header in ["X-Idempotency-Key", "Idempotency-Key"] {
                let first = try await server.post("\(Self.base)/calls", body, headers: [header: header])
                let again = try await server.post("\(Self.base)/calls", body, headers: [header: header])
                #expect(first.status == 201 && again.status == 201)
                #expect(first.body == again.body)
                #expect(again.headers["idempotent-replayed"] == "true")
            }
            let headers = ["Idempotency-Key": "Idempotency-Key"]
            let respelled = #"{ "phone_number": "+15551230001", "agent_id": "\#(agent.id)" }"#
            let same = try await server.post("\(Self.base)/calls", respelled, headers: headers)
            #expect(
                same.headers["idempotent-replayed"] == "true",
                "The order of members and white space ask for nothing else"
            )
            let another = #"{"agent_id": "\#(agent.id)", "phone_number": "+15551230002"}"#
            let other = try await server.post("\(Self.base)/calls", another, headers: headers)
            #expect(other.headers["idempotent-replayed"] == nil)
            let first = try await server.post("\(Self.base)/calls", body, headers: headers)
            #expect(first.headers["idempotent-replayed"] == "true", "The first answer stays")
            #expect(try await server.engine.calls.calls(offset: 0, limit: 1, project: Project.first).total == 3)
        }
    }

    @Test("Lists are paged by limit and offset, and filtered in the words of both generations")
    func lists() async throws {
        try await TestServer.run { server in
            let agent = try await Self.agent(on: server)
            for number in 1...5 {
                _ = try await server.post(
                    "\(Self.base)/calls",
                    #"{"agent_id": "\#(agent.id)", "phone_number": "+1555123000\#(number)"}"#
                )
            }
            let page = try await server.get("\(Self.base)/calls?limit=2&offset=2").json
            let rows = try #require(page["data"] as? [NSDictionary])
            #expect(rows.map { $0["phone_number"] as? String } == ["+15551230003", "+15551230002"])
            for part in ["meta", "pagination"] {
                #expect(page.at("\(part).total") as? Int == 5)
                #expect(page.at("\(part).limit") as? Int == 2)
                #expect(page.at("\(part).offset") as? Int == 2)
            }
            #expect(page.at("pagination.has_more") as? Bool == true)
            #expect(
                try await server.get("\(Self.base)/calls?limit=2&offset=4").json.at("pagination.has_more") as? Bool
                    == false
            )
            #expect(try await server.get("\(Self.base)/calls").json.at("meta.limit") as? Int == 50)
            for query in [
                "limit=0", "limit=101", "offset=-1", "status=gone", "direction=up", "created_after=yesterday",
            ] {
                let answer = try await server.get("\(Self.base)/calls?\(query)")
                #expect(answer.status == 422, "\(query)")
                #expect(answer.code == "validation_error")
            }
            for (one, other) in [("completed", "ended"), ("in_progress", "in-progress"), ("canceled", "cancelled")] {
                let first = try await server.get("\(Self.base)/calls?status=\(one)")
                #expect(first.status == 200)
                #expect(
                    try first.json["data"] as? NSArray
                        == (try await server.get("\(Self.base)/calls?status=\(other)").json["data"] as? NSArray)
                )
            }
            #expect(
                try await server.get("\(Self.base)/calls?created_before=2020-01-01T00:00:00Z").json.at("meta.total")
                    as? Int == 0
            )
            #expect(try await server.get("\(Self.base)/calls?direction=inbound").json.at("meta.total") as? Int == 0)
        }
    }

    @Test("Without a key there is nothing, and what does not exist is not found")
    func access() async throws {
        try await TestServer.run { server in
            for path in ["calls", "calls/x", "agents", "telephony/numbers"] {
                let answer = try await server.get("\(Self.base)/\(path)", key: "nonsense")
                #expect(answer.status == 401)
                #expect(answer.code == "unauthorized")
            }
            for id in ["x", Call.ID(bornAt: Date()).description] {
                let answer = try await server.get("\(Self.base)/calls/\(id)")
                #expect(answer.status == 404)
                #expect(answer.code == "not_found")
            }
        }
    }

    @Test("The recording of a call that is over opens by its URL, without a key; not for a key that may not hear it")
    func recording() async throws {
        let directory = FileManager.default.temporaryDirectory
            .appendingPathComponent("trunkline-truedy-\(UUID().uuidString)").path
        try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: directory) }
        try await TestServer.run(recordings: directory) { server in
            server.line.records(Data("RIFF".utf8))
            let id = try await server.completedCall()
            let call = try await server.get("\(Self.base)/calls/\(id)").json
            let url = try #require(call["recording_url"] as? String)
            #expect(call.at("data.recording_url") as? String == url)
            let opened = try await HTTPClient.shared.execute(HTTPClientRequest(url: url), timeout: .seconds(30))
            #expect(opened.status == .ok)
            #expect(String(buffer: try await opened.body.collect(upTo: 1024)) == "RIFF")
            let deaf = try await server.engine.keys.create(
                name: "",
                mode: .test,
                scopes: [.sessionsRead],
                project: Project.first
            ).secret
            #expect(try await server.get("\(Self.base)/calls/\(id)", key: deaf).json["recording_url"] is NSNull)
        }
    }

    @Test("A machine that answers ends a call as a person does, and the outcome says which it was")
    func machine() async throws {
        try await TestServer.run { server in
            let id = try #require(Call.ID(try await server.completedCall()))
            var call = try await server.engine.calls.call(id, project: Project.first)
            for (reached, outcome) in [(Reached.person, "completed"), (.machine, "voicemail")] {
                call.reached = reached
                let document = TruedyCall(call: call, transcript: nil, recordingURL: nil, transcriptURL: "")
                let data = try WireEncoder().data(document)
                let shown = try #require(try JSONSerialization.jsonObject(with: data) as? NSDictionary)
                #expect(shown["status"] as? String == "ended")
                #expect(shown["outcome"] as? String == outcome)
                #expect(shown["duration_seconds"] is Int)
            }
        }
    }

    @Test("A cost is shown in whole credits, a begun one counted")
    func credits() async throws {
        try await TestServer.run { server in
            let id = try #require(Call.ID(try await server.completedCall()))
            var call = try await server.engine.calls.call(id, project: Project.first)
            for (milliCents, credits) in [(0, 0), (1, 1), (1000, 1), (1001, 2), (24_000, 24)] {
                let amount = Money(milliCents: Int64(milliCents))
                call.costs = [CostLine(item: .trunk, quantity: 1, unit: "seconds", amount: amount)]
                let document = TruedyCall(call: call, transcript: nil, recordingURL: nil, transcriptURL: "")
                let data = try WireEncoder().data(document)
                let shown = try #require(try JSONSerialization.jsonObject(with: data) as? NSDictionary)
                #expect(shown["cost_credits"] as? Int == credits)
            }
        }
    }

    @Test("Every status has a word, and every word of a filter has statuses")
    func words() {
        #expect(TruedyStatus(.voicemail) == .ended)
        #expect(TruedyStatus(.canceled) == .cancelled)
        #expect(TruedyStatus(.noAnswer) == .failed)
        #expect(TruedyStatus.allCases.allSatisfy { !$0.statuses.isEmpty })
        #expect(Set(TruedyStatus.allCases.flatMap(\.statuses)) == Set(CallStatus.allCases))
        for status in CallStatus.allCases {
            #expect([.ended, .failed, .cancelled].contains(TruedyStatus(status)) == status.isFinal)
        }
    }
}
