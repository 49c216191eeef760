import Calls
import Engine
import Foundation
import Storage
import Testing

@testable import WebAPI

@Suite("Keys at the pages", .timeLimit(.minutes(1)))
struct KeyPageTests {
    private static func secret(in page: Visitor.Answer) throws -> String {
        String(try #require(page.text.firstMatch(of: /id="secret"[^>]*value="([^"]+)"/)).1)
    }

    @Test("A key is shown once, opens what it was given and nothing else, and is refused as soon as it is revoked")
    func life() async throws {
        try await TestServer.run(withPages: true) { server in
            let owner = try await Visitor.signedIn(.owner, at: server)
            let fields = ["name": "shop <b>", "mode": "test", "scope": "sessions:read", "per_minute": "7"]
            let made = try await owner.post("/connections/keys", fields)
            #expect(made.status == 200)
            let secret = try Self.secret(in: made)
            #expect(made.text.contains("shop &lt;b&gt;"))
            #expect(made.text.contains("7 a minute"))
            let listed = try await owner.get("/connections/keys")
            #expect(!listed.text.contains(secret))
            #expect(listed.text.contains("never"))

            #expect(try await server.get("/v1/calls", key: secret).status == 200)
            #expect(try await server.get("/v1/agents", key: secret).status == 403)
            let key = try #require(
                try await server.engine.keys.keys(project: Project.first).first { $0.name != "tests" }
            )
            #expect(key.scopes == [.sessionsRead])
            #expect(key.limits.perMinute == 7)

            let rotated = try await owner.post("/connections/keys/\(key.id)/rotate", ["grace": "0"])
            let second = try Self.secret(in: rotated)
            #expect(second != secret)
            #expect(try await server.get("/v1/calls", key: secret).status == 401)
            #expect(try await server.get("/v1/calls", key: second).status == 200)
            #expect(try await owner.post("/connections/keys/\(key.id)/revoke").status == 303)
            #expect(try await server.get("/v1/calls", key: second).status == 401)
            #expect(try await owner.get("/connections/keys").text.contains("Revoked or expired: 1"))
            #expect(try await owner.post("/connections/keys/\(key.id)/rotate").status == 409)

            let log = try await server.engine.users.audit.entries(limit: 10, project: Project.first).entries
            #expect(log.prefix(3).map(\.action) == [.revokedKey, .rotatedKey, .madeKey])
        }
    }

    @Test("What is wrong with a key is said at its field, and nothing that was typed is lost")
    func faults() async throws {
        try await TestServer.run(withPages: true) { server in
            let owner = try await Visitor.signedIn(.owner, at: server)
            let before = try await server.engine.keys.keys(project: Project.first).count
            let wrong = [
                "name": "", "per_minute": "many", "per_hour": "12", "expires_at": "soon", "scope": "dnc:manage",
            ]
            let answer = try await owner.post("/connections/keys", wrong)
            #expect(answer.status == 422)
            for field in ["name", "per_minute", "expires_at"] {
                #expect(answer.text.contains("id=\"fault-\(field)\""), "\(field)")
            }
            #expect(answer.text.contains("value=\"many\""))
            #expect(answer.text.contains("value=\"12\""))
            #expect(answer.text.contains(/value="dnc:manage" checked/))
            #expect(!answer.text.contains(/value="keys:manage" checked/))
            let none = try await owner.post("/connections/keys", ["name": "no scope"])
            #expect(none.status == 422)
            #expect(none.text.contains("a key without a scope opens nothing"))
            let past = try await owner.post(
                "/connections/keys",
                ["name": "x", "scope": "dnc:manage", "expires_at": "2020-01-01"]
            )
            #expect(past.text.contains("id=\"fault-expires_at\""))
            #expect(try await server.engine.keys.keys(project: Project.first).count == before)
        }
    }

    @Test(
        "A viewer sees keys without their secrets and nothing to change them with; another project's key is not there"
    )
    func roles() async throws {
        try await TestServer.run(withPages: true) { server in
            let viewer = try await Visitor.signedIn(.viewer, at: server)
            let page = try await viewer.get("/connections/keys")
            #expect(page.text.contains("tests"))
            #expect(!page.text.contains("/revoke"))
            #expect(!page.text.contains("Make the key"))
            let projects = ProjectControl(store: .init(server.database))
            let other = try await projects.create(name: "Other").id
            let foreign = try await server.engine.keys.create(name: "foreign", mode: .test, project: other)
            let owner = try await Visitor.signedIn(.owner, at: server)
            _ = try await owner.get("/connections/keys")
            #expect(try await owner.post("/connections/keys/\(foreign.key.id)/revoke").status == 404)
            #expect(try await owner.post("/connections/keys/\(foreign.key.id)/rotate").status == 404)
            #expect(!(try await owner.get("/connections/keys").text.contains("foreign")))
            #expect(try await server.engine.keys.key(foreign.key.id).revokedAt == nil)
        }
    }
}
