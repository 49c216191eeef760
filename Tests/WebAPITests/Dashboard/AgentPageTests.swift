import Calls
import Engine
import Foundation
import Storage
import Testing

@testable import WebAPI

@Suite("Agents at the pages", .timeLimit(.minutes(1)))
struct AgentPageTests {
    private static let hostile = "<script>pwned=1</script> =HYPERLINK(1) \u{202E}gpj.exe"

    /// What stands in the form of a page, as a browser would send it.
    private static func fields(of page: Visitor.Answer) -> [String: String] {
        var fields: [String: String] = [:]
        for match in page.text.matches(of: /<input name="([^"]+)" value="([^"]*)"/) {
            fields[String(match.1)] = plain(match.2)
        }
        for match in page.text.matches(of: /<input type="hidden" name="([^"]+)" value="([^"]*)"/) {
            fields[String(match.1)] = plain(match.2)
        }
        for match in page.text.matches(of: /<textarea[^>]*name="([^"]+)"[^>]*>\n([^<]*)</) {
            fields[String(match.1)] = plain(match.2)
        }
        for match in page.text.matches(of: /<select name="([^"]+)".*?<option value="([^"]*)" selected/) {
            fields[String(match.1)] = plain(match.2)
        }
        for match in page.text.matches(of: /type="checkbox" name="([^"]+)" value="([^"]*)" checked/) {
            fields[String(match.1)] = plain(match.2)
        }
        return fields
    }

    private static func plain(_ text: Substring) -> String {
        String(text).replacing("&quot;", with: "\"").replacing("&#39;", with: "'").replacing("&lt;", with: "<")
            .replacing("&gt;", with: ">").replacing("&amp;", with: "&")
    }

    @Test("A draft is made, mended at the fields that are wrong, made active, paused, and removed")
    func life() async throws {
        try await TestServer.run(withPages: true) { server in
            let editor = try await Visitor.signedIn(.editor, at: server)
            var form = Self.fields(of: try await editor.get("/agents/new"))
            form["name"] = "Front desk"
            form["greeting"] = "Hello {{name"
            form["numbers"] = "+15550100055, 0555"
            form["ring_timeout_s"] = "soon"
            form["max_duration_s"] = "3"
            form["instructions"] = Self.hostile
            form["webhook_url"] = "ftp://x"
            let wrong = try await editor.post("/agents/new", form)
            #expect(wrong.status == 422)
            for field in ["greeting", "numbers", "ring_timeout_s", "max_duration_s", "webhook_url"] {
                #expect(wrong.text.contains("id=\"fault-\(field)\""), "\(field)")
            }
            #expect(wrong.text.contains("+15550100055, 0555"))
            #expect(wrong.text.contains("&lt;script&gt;pwned"))
            #expect(!wrong.text.contains("<script>pwned"))

            form.merge([
                "greeting": "Hello {{name}}", "numbers": "+15550100055", "ring_timeout_s": "30",
                "max_duration_s": "300", "webhook_url": "", "instructions": "",
            ]) { $1 }
            let made = try await editor.post("/agents/new", form)
            #expect(made.location == "/agents/front-desk")
            let agent = try await server.engine.agents.agent("front-desk", project: Project.first)
            #expect(agent.status == .draft)
            #expect(agent.settings.ringTimeout == 30)
            let refused = try await editor.post("/agents/front-desk/status", ["status": "active"])
            #expect(refused.status == 422)
            #expect(refused.text.contains("neither &#39;flow&#39; nor &#39;instructions&#39;"))

            var edit = Self.fields(of: try await editor.get("/agents/front-desk/edit"))
            edit["instructions"] = "Ask for a day.\r\nBe kind."
            #expect(try await editor.post("/agents/front-desk/edit", edit).status == 303)
            for status in ["active", "paused"] {
                #expect(try await editor.post("/agents/front-desk/status", ["status": status]).status == 303)
            }
            #expect(try await editor.post("/agents/front-desk/status", ["status": "archived"]).status == 422)
            let paused = try await server.engine.agents.agent("front-desk", project: Project.first)
            #expect(paused.status == .paused)
            #expect(paused.instructions == "Ask for a day.\nBe kind.")
            #expect(paused.greeting == "Hello {{name}}")

            // Opened before somebody else saved: nothing is lost on either side.
            let late = try await editor.post("/agents/front-desk/edit", edit.merging(["goodbye": "Mine."]) { $1 })
            #expect(late.status == 409)
            #expect(late.text.contains("value=\"Mine.\""))
            #expect(try await server.engine.agents.agent("front-desk", project: Project.first).goodbye != "Mine.")
            let again = try await editor.post("/agents/front-desk/edit", Self.fields(of: late))
            #expect(again.status == 303)
            #expect(try await server.engine.agents.agent("front-desk", project: Project.first).goodbye == "Mine.")

            #expect(try await editor.post("/agents/front-desk/remove").location == "/agents")
            #expect(try await editor.get("/agents/front-desk").status == 404)
        }
    }

    @Test("The document of an agent is shown as it can be saved, and what is wrong in it is said with its lines")
    func document() async throws {
        try await TestServer.run(withPages: true) { server in
            let editor = try await Visitor.signedIn(.editor, at: server)
            let before = try await server.engine.agents.agent("reminder", project: Project.first)
            let form = Self.fields(of: try await editor.get("/agents/reminder/document"))
            let text = try #require(form["document"])
            #expect(try await editor.post("/agents/reminder/document", form).status == 303)
            var after = try await server.engine.agents.agent("reminder", project: Project.first)
            after.updatedAt = before.updatedAt
            #expect(after == before)

            let broken = text.replacing("Hello.", with: "Hello {{").replacing("flow:", with: "flows:")
            let basis = try #require(Self.fields(of: try await editor.get("/agents/reminder/document"))["basis"])
            let fields = ["document": broken.replacing("\n", with: "\r\n"), "basis": basis]
            let wrong = try await editor.post("/agents/reminder/document", fields)
            #expect(wrong.status == 422)
            #expect(wrong.text.contains(/<strong>Line \d+<\/strong>: .*&#39;flows&#39; is not part of an agent/))
            #expect(Self.fields(of: wrong)["document"]?.contains("Hello {{") == true)
            #expect(!wrong.text.unicodeScalars.contains("\u{FFFD}"))
            let other = ["document": text.replacing("agent: reminder", with: "agent: other"), "basis": basis]
            #expect(try await editor.post("/agents/reminder/document", other).status == 422)
            let old = ["document": text, "basis": "2020-01-01T00:00:00.000000Z"]
            #expect(try await editor.post("/agents/reminder/document", old).status == 409)

            let made = try await editor.post("/agents/new", ["document": other["document"] ?? ""])
            #expect(made.location == "/agents/other")
            let twice = try await editor.post("/agents/new", ["document": other["document"] ?? ""])
            #expect(twice.status == 409)
            #expect(twice.text.contains("Another agent has the slug other"))
        }
    }

    @Test(
        "The button that tries an agent places one call to the phone lab, also when it is pressed twice, and none elsewhere"
    )
    func tried() async throws {
        try await TestServer.run(withPages: true) { server in
            let editor = try await Visitor.signedIn(.editor, at: server)
            let page = try await editor.get("/agents/reminder").text
            let request = try #require(page.firstMatch(of: /name="request" value="([^"]+)"/)).1
            let form = ["to": "+15550100001", "request": String(request)]
            let first = try await editor.post("/agents/reminder/call", form)
            #expect(first.status == 303 && first.location?.hasPrefix("/calls/call_") == true)
            #expect(try await editor.post("/agents/reminder/call", form).location == first.location)
            #expect((try await server.get("/v1/calls").json["data"] as? [NSDictionary])?.count == 1)
            // The next time the page is opened it is another call.
            let again = try await editor.get("/agents/reminder").text
            #expect(again.firstMatch(of: /name="request" value="([^"]+)"/)?.1 != request)
            #expect(try await editor.post("/agents/reminder/call", ["to": "+15551230001"]).status == 422)
            #expect((try await server.get("/v1/calls").json["data"] as? [NSDictionary])?.count == 1)
        }
    }

    @Test("Versions are compared, and an earlier one is gone back to as a new one; whether it takes calls stays")
    func versions() async throws {
        try await TestServer.run(withPages: true) { server in
            let editor = try await Visitor.signedIn(.editor, at: server)
            let agents = server.engine.agents
            _ = try await agents.update("reminder", project: Project.first) { $0.greeting = Self.hostile }
            _ = try await agents.update("reminder", project: Project.first) { $0.status = .paused }
            let states = try await agents.states(of: "reminder", limit: 10, project: Project.first).states
            #expect(states.count == 3)
            let list = try await editor.get("/agents/reminder/versions")
            #expect(list.text.contains("greeting</td>"))
            #expect(list.text.contains("status</td>"))
            let changed = try await editor.get("/agents/reminder/versions/\(states[1].version)")
            #expect(changed.text.contains(/<del>- greeting: Hello\./))
            #expect(changed.text.contains(/<ins>\+ greeting: .*&lt;script&gt;/))
            let first = try #require(states.last).version
            #expect(try await editor.get("/agents/reminder/versions/\(first)").text.contains("It was made so"))
            #expect(try await editor.post("/agents/reminder/versions/\(first)/restore").status == 303)
            let restored = try await agents.agent("reminder", project: Project.first)
            #expect(restored.greeting == "Hello.")
            #expect(restored.status == .paused)
            #expect(try await agents.states(of: "reminder", limit: 10, project: Project.first).states.count == 4)
            let log = try await server.engine.users.audit.entries(limit: 1, project: Project.first).entries
            #expect(log.first?.action == .savedAgent)
            #expect(log.first?.detail == "back to \(first)")

            // A version of another agent, or of another project's, is none of this one.
            let other = try await agents.apply(
                TestServer.agent.replacing("agent: reminder", with: "agent: other"),
                project: Project.first
            ).agent
            let foreign = try #require(
                try await agents.states(of: "\(other.id)", limit: 1, project: Project.first).states.first
            )
            #expect(try await editor.get("/agents/reminder/versions/\(foreign.version)").status == 404)
            #expect(try await editor.post("/agents/reminder/versions/\(foreign.version)/restore").status == 404)
        }
    }

    @Test("A flow is drawn as a graph and told as a list, previewed with values, and talked with in writing to its end")
    func trial() async throws {
        try await TestServer.run(withPages: true) { server in
            let text = TestServer.agent.replacing("say: Can you make it?", with: "say: Can you make it, {{name}}?")
            _ = try await server.engine.agents.apply(text, project: Project.first)
            let editor = try await Visitor.signedIn(.editor, at: server)
            let page = try await editor.get("/agents/reminder")
            #expect(page.text.contains("<svg viewBox"))
            #expect(page.text.contains("ends: goal met"))
            #expect(page.text.contains("The same as a list"))
            let preview = try await editor.get("/agents/reminder/preview?variable.name=%3Cb%3ESam")
            #expect(preview.text.contains("Can you make it, &lt;b&gt;Sam?"))
            #expect(try await editor.get("/agents/reminder/preview").text.contains("Without a value yet"))

            #expect(try await editor.get("/agents/reminder/talk").text.contains("It has to know first"))
            let open = try await editor.get("/agents/reminder/talk?variable.name=Sam")
            #expect(open.text.contains("Can you make it, Sam?"))
            var form = Self.fields(of: open)
            form["do"] = "say"
            form["words"] = "banana"
            let lost = try await editor.post("/agents/reminder/talk", form)
            #expect(lost.text.contains("Sorry, I did not get that."))
            #expect(lost.text.contains("not understood"))
            form = Self.fields(of: lost)
            form["do"] = "say"
            form["words"] = "yes I can"
            let over = try await editor.post("/agents/reminder/talk", form)
            #expect(over.text.contains("The agent has hung up."))
            #expect(over.text.contains("confirmed"))
            #expect(over.text.contains("banana"))
        }
    }

    @Test("A viewer reads an agent and finds nothing to change it with; another project's agent is not there")
    func viewer() async throws {
        try await TestServer.run(withPages: true) { server in
            let other = try await ProjectControl(store: .init(server.database)).create(name: "Other").id
            let foreign = try await server.engine.agents.apply(
                TestServer.agent.replacing("agent: reminder", with: "agent: foreign"),
                project: other
            ).agent
            let viewer = try await Visitor.signedIn(.viewer, at: server)
            for path in ["/agents/reminder", "/agents/reminder/document", "/agents/reminder/versions"] {
                let page = try await viewer.get(path)
                #expect(page.status == 200)
                #expect(page.text.ranges(of: "<form method=\"post\"").count == 2, "\(path): signing out and colours")
            }
            let editor = try await Visitor.signedIn(.editor, at: server)
            for name in ["foreign", "\(foreign.id)"] {
                #expect(try await editor.get("/agents/\(name)").status == 404)
                #expect(try await editor.post("/agents/\(name)/status", ["status": "paused"]).status == 404)
                #expect(try await editor.post("/agents/\(name)/remove").status == 404)
            }
        }
    }
}
