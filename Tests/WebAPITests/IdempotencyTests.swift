import Foundation
import Testing

@Suite("Repeated requests", .timeLimit(.minutes(1)))
struct IdempotencyTests {
    private static let body = #"{"agent": "reminder", "to": "+15551230001"}"#

    private func post(_ server: TestServer, _ body: String = body, key: String) async throws -> TestServer.Answer {
        try await server.post("/v1/calls", body, headers: ["Idempotency-Key": key])
    }

    private func calls(_ server: TestServer) async throws -> Int {
        (try await server.get("/v1/calls").json["data"] as? [NSDictionary])?.count ?? -1
    }

    @Test("The same request under the same key gets the first answer again, and makes no second call")
    func repeated() async throws {
        try await TestServer.run { server in
            let first = try await post(server, key: "order-17")
            #expect(first.status == 201)
            #expect(first.headers["idempotent-replayed"] == nil)
            let second = try await post(server, key: "order-17")
            #expect(second.status == 201)
            #expect(second.body == first.body)
            #expect(second.headers["location"] == first.headers["location"])
            #expect(second.headers["content-type"] == first.headers["content-type"])
            #expect(second.headers["idempotent-replayed"] == "true")
            #expect(try await calls(server) == 1)
            #expect(try await post(server, key: "order-18").body != first.body)
            #expect(try await calls(server) == 2)
        }
    }

    @Test("Ten at once under one key make one call")
    func parallel() async throws {
        try await TestServer.run { server in
            let answers = try await withThrowingTaskGroup(of: TestServer.Answer.self) { group in
                for _ in 0..<10 { group.addTask { try await post(server, key: "k") } }
                return try await group.reduce(into: []) { $0.append($1) }
            }
            #expect(answers.allSatisfy { $0.status == 201 })
            #expect(Set(answers.map(\.body)).count == 1)
            #expect(answers.count { $0.headers["idempotent-replayed"] == nil } == 1)
            #expect(try await calls(server) == 1)
        }
    }

    @Test("Another request under the same key is refused")
    func reused() async throws {
        try await TestServer.run { server in
            _ = try await post(server, key: "k")
            let other = try await post(server, #"{"agent": "reminder", "to": "+15551230002"}"#, key: "k")
            #expect(other.status == 409)
            #expect(try other.json.at("error.code") as? String == "idempotency_key_reused")
            #expect(try await calls(server) == 1)
        }
    }

    @Test("A request that was refused may be corrected under the same key")
    func refused() async throws {
        try await TestServer.run { server in
            let refused = try await post(server, #"{"agent": "nobody", "to": "+15551230001"}"#, key: "k")
            #expect(refused.status == 404)
            let corrected = try await post(server, key: "k")
            #expect(corrected.status == 201)
            #expect(corrected.headers["idempotent-replayed"] == nil)
        }
    }

    @Test("A key that is none is named", arguments: [String(repeating: "k", count: 256), "two words", "ключ"])
    func malformed(key: String) async throws {
        try await TestServer.run { server in
            let answer = try await post(server, key: key)
            #expect(answer.status == 400)
            #expect(try answer.json.at("error.code") as? String == "invalid_header")
            let asked = try await server.post(
                "/v1/calls?dry_run=true",
                #"{"agent": "reminder", "to": "+15551230001"}"#,
                headers: ["Idempotency-Key": key]
            )
            #expect(asked.status == 400, "Also where it would not be needed")
            #expect(try await calls(server) == 0)
        }
    }
}
