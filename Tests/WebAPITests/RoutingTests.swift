import Foundation
import Testing

@testable import WebAPI

@Suite("Routing", .timeLimit(.minutes(1)))
struct RoutingTests {
    @Test("A path that does not exist is a JSON 404")
    func unknownPath() async throws {
        try await TestServer.run { server in
            let answer = try await server.get("/v1/nothing/here")
            #expect(answer.status == 404)
            #expect(answer.code == "path_not_found")
            #expect(answer.headers["content-type"] == "application/json; charset=utf-8")
        }
    }

    @Test("A wrong method is a 405 that lists the right ones")
    func wrongMethod() async throws {
        try await TestServer.run { server in
            let answer = try await server.send(server.request("DELETE", "/v1/calls"))
            #expect(answer.status == 405)
            #expect(answer.code == "method_not_allowed")
            #expect(answer.headers["allow"] == "GET, HEAD, POST")
            let health = try await server.post("/healthz", "")
            #expect(health.status == 405)
        }
    }

    @Test("So is a method that no path of ours takes", arguments: ["TRACE", "PROPFIND"])
    func unknownMethod(method: String) async throws {
        try await TestServer.run { server in
            let answer = try await server.send(server.request(method, "/v1/wallet"))
            #expect(answer.status == 405)
            #expect(answer.code == "method_not_allowed")
            #expect(answer.headers["allow"] == "GET, HEAD")
            #expect(try await server.send(server.request(method, "/v1/nothing")).status == 404)
        }
    }

    @Test("Every answer names its request, with the caller's own name if that is fit for a log")
    func requestID() async throws {
        try await TestServer.run { server in
            let own = try await server.get("/v1/calls", headers: ["X-Request-Id": "order-17.b"])
            #expect(own.headers["x-request-id"] == "order-17.b")
            let forged = try await server.get("/v1/nothing", headers: ["X-Request-Id": "a b=c"])
            #expect(forged.headers["x-request-id"]?.hasPrefix("req_") == true)
        }
    }

    @Test("Health is alive as long as the process is; readiness tells why not")
    func health() async throws {
        let reasons: @Sendable () async -> [String] = { ["the server is stopping"] }
        try await TestServer.run(readiness: reasons) { server in
            let alive = try await server.get("/healthz")
            #expect(alive.status == 200)
            #expect(alive.text == #"{"status":"ok"}"#)
            let ready = try await server.get("/readyz")
            #expect(ready.status == 503)
            #expect(try ready.json["reasons"] as? [String] == ["the server is stopping"])
        }
        try await TestServer.run { server in
            let ready = try await server.get("/readyz")
            #expect(ready.status == 200)
        }
    }
}
