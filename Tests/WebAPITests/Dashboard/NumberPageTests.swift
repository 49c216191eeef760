import Calls
import Engine
import Foundation
import Testing

@testable import WebAPI

@Suite("Numbers and trunks at the pages", .timeLimit(.minutes(1)))
struct NumberPageTests {
    @Test("A number is added, given to an agent and taken away, counted by day, and removed when nobody uses it")
    func life() async throws {
        try await TestServer.run(numberPool: ["+15550100066"], withPages: true) { server in
            let editor = try await Visitor.signedIn(.editor, at: server)
            #expect(try await editor.get("/numbers").text.contains("+15550100066"))
            let wrong = try await editor.post("/numbers", ["number": "12", "name": "kept"])
            #expect(wrong.status == 422)
            #expect(wrong.text.contains("id=\"fault-number\""))
            #expect(wrong.text.contains("value=\"kept\""))
            let added = try await editor.post("/numbers", ["number": "+1 555 010 0066", "name": "<b>desk"])
            #expect(added.status == 200)
            #expect(added.text.contains("&lt;b&gt;desk"))
            #expect(try await server.engine.numbers.available().isEmpty)
            let owned = try await server.engine.numbers.numbers(project: Project.first)
            let number = try #require(owned.first { $0.number.description == "+15550100066" })
            #expect(try await editor.post("/numbers/\(number.id)/attach", ["agent": "reminder"]).status == 303)
            let agent = try await server.engine.agents.agent("reminder", project: Project.first)
            #expect(agent.numbers.last == number.number)
            #expect(try await editor.post("/numbers/\(number.id)/remove").status == 409)
            #expect(try await editor.post("/numbers/\(number.id)/detach", ["agent": "reminder"]).status == 303)
            #expect(try await editor.post("/numbers/\(number.id)/remove").status == 303)
            #expect(try await editor.post("/numbers/\(number.id)/attach", ["agent": "reminder"]).status == 404)

            _ = try await server.placeForTomorrow()
            let page = try await editor.get("/numbers")
            #expect(page.text.contains("1 calls in 14 days"))
            #expect(page.text.contains(/data-label="Today" class="number">1</))
        }
    }

    @Test("A trunk is probed, and the page says what it answered; a name that no trunk has is refused")
    func trunks() async throws {
        try await TestServer.run(withPages: true) { server in
            let editor = try await Visitor.signedIn(.editor, at: server)
            #expect(try await editor.get("/numbers").text.contains("not asked since the server started"))
            #expect(try await editor.post("/numbers/probe", ["trunk": "lab"]).location == "/numbers#trunks")
            #expect(try await editor.get("/numbers").text.contains("OPTIONS 200"))
            #expect(try await editor.post("/numbers/probe", ["trunk": "<b>"]).status == 404)
            let listed = try await server.get("/v1/trunks")
            #expect((try listed.json["data"] as? [NSDictionary])?.first?["health"] as? String == "answered")
            let viewer = try await Visitor.signedIn(.viewer, at: server)
            let page = try await viewer.get("/numbers")
            #expect(page.text.ranges(of: "<form method=\"post\"").count == 2, "signing out and colours")
        }
    }
}
