import Calls
import Engine
import Foundation
import Testing

@Suite("Numbers")
struct NumberTests {
    @Test("The numbers that an agent's definition names are the project's")
    func adopted() async throws {
        try await TestServer.run { server in
            let agent = try await server.engine.agents.agent("reminder", project: Project.first)
            let listed = try #require(try await server.get("/v1/numbers").json["data"] as? [NSDictionary])
            #expect(listed.map { $0["number"] as? String } == ["+15550100000"])
            #expect(listed[0]["outbound_agents"] as? [String] == [agent.id.description])
        }
    }

    @Test("A number is added once, and given back when no agent has it")
    func addedAndRemoved() async throws {
        try await TestServer.run { server in
            let body = #"{"number": "+15550100077", "name": "Front desk"}"#
            let added = try await server.post("/v1/numbers", body)
            #expect(added.status == 201)
            let id = try #require(try added.json.at("id") as? String)
            #expect(try await server.post("/v1/numbers", body).json.at("id") as? String == id)
            #expect(try await server.get("/v1/numbers/\(id)").json.at("name") as? String == "Front desk")
            #expect(try await server.send(server.request("DELETE", "/v1/numbers/\(id)")).status == 204)
            #expect(try await server.get("/v1/numbers/\(id)").code == "number_not_found")

            let left = try #require(try await server.get("/v1/numbers").json["data"] as? [NSDictionary])
            let used = try #require(left.first?["id"] as? String)
            #expect(try await server.send(server.request("DELETE", "/v1/numbers/\(used)")).code == "number_in_use")
        }
    }

    @Test("A number attached to an agent can be called from; detached, it cannot")
    func attached() async throws {
        try await TestServer.run { server in
            let numbers = server.engine.numbers
            let number = try #require(PhoneNumber("+15550100077"))
            let owned = try await numbers.add(number, name: nil, project: Project.first)
            let call = #"{"agent": "reminder", "to": "+15551230001", "from": "+15550100077"}"#
            #expect(try await server.post("/v1/calls", call).code == "number_not_attached")
            let behind = try await numbers.attach(owned.id, to: "reminder", project: Project.first)
            #expect(behind.numbers.map(\.description) == ["+15550100000", "+15550100077"])
            #expect(try await server.post("/v1/calls", call).status == 201)
            let first = try await numbers.attach(owned.id, to: "reminder", first: true, project: Project.first)
            #expect(first.numbers.map(\.description) == ["+15550100077", "+15550100000"])
            let without = try await numbers.detach(owned.id, from: "reminder", project: Project.first)
            #expect(without.numbers.map(\.description) == ["+15550100000"])
            #expect(try await server.post("/v1/calls", call).code == "number_not_attached")
        }
    }

    @Test("Two agents do not answer the same number")
    func oneInbound() async throws {
        try await TestServer.run { server in
            let (agents, numbers) = (server.engine.agents, server.engine.numbers)
            let number = try #require(PhoneNumber("+15550100077"))
            let owned = try await numbers.add(number, name: nil, project: Project.first)
            for name in ["First", "Second"] {
                var agent = agents.blank(name: name)
                agent.direction = .inbound
                agent.instructions = "Take the call."
                _ = try await agents.add(agent, project: Project.first)
            }
            let first = try await numbers.attach(owned.id, to: "first", project: Project.first)
            #expect(try await numbers.number(owned.id, project: Project.first).inboundAgent == first.id)
            await #expect(throws: Refusal.self) {
                _ = try await numbers.attach(owned.id, to: "second", project: Project.first)
            }
        }
    }

    @Test("Agents of the same name get slugs of their own, and an archived one frees its slug and its numbers")
    func slugs() async throws {
        try await TestServer.run { server in
            let agents = server.engine.agents
            var made: [Agent] = []
            for _ in 1...3 {
                var agent = agents.blank(name: "Front Desk!")
                agent.instructions = "Say hello."
                made.append(try await agents.add(agent, project: Project.first))
            }
            #expect(made.map(\.slug) == ["front-desk", "front-desk-2", "front-desk-3"])
            let archived = try await agents.archive("reminder", project: Project.first)
            #expect(try await server.get("/v1/agents/reminder").code == "agent_not_found")
            #expect(try await agents.agents(project: Project.first).count == 3)
            #expect(try await agents.agent("\(archived.id)", project: Project.first).slug == "reminder")
            let placed = try await server.post("/v1/calls", #"{"agent": "\#(archived.id)", "to": "+15551230001"}"#)
            #expect(placed.code == "agent_not_found")
            #expect(try await server.engine.numbers.numbers(project: Project.first)[0].outboundAgents.isEmpty)
        }
    }

    @Test("An agent is changed member by member; what cannot work is refused and changes nothing")
    func changed() async throws {
        try await TestServer.run { server in
            let agents = server.engine.agents
            let changed = try await agents.update("reminder", project: Project.first) { $0.greeting = "Hi." }
            #expect(changed.greeting == "Hi.")
            await #expect(
                throws: Refusal.invalid(field: "voice", message: "no voice 'hal'; there are slt, rms, awb, kal")
            ) {
                _ = try await agents.update("reminder", project: Project.first) { $0.voice = "hal" }
            }
            await #expect(throws: Refusal.self) {
                _ = try await agents.update("reminder", project: Project.first) { $0.webhookURL = "ftp://example.com" }
            }
            #expect(try await agents.agent("reminder", project: Project.first).greeting == "Hi.")
        }
    }
}
