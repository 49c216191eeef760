import Calls
import Engine
import Foundation
import Testing

@testable import WebAPI

@Suite("Calls at the pages", .timeLimit(.minutes(1)))
struct CallPageTests {
    private static let hostile = "<script>alert(1)</script> =HYPERLINK(\"http://evil\") \u{202E}gpj"

    /// Reads the changes of a page until one has `text`.
    private func changes(of path: String, by visitor: Visitor, until text: String) async throws -> String {
        var read = ""
        for try await part in try await visitor.stream(path) {
            read += part
            if read.contains(text) { break }
        }
        return read
    }

    @Test("An empty list says what to do next, to those who may")
    func emptyList() async throws {
        try await TestServer.run(withPages: true) { server in
            let editor = try await Visitor.signedIn(.editor, at: server)
            let page = try await editor.get("/calls").text
            #expect(page.contains("No calls yet"))
            #expect(page.contains("href=\"/calls/new\">Place a call</a>"))
            let viewer = try await Visitor.signedIn(.viewer, at: server)
            #expect(!(try await viewer.get("/calls").text.contains("Place a call")))
        }
    }

    @Test("The list is filtered by number however it is written, status, agent and network, and turned both ways")
    func list() async throws {
        try await TestServer.run(withPages: true) { server in
            let viewer = try await Visitor.signedIn(.viewer, at: server)
            var ids: [String] = []
            for _ in 0..<52 { ids.append(try await server.placeForTomorrow()) }
            let shown: (String) -> [String] = { page in
                page.matches(of: /<a href="\/calls\/(call_[a-z0-9]+)"/).map { String($0.1) }
            }
            let first = try await viewer.get("/calls")
            #expect(shown(first.text) == Array(ids.reversed().prefix(50)))
            let older = try #require(first.text.firstMatch(of: /rel="next" href="([^"]*)"/)).1
            let second = try await viewer.get(older.replacingOccurrences(of: "&amp;", with: "&"))
            #expect(shown(second.text) == Array(ids.prefix(2).reversed()))
            let newer = try #require(second.text.firstMatch(of: /rel="prev" href="([^"]*)"/)).1
                .replacingOccurrences(of: "&amp;", with: "&")
            #expect(shown(try await viewer.get(newer).text) == Array(ids.reversed().prefix(50)))

            #expect(
                shown(
                    try await viewer.get("/calls?q=%2B1%20(555)%20123-0001&status=waiting&agent=reminder&mode=test")
                        .text
                ).count == 50
            )
            for query in ["q=%2B15551230002", "status=completed", "status=busy", "agent=nobody", "mode=live"] {
                #expect(shown(try await viewer.get("/calls?\(query)").text).isEmpty, "\(query)")
            }
            #expect(try await viewer.get("/calls?q=%3Cb%3E").text.contains("&lt;b&gt;</bdi> is neither"))
            #expect(try await viewer.get("/calls?q=\(ids[0])").location == "/calls/\(ids[0])")
        }
    }

    @Test("Before a call is placed the form says what the number is, what is missing, and what the gate would say")
    func check() async throws {
        try await TestServer.run(withPages: true) { server in
            let editor = try await Visitor.signedIn(.editor, at: server)
            _ = try await editor.get("/calls/new")
            let fields = ["agent": "reminder", "mode": "test", "to": "+1 555 123 0001"]
            let good = try await editor.post("/calls/check", fields)
            #expect(good.text.contains("Would be dialed at once"))
            #expect(good.text.contains("+15551230001"))
            let wrong = try await editor.post("/calls/check", fields.merging(["to": "1.5E+10"]) { $1 })
            #expect(wrong.text.contains("class=\\\"bad\\\""))
            _ = try await server.engine.suppressions.add(
                [.init(number: try #require(PhoneNumber("+15551230001")))],
                by: "tests",
                project: Project.first
            )
            #expect(try await editor.post("/calls/check", fields).text.contains("Would not be dialed"))
            // Without a script the same is on the page.
            let page = try await editor.post("/calls/new", fields.merging(["do": "check"]) { $1 })
            #expect(page.status == 200)
            #expect(page.text.contains("Would not be dialed"))
            let refused = try await editor.post("/calls/new", fields.merging(["do": "place"]) { $1 })
            #expect(refused.status == 422)
            #expect(try await server.engine.calls.calls(limit: 1, project: Project.first).calls.isEmpty)
        }
    }

    @Test("The form has a field for each placeholder; pressed twice, it places one call")
    func place() async throws {
        try await TestServer.run(withPages: true) { server in
            let text = TestServer.agent.replacing("agent: reminder", with: "agent: greeter")
                .replacing("Hello.", with: "Hello {{name}}, it is {{day}}.")
            _ = try await server.engine.agents.apply(text + "\ndefaults: {day: Monday}\n", project: Project.first)
            let editor = try await Visitor.signedIn(.editor, at: server)
            let page = try await editor.get("/calls/new?agent=greeter")
            #expect(page.text.contains("name=\"variable.name\""))
            #expect(page.text.contains("placeholder=\"Monday\""))
            let request = try #require(page.text.firstMatch(of: /name="request" value="([^"]*)"/)).1
            let fields = ["agent": "greeter", "to": "+15551230001", "request": String(request), "do": "place"]
            let missing = try await editor.post("/calls/new", fields)
            #expect(missing.status == 422)
            #expect(missing.text.contains("&#39;name&#39;"))
            let full = fields.merging(["variable.name": Self.hostile]) { $1 }
            let placed = try await editor.post("/calls/new", full)
            #expect(placed.status == 303)
            #expect(try await editor.post("/calls/new", full).location == placed.location)
            let calls = try await server.engine.calls.calls(limit: 10, project: Project.first).calls
            #expect(calls.count == 1)
            #expect(calls.first?.request.variables["name"] == .string(Self.hostile))
            let shown = try await editor.get(try #require(placed.location))
            #expect(shown.text.contains("&lt;script&gt;alert(1)&lt;/script&gt; =HYPERLINK(&quot;"))
            #expect(!shown.text.contains("\u{202E}"))
            let audit = try await server.engine.users.audit.entries(limit: 5, project: Project.first).entries
            #expect(audit.count { $0.action == .placedCall && $0.name == "editor" } == 1)
        }
    }

    @Test("An open page is told each line as it is spoken, and hangs up the call")
    func live() async throws {
        try await TestServer.run(withPages: true) { server in
            let editor = try await Visitor.signedIn(.editor, at: server)
            let (id, _) = try await server.liveCall()
            let page = try await editor.get("/calls/\(id)")
            #expect(page.text.contains("data-live=\"/calls/\(id)/live\""))
            #expect(page.text.contains("Say this"))
            let spoken = try await changes(of: "/calls/\(id)/live", by: editor, until: "\"append\":{\"lines\"")
            #expect(spoken.contains("event: change"))
            #expect(try await editor.post("/calls/\(id)/end").status == 303)
            let ended = try await changes(of: "/calls/\(id)/live", by: editor, until: "\"reload\":true")
            #expect(ended.contains("in progress"))
            let over = try await editor.get("/calls/\(id)")
            #expect(!over.text.contains("data-live"))
            #expect(!over.text.contains("Hang up"))
        }
    }

    @Test("The page of a call has its conversation, its evidence and its recording, and takes a label")
    func afterwards() async throws {
        let directory = FileManager.default.temporaryDirectory.appending(path: "dashboard-\(UUID())").path
        defer { try? FileManager.default.removeItem(atPath: directory) }
        try await TestServer.run(recordings: directory, withPages: true) { server in
            server.line.records(Data([82, 73, 70, 70]))
            let id = try await server.completedCall()
            let editor = try await Visitor.signedIn(.editor, at: server)
            let page = try await editor.get("/calls/\(id)").text
            for text in ["class=\"ladder\"", "id=\"lines\"", "May be dialed", "INVITE"] {
                #expect(page.contains(text), "\(text)")
            }
            #expect(try await editor.get("/calls/\(id)/recording").status == 200)
            #expect(try await editor.get("/calls/\(id)/raw").text.contains("\"status\":\"completed\""))
            #expect(try await editor.post("/calls/\(id)/label", ["label": "machine"]).status == 303)
            #expect(try await editor.get("/calls/\(id)").text.contains("value=\"machine\" aria-pressed=\"true\""))
            #expect(try await editor.post("/calls/\(id)/label", ["label": ""]).status == 303)
            let call = try await server.engine.calls.call(try #require(Call.ID(id)), project: Project.first)
            #expect(call.answerLabel == nil)
        }
    }

    @Test("Who has no agent yet adds the example with one button, and is led to the first call")
    func example() async throws {
        try await TestServer.run(withPages: true) { server in
            try await server.engine.agents.remove("reminder", project: Project.first)
            let editor = try await Visitor.signedIn(.editor, at: server)
            #expect(try await editor.get("/calls/new").text.contains("Add the example agent"))
            let added = try await editor.post("/agents/example")
            let location = try #require(added.location)
            #expect(location.hasPrefix("/calls/new?agent=appointment-reminder"))
            #expect(try await editor.get(location).text.contains("name=\"variable.day\""))
        }
    }
}
