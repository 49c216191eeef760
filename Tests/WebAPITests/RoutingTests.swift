import AsyncHTTPClient
import Calls
import Engine
import Foundation
import NIOCore
import NIOHTTP1
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

    @Test("A request that is never finished is given up, and an answer that goes on is not")
    func idle() async throws {
        try await TestServer.run(idleTimeout: .milliseconds(300)) { server in
            let id = try await server.placeForTomorrow()
            let following = try await HTTPClient.shared.execute(
                server.request("GET", "/v1/calls/\(id)/events"),
                deadline: .now() + .seconds(60)
            )
            let nothing = AsyncStream.makeStream(of: ByteBuffer.self)
            var unfinished = server.request("POST", "/v1/calls")
            unfinished.headers.add(name: "Content-Type", value: "application/json")
            unfinished.body = .stream(nothing.stream, length: .known(Int64(100)))
            var failure: (any Error)?
            do {
                _ = try await HTTPClient.shared.execute(unfinished, deadline: .now() + .seconds(10))
            } catch {
                failure = error
            }
            let gaveUp = try #require(failure)
            #expect((gaveUp as? HTTPClientError) != .deadlineExceeded, "The server gave up, not the client")
            _ = try await server.engine.calls.cancel(#require(Call.ID(id)), project: Project.first)
            let text = String(buffer: try await following.body.collect(upTo: 1 << 20))
            #expect(text.contains("event: call.ended"))
            nothing.continuation.finish()
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
