import Calls
import Engine
import Foundation
import Storage
import Testing

@testable import WebAPI

@Suite("Who may do what at the pages", .timeLimit(.minutes(1)))
struct PageAccessTests {
    /// Every page: the role it needs, and how it is asked for.
    static let pages: [(method: String, path: String, role: Role)] = [
        ("GET", "/calls", .viewer), ("GET", "/calls/new", .editor), ("POST", "/calls/new", .editor),
        ("POST", "/calls/check", .editor), ("GET", "/calls/{call}", .viewer), ("GET", "/calls/{call}/raw", .viewer),
        ("GET", "/calls/{call}/recording", .viewer), ("GET", "/calls/{call}/live", .viewer),
        ("POST", "/calls/{call}/end", .editor), ("POST", "/calls/{call}/say", .editor),
        ("POST", "/calls/{call}/label", .editor), ("POST", "/calls/{call}/webhooks/{delivery}", .editor),
        ("GET", "/batches", .viewer), ("GET", "/batches/new", .editor), ("POST", "/batches/new", .editor),
        ("POST", "/batches/check", .editor), ("POST", "/batches/annotated", .editor),
        ("GET", "/batches/example.csv", .viewer), ("GET", "/batches/{batch}", .viewer),
        ("GET", "/batches/{batch}/live", .viewer), ("GET", "/batches/{batch}/results.csv", .viewer),
        ("POST", "/batches/{batch}/pause", .editor), ("POST", "/batches/{batch}/resume", .editor),
        ("POST", "/batches/{batch}/cancel", .editor), ("POST", "/batches/{batch}/redial", .editor),
        ("GET", "/live", .viewer), ("GET", "/live/changes", .viewer), ("GET", "/calls/{call}/audio", .viewer),
        ("GET", "/usage", .viewer), ("GET", "/usage/table.csv", .viewer), ("POST", "/theme", .viewer),
        ("GET", "/agents", .viewer), ("POST", "/agents/example", .editor), ("GET", "/people", .owner),
        ("POST", "/people", .owner), ("POST", "/people/{user}/role", .owner),
        ("POST", "/people/{user}/disable", .owner), ("POST", "/people/{user}/enable", .owner),
        ("GET", "/audit", .owner), ("POST", "/logout", .viewer), ("GET", "/connections", .viewer),
        ("GET", "/connections/keys", .viewer), ("POST", "/connections/keys", .owner),
        ("POST", "/connections/keys/{id}/rotate", .owner), ("POST", "/connections/keys/{id}/revoke", .owner),
        ("GET", "/connections/webhooks", .viewer), ("POST", "/connections/webhooks", .owner),
        ("GET", "/connections/webhooks/{id}", .viewer), ("POST", "/connections/webhooks/{id}", .owner),
        ("POST", "/connections/webhooks/{id}/test", .editor), ("POST", "/connections/webhooks/{id}/rotate", .owner),
        ("POST", "/connections/webhooks/{id}/remove", .owner), ("GET", "/connections/deliveries", .viewer),
        ("GET", "/connections/deliveries/{id}", .viewer), ("POST", "/connections/deliveries/{id}/redeliver", .editor),
        ("GET", "/agents/new", .editor), ("POST", "/agents/new", .editor), ("GET", "/agents/{agent}", .viewer),
        ("POST", "/agents/{agent}/status", .editor), ("POST", "/agents/{agent}/call", .editor),
        ("POST", "/agents/{agent}/remove", .editor), ("GET", "/agents/{agent}/edit", .editor),
        ("POST", "/agents/{agent}/edit", .editor), ("GET", "/agents/{agent}/document", .viewer),
        ("POST", "/agents/{agent}/document", .editor), ("GET", "/agents/{agent}/preview", .viewer),
        ("GET", "/agents/{agent}/talk", .editor), ("POST", "/agents/{agent}/talk", .editor),
        ("GET", "/agents/{agent}/versions", .viewer), ("GET", "/agents/{agent}/versions/{version}", .viewer),
        ("POST", "/agents/{agent}/versions/{version}/restore", .editor), ("GET", "/numbers", .viewer),
        ("POST", "/numbers", .editor), ("POST", "/numbers/probe", .editor), ("POST", "/numbers/{id}/remove", .editor),
        ("POST", "/numbers/{id}/attach", .editor), ("POST", "/numbers/{id}/detach", .editor),
        ("GET", "/do-not-call", .viewer), ("GET", "/do-not-call/export", .viewer),
        ("GET", "/do-not-call/{number}", .viewer), ("POST", "/do-not-call", .editor),
        ("POST", "/do-not-call/import", .editor), ("POST", "/do-not-call/{number}/free", .editor),
    ]

    private static func path(_ page: String, call: String) -> String {
        page.replacing("{call}", with: call)
            .replacing("{delivery}", with: "msg_01jdr3k5w2e8vt6m4q9xbn7c5h")
            .replacing("{user}", with: "user_01jdr3k5w2e8vt6m4q9xbn7c5h")
            .replacing("{id}", with: "msg_01jdr3k5w2e8vt6m4q9xbn7c5h")
            .replacing("{number}", with: "15551230009")
            .replacing("{agent}", with: "nobody")
            .replacing("{version}", with: "agv_01jdr3k5w2e8vt6m4q9xbn7c5h")
            .replacing("{batch}", with: "batch_01jdr3k5w2e8vt6m4q9xbn7c5h")
    }

    @Test("Every page that the server has is in the list of these tests")
    func complete() async throws {
        try await TestServer.run(withPages: true) { server in
            let doors = ["/v1", "/aitelier", "/telzino", "/truedy", "/callingbox", "/recordings", "/docs", "/openapi"]
            let open = ["/login", "/invitation", "/assets", "/healthz", "/readyz", "/metrics"]
            let served = server.routes.filter { route in
                let path = route.split(separator: " ")[1]
                return path != "/" && !route.hasPrefix("HEAD") && !(doors + open).contains { path.hasPrefix($0) }
            }
            let listed = Self.pages.map { page in
                let path = page.path.replacing(/{(call|user|batch)}/, with: "{id}")
                return "\(page.method) \(path)"
            }
            #expect(Set(served) == Set(listed))
        }
    }

    @Test("A role that is too low is refused at every page, and one that is enough is not")
    func roles() async throws {
        try await TestServer.run(withPages: true) { server in
            let call = try await server.placeForTomorrow()
            for role in Role.allCases {
                let visitor = try await Visitor.signedIn(role, at: server)
                for page in Self.pages
                where page.path != "/logout" && !page.path.hasSuffix("}/live")
                    && page.path != "/live/changes"
                {
                    let path = Self.path(page.path, call: call)
                    let answer = page.method == "GET" ? try await visitor.get(path) : try await visitor.post(path)
                    #expect(
                        (answer.status == 403) == (role < page.role),
                        "\(role) \(page.method) \(path): \(answer.status)"
                    )
                }
            }
        }
    }

    @Test("Without a session no page is shown and nothing is done")
    func strangers() async throws {
        try await TestServer.run(withPages: true) { server in
            let call = try await server.placeForTomorrow()
            for cookie in [nil, "", "x", String(repeating: "A", count: 43)] {
                let visitor = Visitor(server)
                visitor.set("trunkline_session", cookie)
                for page in Self.pages {
                    let path = Self.path(page.path, call: call)
                    let answer = page.method == "GET" ? try await visitor.get(path) : try await visitor.post(path)
                    #expect(answer.status == (page.method == "GET" ? 303 : 401), "\(page.method) \(path)")
                    #expect(!answer.text.contains("+15551230001"))
                }
            }
        }
    }

    @Test("A form without the session's own token, or that another site sends, does nothing")
    func foreignForms() async throws {
        try await TestServer.run(withPages: true) { server in
            let owner = try await Visitor.signedIn(.owner, at: server)
            let other = try await Visitor.signedIn(.editor, at: server)
            _ = try await other.get("/calls/new")
            let call = try await server.placeForTomorrow()
            for page in Self.pages where page.method == "POST" {
                let path = Self.path(page.path, call: call)
                for token in ["", "x", other.token] {
                    #expect(try await owner.post(path, ["form_token": token]).status == 403, "\(path)")
                }
                for site in ["cross-site", "same-site"] {
                    #expect(try await owner.post(path, headers: ["Sec-Fetch-Site": site]).status == 403, "\(path)")
                }
                let plain = try await owner.post(path, headers: ["Content-Type": "text/plain"])
                #expect(plain.status == 415, "\(path)")
            }
            let stored = try await server.engine.calls.call(try #require(Call.ID(call)), project: Project.first)
            #expect(stored.lifecycle.status == .scheduled)
        }
    }

    @Test("The form for signing in is no use to another site")
    func foreignSignIn() async throws {
        try await TestServer.run(withPages: true) { server in
            _ = try await Visitor.signedIn(.viewer, at: server)
            let right = ["name": "viewer", "password": "correct horse"]
            #expect(try await Visitor(server).post("/login", right).status == 403)
            let visitor = Visitor(server)
            _ = try await visitor.get("/login")
            #expect(try await visitor.post("/login", right, headers: ["Sec-Fetch-Site": "cross-site"]).status == 403)
            #expect(try await visitor.post("/login", right.merging(["form_token": "x"]) { $1 }).status == 403)
            #expect(try await visitor.post("/login", right).status == 303)
        }
    }

    @Test("A user sees nothing of another project")
    func projects() async throws {
        try await TestServer.run(withPages: true) { server in
            let call = try await server.placeForTomorrow()
            let project = try await ProjectControl(store: ProjectStore(server.database)).create(name: "Other").id
            let (_, code) = try await server.engine.users.invite("other", as: .owner, project: project)
            let visitor = Visitor(server)
            _ = try await visitor.get("/invitation?code=\(code)")
            _ = try await visitor.post("/invitation", ["code": code, "password": "12345678", "again": "12345678"])
            #expect(!(try await visitor.get("/calls").text.contains("+15551230001")))
            for path in ["/calls/\(call)", "/calls/\(call)/raw", "/calls/\(call)/live", "/calls/\(call)/recording"] {
                #expect(try await visitor.get(path).status == 404, "\(path)")
            }
            #expect(try await visitor.post("/calls/\(call)/end").status == 404)
            #expect(!(try await visitor.get("/people").text.contains("owner@")))
        }
    }

    @Test("Every page and every error forbids what is not the server's own, frames, and being kept")
    func policy() async throws {
        try await TestServer.run(withPages: true) { server in
            let visitor = try await Visitor.signedIn(.owner, at: server)
            let call = try await server.completedCall()
            let paths = [
                "/calls", "/calls/new", "/calls/\(call)", "/agents", "/people", "/audit", "/calls/call_x", "/login",
                "/connections/keys", "/connections/webhooks", "/connections/deliveries", "/do-not-call",
                "/do-not-call/15551230009", "/numbers", "/agents/new", "/agents/new?as=document", "/agents/reminder",
                "/agents/reminder/edit", "/agents/reminder/document", "/agents/reminder/preview",
                "/agents/reminder/talk", "/agents/reminder/versions",
                "/batches", "/batches/new", "/batches/batch_x", "/live", "/usage",
            ]
            for path in paths {
                let answer = try await visitor.get(path)
                let policy = try #require(answer.headers["content-security-policy"], "\(path)")
                #expect(policy.contains("default-src 'none'"))
                #expect(policy.contains("frame-ancestors 'none'"))
                #expect(!policy.contains("unsafe"))
                #expect(answer.headers["x-content-type-options"] == "nosniff")
                #expect(answer.headers["cache-control"] == "no-store")
                // What the policy would stop is not there to begin with.
                #expect(!answer.text.contains(/<script(?! src="\/assets\/)|<style|style="|\son[a-z]+="/), "\(path)")
            }
        }
    }
}
