import AsyncHTTPClient
import Calls
import Engine
import Foundation
import Storage
import Testing

@testable import WebAPI

@Suite("Access", .timeLimit(.minutes(1)))
struct AccessTests {
    @Test("Without a key nothing is told, and the answer says how to send one")
    func missingKey() async throws {
        try await TestServer.run { server in
            let request = HTTPClientRequest(url: server.base + "/v1/calls")
            let answer = try await server.send(request)
            #expect(answer.status == 401)
            #expect(answer.code == "missing_key")
            #expect(answer.headers["www-authenticate"] == #"Bearer realm="trunkline""#)
            #expect(try answer.json.at("error.type") as? String == "authentication_error")
        }
    }

    @Test("A key that does not exist, and one that was revoked, are refused")
    func wrongKey() async throws {
        try await TestServer.run { server in
            #expect(try await server.get("/v1/calls", key: "sk_test_nonsense").code == "invalid_key")

            let made = try await server.post("/v1/keys", #"{"name": "short-lived"}"#)
            #expect(made.status == 201)
            #expect(made.headers["cache-control"] == "no-store")
            let secret = try #require(try made.json["secret"] as? String)
            let id = try #require(try made.json["id"] as? String)
            #expect(try await server.get("/v1/calls", key: secret).status == 200)

            let revoked = try await server.send(server.request("DELETE", "/v1/keys/\(id)"))
            #expect(revoked.status == 200)
            #expect(try revoked.json["revoked_at"] is String)
            #expect(try await server.get("/v1/calls", key: secret).code == "invalid_key")
            #expect(!(try await server.get("/v1/keys").text.contains(secret)))
        }
    }

    @Test("A test key makes no live keys")
    func noEscalation() async throws {
        try await TestServer.run { server in
            let answer = try await server.post("/v1/keys", #"{"mode": "live"}"#)
            #expect(answer.status == 403)
            #expect(answer.code == "beyond_key")
        }
    }

    @Test("Calls placed with a test key are test calls")
    func mode() async throws {
        try await TestServer.run { server in
            let id = try await server.place()
            #expect(try await server.get("/v1/calls/\(id)").json["mode"] as? String == "test")
        }
    }

    @Test("Two projects cannot see, follow or cancel each other's calls, nor each other's agents and keys")
    func isolation() async throws {
        try await TestServer.run { server in
            let other = Project.ID(bornAt: Date())
            _ = try await ProjectStore(server.database).ensure(other, name: "Other", secret: "whsec_eA==", now: Date())
            let (_, secret) = try await server.engine.keys.create(name: "", mode: .test, project: other)
            let id = try await server.place()
            for path in ["", "/transcript", "/recording", "/attempts", "/trace", "/events"] {
                let answer = try await server.get("/v1/calls/\(id)\(path)", key: secret)
                #expect(answer.code == "call_not_found", "\(path)")
            }
            #expect(try await server.post("/v1/calls/\(id)/cancel", "", key: secret).code == "call_not_found")
            #expect(try await server.get("/v1/calls", key: secret).json["data"] as? [NSDictionary] == [])
            #expect(try await server.get("/v1/agents/reminder", key: secret).code == "agent_not_found")
            let placed = try await server.post(
                "/v1/calls",
                #"{"agent": "reminder", "to": "+15551230001"}"#,
                key: secret
            )
            #expect(placed.code == "agent_not_found")
            let keys = try #require(try await server.get("/v1/keys", key: secret).json["data"] as? [NSDictionary])
            #expect(keys.count == 1)
        }
    }
}
