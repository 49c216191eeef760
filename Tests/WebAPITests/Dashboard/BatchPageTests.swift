import Calls
import Engine
import Foundation
import Testing

@testable import WebAPI

@Suite("Batches at the pages", .timeLimit(.minutes(1)))
struct BatchPageTests {
    private static let hostile = "<script>alert(1)</script>"
    private static let list = """
        phone,name
        +15551230001,\(hostile)
        12,Sam
        +15551230001,Again
        +15551230002,Ana

        """
    private static let fields = [
        ("request", "form-1"), ("name", "June \(hostile)"), ("agent", "reminder"), ("mode", "test"),
        ("calls_per_minute", "6000"), ("time_zone", "UTC"),
    ]

    private func batch(in answer: Visitor.Answer) throws -> Batch.ID {
        let location = try #require(answer.location, "\(answer.status) \(answer.text)")
        return try #require(Batch.ID(String(location.dropFirst("/batches/".count))), "\(location)")
    }

    /// Wherever the callees may be, it may be night there.
    private func callAtAnyHour(_ server: TestServer) async throws {
        let policy = #"{"calling_hours":{"applies_to":"none"}}"#
        try #require(try await server.post("/v1/policy", policy, method: "PATCH").status == 200)
    }

    @Test("A list is judged row by row before anybody is called, with the line and the column of what is wrong")
    func check() async throws {
        try await TestServer.run(withPages: true) { server in
            let editor = try await Visitor.signedIn(.editor, at: server)
            _ = try await editor.get("/batches/new")
            let preview = try await editor.upload("/batches/check", Self.fields, list: Self.list)
            try #require(preview.status == 200, "\(preview.text)")
            let fragments = try JSONSerialization.jsonObject(with: Data(preview.text.utf8)) as? NSDictionary
            let html = try #require(fragments?.at("replace.preview") as? String)
            #expect(html.contains("Would not be launched as it is."))
            #expect(html.contains("Something is wrong with 1 of 4 rows"))
            #expect(html.contains("<th scope=\"row\" class=\"number\">3</th>"))
            #expect(html.contains("<bdi>phone: the number has no country code"))
            #expect(html.contains("the number stands in line 2 already"))
            #expect(html.contains("Costs"))

            let annotated = try await editor.upload("/batches/annotated", Self.fields, list: Self.list)
            #expect(annotated.headers["content-disposition"]?.contains("attachment") == true)
            #expect(annotated.text.contains("row_verdict"))
            #expect(annotated.text.contains("12,Sam,3,faulty,"))
            #expect(try await editor.get("/batches").text.contains("No batches yet"))

            let nothing = try await editor.upload("/batches/new", Self.fields + [("do", "launch")], list: nil)
            #expect(nothing.status == 422)
            #expect(nothing.text.contains("choose a file"))
            let refused = try await editor.upload(
                "/batches/new",
                Self.fields + [("hours_from", "17:00"), ("do", "launch")],
                list: Self.list
            )
            #expect(refused.status == 422)
            #expect(refused.text.contains("expected two times"))
            #expect(refused.text.contains("value=\"June &lt;script&gt;"))
        }
    }

    @Test("A list with something wrong in it is launched without those rows or not at all, and by one form once")
    func launch() async throws {
        try await TestServer.run(withPages: true) { server in
            try await callAtAnyHour(server)
            let editor = try await Visitor.signedIn(.editor, at: server)
            _ = try await editor.get("/batches/new")
            let fields = Self.fields + [("paused", "1"), ("do", "launch")]
            let refused = try await editor.upload("/batches/new", fields, list: Self.list)
            #expect(refused.status == 422)
            #expect(refused.text.contains("Would not be launched as it is."))

            let wanted = fields + [("leave_out_faulty", "1")]
            let id = try batch(in: try await editor.upload("/batches/new", wanted, list: Self.list))
            #expect(try batch(in: try await editor.upload("/batches/new", wanted, list: Self.list)) == id)
            let page = try await editor.get("/batches/\(id)")
            #expect(page.text.contains("<h1>June &lt;script&gt;"))
            #expect(!page.text.contains("<script>"))
            #expect(page.text.contains("stands on line 2 already"))

            #expect(try await editor.post("/batches/\(id)/resume").location == "/batches/\(id)")
            #expect(try await editor.post("/batches/\(id)/pause").location == "/batches/\(id)")
            #expect(try await editor.post("/batches/\(id)/cancel").location == "/batches/\(id)")
            #expect(try await editor.post("/batches/\(id)/resume").status == 409)
            let (entries, _) = try await server.engine.users.audit.entries(
                before: nil,
                limit: 5,
                project: Project.first
            )
            #expect(
                entries.prefix(4).map(\.action) == [.canceledBatch, .pausedBatch, .resumedBatch, .launchedBatch]
            )
            #expect(entries.first?.subject == id.description)
        }
    }

    @Test("A batch is followed while it goes on, and its results are a table with the list's own columns")
    func follow() async throws {
        try await TestServer.run(withPages: true) { server in
            try await callAtAnyHour(server)
            let editor = try await Visitor.signedIn(.editor, at: server)
            _ = try await editor.get("/batches/new")
            let list = "phone,name\n+15551230001,=1+1\n"
            let fields = Self.fields + [("do", "launch")]
            let id = try batch(in: try await editor.upload("/batches/new", fields, list: list))
            #expect(try await editor.get("/batches/\(id)").text.contains("data-live=\"/batches/\(id)/live\""))
            var told = ""
            for try await part in try await editor.stream("/batches/\(id)/live") {
                told += part
                if told.contains("on the line") { server.conversations.goOn.continuation.yield() }
                if told.contains("\"reload\":true") { break }
            }
            #expect(told.contains("on the line"))
            let page = try await editor.get("/batches/\(id)").text
            #expect(page.contains("<span class=\"badge good\">completed</span>"))
            #expect(page.contains("<rect class=\"t-good\""))
            #expect(!page.contains("data-live"))
            let results = try await editor.get("/batches/\(id)/results.csv")
            #expect(results.text.hasPrefix("phone,name,call_status"))
            #expect(results.text.contains("+15551230001,\"'=1+1\",completed"))
        }
    }

    @Test("No list is taken from a form that is not of the session")
    func foreignUploads() async throws {
        try await TestServer.run(withPages: true) { server in
            let editor = try await Visitor.signedIn(.editor, at: server)
            _ = try await editor.get("/batches/new")
            for path in ["/batches/new", "/batches/check", "/batches/annotated"] {
                let none = try await editor.upload(path, Self.fields, list: Self.list, withToken: false)
                #expect(none.status == 403, "\(path)")
                let wrong = [("form_token", "x")] + Self.fields
                #expect(try await editor.upload(path, wrong, list: Self.list, withToken: false).status == 403)
                let site = ["Sec-Fetch-Site": "cross-site"]
                #expect(try await editor.upload(path, Self.fields, list: Self.list, headers: site).status == 403)
            }
            // A page that takes no files takes none.
            #expect(try await editor.upload("/calls/check", Self.fields, list: Self.list).status == 415)
        }
    }
}
