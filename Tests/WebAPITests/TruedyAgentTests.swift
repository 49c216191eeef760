import Calls
import Engine
import Foundation
import Testing

@testable import WebAPI

extension TruedyTests {
    @Test("Agents are made, changed and put away, and a voice of the vendor's is kept")
    func agents() async throws {
        try await TestServer.run { server in
            let made = try await server.post(
                "\(Self.base)/agents",
                #"{"name": "Ava", "voice_id": "rachel", "system_prompt": "Confirm the appointment.", "model": "gpt"}"#
            )
            #expect(made.status == 201)
            let id = try #require(try made.json["id"] as? String)
            #expect(try made.json["voice_id"] as? String == "rachel")
            #expect(try made.json["status"] as? String == "active")
            let number = try await server.post(
                "\(Self.base)/telephony/numbers/import",
                #"{"phone_number": "+15550100033"}"#
            )
            #expect(number.status == 201)
            let numberID = try #require(try number.json["id"] as? String)
            let assigned = try await server.post(
                "\(Self.base)/telephony/numbers/assign",
                #"{"number_id": "\#(numberID)", "agent_id": "\#(id)", "assignment_type": "outbound"}"#
            )
            #expect(assigned.status == 200)
            let shown = try await server.get("\(Self.base)/agents/\(id)").json
            let outbound = try #require(shown["outbound_phone_numbers"] as? [NSDictionary])
            #expect(outbound == [["id": numberID, "phone_number": "+15550100033"]])
            let placed = try await server.post(
                "\(Self.base)/calls",
                #"{"agent_id": "\#(id)", "phone_number": "+15551230001"}"#
            )
            #expect(placed.status == 201)
            let paused = try await server.post("\(Self.base)/agents/\(id)", #"{"status": "paused"}"#, method: "PATCH")
            #expect(try paused.json["status"] as? String == "paused")
            // The vendor's clients name no agent here.
            let unassigned = try await server.post(
                "\(Self.base)/telephony/numbers/unassign",
                #"{"number_id": "\#(numberID)", "assignment_type": "outbound"}"#
            )
            #expect(unassigned.status == 200)
            #expect(try unassigned.json["number"] as? String == "+15550100033")
            #expect(try unassigned.json["agent_id"] is NSNull)
            let bare = try await server.get("\(Self.base)/agents/\(id)").json
            #expect((bare["outbound_phone_numbers"] as? [NSDictionary])?.isEmpty == true)
            #expect(try await server.send(server.request("DELETE", "\(Self.base)/agents/\(id)")).status == 200)
            let left = try #require(try await server.get("\(Self.base)/agents").json["data"] as? [NSDictionary])
            #expect(!left.contains { $0["id"] as? String == id })
            #expect(try await server.get("\(Self.base)/agents/\(id)").code == "agent_not_found")
            let past = try await server.get("\(Self.base)/calls?agent_id=\(id)").json
            #expect(past.at("meta.total") as? Int == 1)
            #expect(try await server.post("\(Self.base)/agents", #"{"name": ""}"#).code == "validation_error")
        }
    }

    @Test("An agent has its own join_timeout and max_duration, which call_settings of a call override")
    func agentSettings() async throws {
        try await TestServer.run { server in
            let agents = "\(Self.base)/agents"
            let plain = try await server.post(agents, #"{"name": "Plain", "instructions": "Be kind."}"#).json
            #expect(plain["system_prompt"] as? String == "Be kind.")
            #expect(plain["join_timeout"] as? String == "30s")
            #expect(plain["max_duration"] as? String == "3600s")
            let id = try #require(plain["id"] as? String)
            let changed = try await server.post(
                "\(agents)/\(id)",
                #"{"join_timeout": "15s", "max_duration": "90s"}"#,
                method: "PATCH"
            )
            #expect(try changed.json["join_timeout"] as? String == "15s")
            let number = try #require(PhoneNumber("+15550100044"))
            _ = try await server.engine.agents.update(id, project: Project.first) { $0.numbers = [number] }
            for (settings, ring, longest) in [("{}", 15, 90), (#"{"join_timeout": "20s"}"#, 20, 90)] {
                let placed = try await server.post(
                    "\(Self.base)/calls",
                    #"{"agent_id": "\#(id)", "phone_number": "+15551230001", "call_settings": \#(settings)}"#
                )
                let text = try #require(try placed.json["id"] as? String, "\(placed.text)")
                let call = try #require(Call.ID(text))
                let stored = try await server.engine.calls.call(call, project: Project.first)
                #expect(stored.ringTimeout == ring)
                #expect(stored.maxDuration == longest)
            }
            for (settings, field) in [
                (#"{"join_timeout": "15"}"#, "join_timeout"), (#"{"max_duration": "1s"}"#, "max_duration"),
            ] {
                let refused = try await server.post("\(agents)/\(id)", settings, method: "PATCH")
                #expect(refused.status == 422)
                #expect(try refused.json.at("error.details.field") as? String == field)
            }
        }
    }

    @Test("Numbers and agents are listed page by page, and agents by a part of their name")
    func pages() async throws {
        try await TestServer.run { server in
            for number in 1...3 {
                let body = #"{"phone_number": "+1555010004\#(number)"}"#
                #expect(try await server.post("\(Self.base)/telephony/numbers/import", body).status == 201)
            }
            let all = try await server.get("\(Self.base)/telephony/numbers").json
            let total = try #require(all.at("pagination.total") as? Int)
            let page = try await server.get("\(Self.base)/telephony/numbers?limit=2&offset=\(total - 2)").json
            let numbers = try #require(page["data"] as? [NSDictionary])
            #expect(numbers.map { $0["phone_number"] as? String } == ["+15550100042", "+15550100043"])
            #expect(page.at("pagination.has_more") as? Bool == false)
            let agent = try await Self.agent(on: server) { $0.name = "Night Desk" }
            let named = try await server.get("\(Self.base)/agents?name=night").json
            #expect((named["data"] as? [NSDictionary])?.compactMap { $0["id"] as? String } == [agent.id.description])
        }
    }
}
