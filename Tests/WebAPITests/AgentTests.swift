import Foundation
import Testing

@testable import WebAPI

@Suite("Agents", .timeLimit(.minutes(1)))
struct AgentTests {
    private static let yaml = TestServer.agent.replacing("agent: reminder", with: "agent: survey")

    @Test("A definition in YAML is 201 the first time and 200 after; what is shown can be sent back as JSON")
    func apply() async throws {
        try await TestServer.run { server in
            let made = try await server.post("/v1/agents", Self.yaml, type: "application/yaml")
            #expect(made.status == 201)
            #expect(made.headers["location"] == "/v1/agents/survey")
            #expect(try await server.post("/v1/agents", Self.yaml, type: "text/yaml; charset=utf-8").status == 200)

            let shown = try await server.get("/v1/agents/survey").json
            let definition = try #require(shown["definition"] as? NSDictionary)
            let text = String(decoding: try JSONSerialization.data(withJSONObject: definition), as: UTF8.self)
            let put = try await server.post("/v1/agents/survey", text, method: "PUT")
            #expect(put.status == 200)
            #expect(try put.json["definition"] as? NSDictionary == definition)
            #expect(try put.json["id"] as? String == shown["id"] as? String)
        }
    }

    @Test("PUT keeps to the agent at the path")
    func wrongSlug() async throws {
        try await TestServer.run { server in
            let answer = try await server.post(
                "/v1/agents/reminder",
                Self.yaml,
                type: "application/yaml",
                method: "PUT"
            )
            #expect(answer.status == 422)
            #expect(answer.param == "slug")
            #expect(try await server.get("/v1/agents/survey").status == 404)
            let missing = try await server.post("/v1/agents/survey", Self.yaml, type: "text/yaml", method: "PUT")
            #expect(missing.code == "agent_not_found")
        }
    }

    @Test("A definition with mistakes is refused with the line of each")
    func problems() async throws {
        try await TestServer.run { server in
            let broken = Self.yaml.replacing("start: confirm", with: "start: nowhere")
                .replacing("greeting:", with: "greating:").replacing("numbers:", with: "nubmers:")
            let answer = try await server.post("/v1/agents", broken, type: "application/yaml")
            #expect(answer.status == 422)
            #expect(answer.code == "invalid_agent")
            let problems = try #require(try answer.json.at("error.problems") as? [NSDictionary])
            #expect(problems.count >= 2)
            #expect(problems.contains { $0["line"] as? Int == 4 })
        }
    }

    @Test("A body that is neither YAML nor JSON is refused by its type")
    func mediaType() async throws {
        try await TestServer.run { server in
            let answer = try await server.post("/v1/agents", "x", type: "text/csv")
            #expect(answer.status == 415)
            #expect(answer.code == "unsupported_media_type")
        }
    }

    @Test("An agent is removed, unless it has calls that are not over")
    func remove() async throws {
        try await TestServer.run { server in
            _ = try await server.placeForTomorrow()
            let busy = try await server.send(server.request("DELETE", "/v1/agents/reminder"))
            #expect(busy.status == 409)
            #expect(busy.code == "agent_in_use")

            _ = try await server.post("/v1/agents", Self.yaml, type: "application/yaml")
            #expect(try await server.send(server.request("DELETE", "/v1/agents/survey")).status == 204)
            #expect(try await server.get("/v1/agents/survey").status == 404)
            let list = try #require(try await server.get("/v1/agents").json["data"] as? [NSDictionary])
            #expect(list.compactMap { $0["slug"] as? String } == ["reminder"])
        }
    }
}
