import Calls
import Engine
import Foundation
import Storage
import Synchronization
import Testing

@testable import WebAPI

/// A clock that a test turns.
private final class Hand: Sendable {
    private let offset = Mutex<TimeInterval>(0)

    @Sendable
    func now() -> Date { Date.stamp() + offset.withLock(\.self) }

    func forward(_ seconds: TimeInterval) { offset.withLock { $0 += seconds } }
}

@Suite("Signing in", .timeLimit(.minutes(1)))
struct SessionTests {
    @Test("The first link lets its opener choose the owner's password, once; then no such link is made any more")
    func firstOwner() async throws {
        try await TestServer.run(withPages: true) { server in
            let users = server.engine.users
            let replaced = try #require(try await users.firstInvitation())
            let code = try #require(try await users.firstInvitation())
            let visitor = Visitor(server)
            #expect(try await visitor.get("/invitation?code=\(replaced)").status == 410)
            #expect(try await visitor.get("/invitation?code=\(code)").text.contains("owner"))
            let different = try await visitor.post(
                "/invitation",
                ["code": code, "password": "one of them", "again": "another one"]
            )
            #expect(different.status == 422)
            let short = try await visitor.post("/invitation", ["code": code, "password": "short", "again": "short"])
            #expect(short.status == 422)
            let taken = try await visitor.post(
                "/invitation",
                ["code": code, "password": "correct horse", "again": "correct horse"]
            )
            #expect(taken.status == 303)
            #expect(try await visitor.get("/people").status == 200)
            #expect(try await visitor.get("/invitation?code=\(code)").status == 410)
            #expect(try await users.firstInvitation() == nil)
        }
    }

    @Test("Name and password open a session, where the visitor wanted to go; signing out ends it for good")
    func signInAndOut() async throws {
        try await TestServer.run(withPages: true) { server in
            let maria = try await Visitor.signedIn(.viewer, at: server, name: "maria")
            _ = maria
            let visitor = Visitor(server)
            let asked = try await visitor.get("/calls?status=live")
            #expect(asked.status == 303)
            #expect(asked.location == "/login?next=%2Fcalls%3Fstatus%3Dlive")
            _ = try await visitor.get(try #require(asked.location))
            let entered = try await visitor.post(
                "/login",
                ["name": "Maria", "password": "correct horse", "next": "/calls?status=live"]
            )
            #expect(entered.status == 303)
            #expect(entered.location == "/calls?status=live")
            let cookie = try #require(visitor.setCookies.first { $0.hasPrefix("trunkline_session=") })
            #expect(cookie.contains("HttpOnly"))
            #expect(cookie.contains("SameSite=Lax"))
            #expect(!cookie.contains("Secure"))
            let secret = try #require(visitor.cookie("trunkline_session"))

            #expect(try await visitor.get("/calls").status == 200)
            #expect(try await visitor.post("/logout").status == 303)
            visitor.set("trunkline_session", secret)
            #expect(try await visitor.get("/calls").location == "/login")
        }
    }

    @Test("Behind TLS the cookie is sent by TLS alone, and taken from no other host")
    func secureCookie() async throws {
        try await TestServer.run(withPages: true, publicURL: PublicURL("https://calls.example.com")) { server in
            let visitor = try await Visitor.signedIn(.viewer, at: server)
            #expect(visitor.cookie("__Host-trunkline_session") != nil)
        }
    }

    @Test(
        "Nobody is sent to another site after signing in",
        arguments: ["//evil.example", "https://evil.example", "/\\evil.example", "/a\r\nX: 1"]
    )
    func openRedirect(next: String) async throws {
        try await TestServer.run(withPages: true) { server in
            _ = try await Visitor.signedIn(.viewer, at: server)
            let visitor = Visitor(server)
            _ = try await visitor.get("/login")
            let entered = try await visitor.post(
                "/login",
                ["name": "viewer", "password": "correct horse", "next": next]
            )
            #expect(entered.location == "/calls")
        }
    }

    @Test(
        "A wrong password and a name that nobody has are answered alike, counted, and after ten tries not listened to"
    )
    func guessing() async throws {
        let hand = Hand()
        try await TestServer.run(withPages: true, now: hand.now) { server in
            _ = try await Visitor.signedIn(.viewer, at: server)
            let visitor = Visitor(server)
            _ = try await visitor.get("/login")
            let wrong = try await visitor.post("/login", ["name": "viewer", "password": "wrong"])
            let unknown = try await visitor.post("/login", ["name": "nobody", "password": "wrong"])
            #expect(wrong.status == 401)
            #expect(unknown.status == 401)
            let same = wrong.text.replacing("viewer", with: "nobody").replacing(/value="[^"]*"/, with: "")
            #expect(same == unknown.text.replacing(/value="[^"]*"/, with: ""))
            for _ in 0..<9 { _ = try await visitor.post("/login", ["name": "viewer", "password": "wrong"]) }
            let right = ["name": "viewer", "password": "correct horse"]
            #expect(try await visitor.post("/login", right).status == 429)
            hand.forward(16 * 60)
            #expect(try await visitor.post("/login", right).status == 303)
            let failures = try await server.engine.users.audit.entries(limit: 50, project: Project.first).entries
            #expect(failures.count { $0.action == .signInFailed } == 11)
        }
    }

    @Test("A session ends when it was not used for half a day, and after a week in any case")
    func expiry() async throws {
        let hand = Hand()
        try await TestServer.run(withPages: true, now: hand.now) { server in
            let idle = try await Visitor.signedIn(.viewer, at: server, name: "idle")
            let busy = try await Visitor.signedIn(.viewer, at: server, name: "busy")
            for _ in 0..<15 {
                hand.forward(11 * 60 * 60)
                #expect(try await busy.get("/calls").status == 200)
            }
            #expect(try await idle.get("/calls").status == 303)
            hand.forward(4 * 60 * 60)
            #expect(try await busy.get("/calls").status == 303)
        }
    }

    @Test("A user who is switched off is out at once, and the last owner cannot be")
    func switchedOff() async throws {
        try await TestServer.run(withPages: true) { server in
            let owner = try await Visitor.signedIn(.owner, at: server)
            let editor = try await Visitor.signedIn(.editor, at: server)
            let users = try await server.engine.users.users(project: Project.first)
            let ids = Dictionary(uniqueKeysWithValues: users.map { ($0.name, $0.id) })
            _ = try await owner.get("/people")
            #expect(try await owner.post("/people/\(try #require(ids["editor"]))/disable").status == 303)
            #expect(try await editor.get("/calls").status == 303)
            #expect(try await owner.post("/people/\(try #require(ids["owner"]))/disable").status == 409)
            let demoted = try await owner.post("/people/\(try #require(ids["owner"]))/role", ["role": "viewer"])
            #expect(demoted.status == 409)
            #expect(try await owner.get("/people").status == 200)
        }
    }

    @Test("A new password ends the sessions that were opened with the old one")
    func newPassword() async throws {
        try await TestServer.run(withPages: true) { server in
            let before = try await Visitor.signedIn(.viewer, at: server)
            let (_, code) = try await server.engine.users.inviteAgain("viewer")
            #expect(try await before.get("/calls").status == 200)
            let visitor = Visitor(server)
            _ = try await visitor.get("/invitation?code=\(code)")
            _ = try await visitor.post(
                "/invitation",
                ["code": code, "password": "battery staple", "again": "battery staple"]
            )
            #expect(try await before.get("/calls").status == 303)
            #expect(try await visitor.get("/calls").status == 200)
        }
    }
}
