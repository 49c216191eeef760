import AsyncHTTPClient
import Calls
import Engine
import Foundation
import Testing

@testable import WebAPI

// Agents and what was said on their calls.
extension TelzinoHTTPTests {
    @Test("A call that took place is in the call logs with both speakers; one that did not is not")
    func callLogs() async throws {
        try await TestServer.run { server in
            let agent = try await server.telzinoAgent
            let id = try await server.completedCall()
            let uuid = try #require(Call.ID(id)).uuid.uuidString.lowercased()
            let live = try await server.telzino(agent, #"{"to_number": "+15551230001"}"#)
            #expect(live.status == 202)
            let call = try await server.get("/telzino/v1/agents/\(agent)/outbound-calls/\(uuid)").json
            #expect(call["status"] as? String == "completed")
            #expect(call["summary_text"] as? String == "Confirmed")
            #expect(call["transcript_id"] as? String == uuid)
            let page = try await server.get("/telzino/v1/agents/\(agent)/call-logs").json
            let logs = try #require(page["data"] as? [NSDictionary])
            #expect(page.at("pagination.total") as? Int == 1)
            let log = try #require(logs.first)
            #expect(log["id"] as? String == uuid)
            #expect(log["transcript_text"] as? String == "[0.00s] agent: Hello.\n[0.90s] user: yes")
            let entries = try #require(log["transcript_json"] as? [NSDictionary])
            #expect(entries.map { $0["speaker"] as? String } == ["agent", "user"])
            #expect(entries.last?["timestamp"] as? Double == 0.9)
            #expect(entries.last?["is_partial"] as? Bool == false)
            #expect(log.at("session_data.caller_id") as? String == "+15551230001")
            #expect(log["room_name"] as? String == "agent-\(agent)-out-\(uuid)")
            #expect((log["call_started_at"] as? String)?.wholeMatch(of: /.*T\d\d:\d\d:\d\d\.\d{3}Z/) != nil)
        }
    }

    @Test("A call log links to the recording, which the link opens without a key")
    func recording() async throws {
        let directory = FileManager.default.temporaryDirectory.appending(path: "telzino-\(UUID())").path
        defer { try? FileManager.default.removeItem(atPath: directory) }
        try await TestServer.run(recordings: directory) { server in
            let bytes = Data((0..<100).map { UInt8($0) })
            server.line.records(bytes)
            _ = try await server.completedCall()
            let page = try await server.get("/telzino/v1/agents/\(try await server.telzinoAgent)/call-logs").json
            let log = try #require((page["data"] as? [NSDictionary])?.first)
            let url = try #require(log["recording_url"] as? String)
            let recording = try await server.send(HTTPClientRequest(url: url))
            #expect(recording.status == 200)
            #expect(recording.body == bytes)
        }
    }

    @Test("An agent is made with the vendor's names, shown with them, and can call at once")
    func agents() async throws {
        try await TestServer.run { server in
            let organization = UUID()
            let body = """
                {"name": "Ava", "organizationId": "\(organization)", "description": "Reminds", "greetingMessage": "Hi, this is Ava.",
                 "systemPrompt": "Be kind.", "agentType": "advanced", "model": "gpt-4o", "voiceSettings": {"voice_id": "rms", "speed": 1.1},
                 "config": {"enable_recording": false, "user_timezone": "America/New_York"}, "transferEnabled": true}
                """
            let created = try await server.post("/telzino/v1/agents", body)
            #expect(created.status == 201, "\(created.text)")
            let agent = try #require(try created.json["data"] as? NSDictionary)
            #expect(agent["organization_id"] as? String == organization.uuidString.lowercased())
            #expect(agent["greeting_message"] as? String == "Hi, this is Ava.")
            #expect(agent["system_prompt"] as? String == "Be kind.")
            #expect(agent["agent_type"] as? String == "advanced")
            #expect(agent["model"] as? String == "gpt-4o")
            #expect(agent.at("voice_settings.speed") as? Double == 1.1)
            #expect(agent.at("config.user_timezone") as? String == "America/New_York")
            #expect(agent["transfer_enabled"] as? Bool == true)
            #expect(agent["enable_recording"] as? Bool == false)
            #expect(agent["is_active"] as? Bool == true)
            let id = try #require(agent["id"] as? String)
            let shown = try await server.get("/telzino/v1/agents/\(id)").json["data"] as? NSDictionary
            #expect(shown == agent)
            let stored = try await server.engine.agents.agent("ava", project: Project.first)
            #expect(stored.voice == "rms")
            #expect(stored.settings.record == false)
            #expect(stored.numbers.count == 1, "The project's number, since the vendor's clients know of none")
            #expect(try await server.telzino(id, #"{"to_number": "+15551230001"}"#).status == 202)

            let list = try await server.get("/telzino/v1/agents?organization_id=\(organization)&limit=1").json
            #expect((list["data"] as? [NSDictionary])?.map { $0["id"] as? String } == [id])
            #expect(list.at("pagination.total") as? Int == 1)
            #expect(try await server.get("/telzino/v1/agents").json.at("pagination.total") as? Int == 2)
        }
    }

    @Test("An agent needs no more than a title")
    func minimalAgent() async throws {
        try await TestServer.run { server in
            let path = "/telzino/v1/organizations/\(UUID())/agents"
            let created = try await server.post(path, #"{"title": "Front desk", "external_id": "fd-1"}"#)
            #expect(created.status == 201, "\(created.text)")
            #expect(try created.json.allKeys as? [String] == ["id"])
            let id = try #require(try created.json["id"] as? String)
            let agent = try #require(try await server.get("/telzino/v1/agents/\(id)").json["data"] as? NSDictionary)
            #expect(agent["name"] as? String == "Front desk")
            #expect(agent["system_prompt"] is NSNull)
            #expect(agent["external_id"] as? String == "fd-1")
            #expect(try await server.telzino(id, #"{"to_number": "+15551230001"}"#).status == 202)
            let tooLong = String(repeating: "x", count: 256)
            for body in [
                #"{"description": "no title"}"#, #"{"title": "\#(tooLong)"}"#,
                #"{"title": "a", "external_id": "\#(tooLong)"}"#,
            ] {
                #expect(try await server.post(path, body).status == 400)
            }
            #expect(try await server.post("/telzino/v1/organizations/17/agents", #"{"title": "a"}"#).status == 400)
            #expect(
                try await server.post("/telzino/v1/agents", #"{"name": "a"}"#).status == 400,
                "organizationId is required"
            )
        }
    }
}
