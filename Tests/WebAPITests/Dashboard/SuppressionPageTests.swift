import Calls
import Engine
import Foundation
import Storage
import Testing

@testable import WebAPI

@Suite("The do-not-call list at the pages", .timeLimit(.minutes(1)))
struct SuppressionPageTests {
    private static let hostile = "=HYPERLINK(\"x\") <script>pwned=1</script> \u{202E}gpj.exe"

    private static func upload(_ visitor: Visitor, token: String? = nil, _ lines: String) async throws -> Visitor.Answer
    {
        let parts = [("form_token", token ?? visitor.token), ("lines", ""), ("file", lines)].map { name, value in
            "--cut\r\nContent-Disposition: form-data; name=\"\(name)\"\r\n\r\n\(value)\r\n"
        }
        return try await visitor.send(
            "POST",
            "/do-not-call/import",
            headers: ["Content-Type": "multipart/form-data; boundary=cut"],
            body: parts.joined() + "--cut--\r\n"
        )
    }

    @Test("A number is added however it is written, found by its beginning, explained, and taken off with a reason")
    func life() async throws {
        try await TestServer.run(withPages: true) { server in
            let editor = try await Visitor.signedIn(.editor, at: server)
            #expect(try await editor.get("/do-not-call").text.contains("Nobody is on the list"))
            let wrong = try await editor.post(
                "/do-not-call",
                ["number": "0555", "note": Self.hostile, "reason": "complaint"]
            )
            #expect(wrong.status == 422)
            #expect(wrong.text.contains("id=\"fault-number\""))
            #expect(wrong.text.contains("value=\"0555\""))
            #expect(wrong.text.contains(/value="complaint" selected/))
            let added = try await editor.post(
                "/do-not-call",
                ["number": "+1 (555) 123-0009", "note": Self.hostile, "reason": "complaint"]
            )
            #expect(added.location == "/do-not-call/15551230009")
            let page = try await editor.get("/do-not-call/15551230009")
            for words in ["Not called", "complained", "<bdi>editor</bdi>", "&lt;script&gt;"] {
                #expect(page.text.contains(words), "\(words)")
            }
            #expect(!page.text.unicodeScalars.contains("\u{202E}"))
            #expect(try await editor.get("/do-not-call?q=%2B1+555+123").text.contains("+15551230009"))
            #expect(try await editor.get("/do-not-call?q=%2B1556").text.contains("Not on this list"))
            #expect(try await editor.get("/do-not-call?q=%3Cscript%3E").text.contains("Nothing to search for"))

            #expect(try await editor.post("/do-not-call/15551230009/free").status == 422)
            #expect(try await editor.post("/do-not-call/15551230009/free", ["why": "asked us back"]).status == 303)
            #expect(try await editor.get("/do-not-call/15551230009").text.contains("Not on the list"))
            #expect(try await editor.post("/do-not-call/15551230009/free", ["why": "again"]).status == 404)
            let log = try await server.engine.users.audit.entries(limit: 2, project: Project.first).entries
            #expect(log.map(\.action) == [.freedNumber, .stoppedNumber])
            #expect(log.map(\.subject) == ["+15551230009", "+15551230009"])
            #expect(log.first?.detail == "asked us back")
        }
    }

    @Test(
        "A file is imported as a whole or not at all, and what is exported opens no formula and can be imported again"
    )
    func files() async throws {
        try await TestServer.run(withPages: true) { server in
            let editor = try await Visitor.signedIn(.editor, at: server)
            _ = try await editor.get("/do-not-call")
            let lines = "number,reason,note\n+15551230001,complaint,\"\(Self.hostile.replacing("\"", with: "\"\""))\"\n"
            let broken = try await Self.upload(editor, lines + "nobody\n")
            #expect(broken.status == 422)
            #expect(broken.text.contains("Nothing was imported"))
            #expect(broken.text.contains("line 3"))
            #expect(try await editor.get("/do-not-call").text.contains("Nobody is on the list"))
            #expect(try await Self.upload(editor, token: "x", lines).status == 403)
            let taken = try await Self.upload(editor, lines + "+15551230002\n")
            #expect(taken.text.contains("2 added, 0 on the list already"))
            let pasted = try await editor.post("/do-not-call/import", ["lines": "+15551230002\n+15551230003"])
            #expect(pasted.text.contains("1 added, 1 on the list already"))

            let export = try await editor.get("/do-not-call/export")
            #expect(export.headers["content-type"]?.hasPrefix("text/csv") == true)
            #expect(export.text.contains("\"'=HYPERLINK("))
            #expect(export.text.contains("\r\n+15551230002,other,"))
            #expect(
                try SuppressionImport.read(export.text.utf8).map(\.number.description) == [
                    "+15551230001", "+15551230002", "+15551230003",
                ]
            )
        }
    }

    @Test("A viewer reads the list and finds nothing to change it with; other projects' numbers are not on it")
    func viewer() async throws {
        try await TestServer.run(withPages: true) { server in
            let other = try await ProjectControl(store: .init(server.database)).create(name: "Other").id
            let (mine, foreign) = (try #require(PhoneNumber("+15551230001")), try #require(PhoneNumber("+15551230002")))
            _ = try await server.engine.suppressions.add([.init(number: mine)], by: "call", project: Project.first)
            _ = try await server.engine.suppressions.add([.init(number: foreign)], by: "call", project: other)
            let viewer = try await Visitor.signedIn(.viewer, at: server)
            let page = try await viewer.get("/do-not-call")
            #expect(page.text.contains("+15551230001"))
            #expect(!page.text.contains("+15551230002"))
            #expect(!page.text.contains("action=\"/do-not-call\" class=\"stack\""))
            #expect(!(try await viewer.get("/do-not-call/15551230001").text.contains("/free")))
            #expect(try await viewer.get("/do-not-call/15551230002").text.contains("Not on the list"))
            #expect(!(try await viewer.get("/do-not-call/export").text.contains("+15551230002")))
        }
    }
}
