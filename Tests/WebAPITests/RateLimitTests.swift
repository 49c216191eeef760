import Calls
import Engine
import Foundation
import Testing

@Suite("Rate limits")
struct RateLimitTests {
    private static let trigger = #"{"scenario": "reminder", "phone": "+34600111222"}"#

    @Test("A key with a limit is refused with 429 beyond it, and told when to come back; another key is not")
    func perKey() async throws {
        try await TestServer.run { server in
            let limited = try await server.engine.keys.create(
                name: "limited",
                mode: .test,
                limits: RequestLimits(perMinute: 3),
                project: Project.first
            ).secret
            for left in [2, 1, 0] {
                let answer = try await server.get("/v1/calls", key: limited)
                #expect(answer.status == 200)
                #expect(answer.headers["x-ratelimit-limit"] == "3")
                #expect(answer.headers["x-ratelimit-remaining"] == "\(left)")
            }
            let refused = try await server.get("/v1/calls", key: limited)
            #expect(refused.status == 429)
            #expect(refused.code == "rate_limited")
            let wait = try #require(refused.headers["retry-after"].flatMap { Int($0) })
            #expect((1...60).contains(wait))
            #expect(try await server.get("/v1/calls").status == 200)
            #expect(try await server.get("/v1/calls").headers["x-ratelimit-limit"] == nil)
        }
    }

    @Test("Requests that are refused count too; one that is only repeated does not")
    func refusedOnes() async throws {
        try await TestServer.run { server in
            let key = try await server.engine.keys.create(
                name: "limited",
                mode: .test,
                limits: RequestLimits(perMinute: 3),
                project: Project.first
            ).secret
            let call = #"{"agent": "reminder", "to": "+15551230001"}"#
            let headers = ["Idempotency-Key": "k"]
            for _ in 1...4 {
                #expect(try await server.post("/v1/calls", call, key: key, headers: headers).status == 201)
            }
            #expect(try await server.post("/v1/calls", "{}", key: key).status == 422)
            #expect(try await server.post("/v1/calls?dry_run=true", call, key: key).status == 200)
            #expect(try await server.post("/v1/calls", "{}", key: key).status == 429)
            #expect(try await server.post("/v1/calls", call, key: key, headers: headers).status == 201)
        }
    }

    @Test(
        "Aitelier 13: sixty-one triggers in a minute on one key, and the sixty-first is refused with 429; the project's other key still works"
    )
    func triggers() async throws {
        try await TestServer.run { server in
            for _ in 1...60 {
                #expect(try await server.post("/aitelier/v1/calls", Self.trigger).status == 201)
            }
            let refused = try await server.post("/aitelier/v1/calls", Self.trigger)
            #expect(refused.status == 429)
            #expect(refused.code == "rate_limited")
            let other = try await server.engine.keys.create(name: "other", mode: .test, project: Project.first).secret
            #expect(try await server.post("/aitelier/v1/calls", Self.trigger, key: other).status == 201)
        }
    }

    @Test(
        "Aitelier 8: with the minute's triggers used up, a used Idempotency-Key still gets its first answer, and a new one gets 429"
    )
    func replayed() async throws {
        try await TestServer.run { server in
            let first = try await server.post("/aitelier/v1/calls", Self.trigger, headers: ["Idempotency-Key": "first"])
            for _ in 2...60 { _ = try await server.post("/aitelier/v1/calls", Self.trigger) }
            let again = try await server.post("/aitelier/v1/calls", Self.trigger, headers: ["Idempotency-Key": "first"])
            #expect(again.status == 201)
            #expect(again.body == first.body)
            let new = try await server.post("/aitelier/v1/calls", Self.trigger, headers: ["Idempotency-Key": "new"])
            #expect(new.status == 429)
        }
    }

    @Test(
        "Aitelier 25: every response tells the limit, what is left of it and when it is whole again, as an ISO 8601 time"
    )
    func headers() async throws {
        try await TestServer.run { server in
            let once = ["Idempotency-Key": "once"]
            let answers = [
                try await server.get("/aitelier/v1/sessions"),
                try await server.post("/aitelier/v1/calls", Self.trigger, headers: once),
                try await server.get("/aitelier/v1/sessions/ses_x"),
                try await server.get("/aitelier/v1/webhooks"),
                // Repeated, which is not counted; refused for its body, which is.
                try await server.post("/aitelier/v1/calls", Self.trigger, headers: once),
                try await server.post("/aitelier/v1/calls", "{}"),
            ]
            #expect(answers.map(\.status) == [200, 201, 404, 200, 201, 422])
            for answer in answers {
                #expect(answer.headers["x-ratelimit-limit"] == "60")
                let reset = try #require(answer.headers["x-ratelimit-reset"])
                #expect(reset.wholeMatch(of: /\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ/) != nil)
            }
            #expect(answers.map { $0.headers["x-ratelimit-remaining"] } == ["60", "59", "59", "59", "59", "58"])
            let read = try await server.engine.keys.create(
                name: "read",
                mode: .test,
                scopes: [.sessionsRead],
                project: Project.first
            ).secret
            let forbidden = try await server.post("/aitelier/v1/calls", Self.trigger, key: read)
            #expect(forbidden.status == 403)
            #expect(forbidden.headers["x-ratelimit-limit"] == "60")
        }
    }

    @Test("Aitelier 26: a 429 carries Retry-After in whole seconds")
    func retryAfter() async throws {
        try await TestServer.run { server in
            for _ in 1...60 { _ = try await server.post("/aitelier/v1/calls", Self.trigger) }
            let refused = try await server.post("/aitelier/v1/calls", Self.trigger)
            #expect(refused.status == 429)
            let wait = try #require(refused.headers["retry-after"].flatMap { Int($0) })
            #expect((1...60).contains(wait))
        }
    }

    @Test("Truedy 34: a 429 has details.limit and a details.reset_at to come, and Retry-After")
    func truedy() async throws {
        try await TestServer.run { server in
            let path = "/truedy/api/public/v1/agents"
            for _ in 1...100 { #expect(try await server.get(path).status == 200) }
            let refused = try await server.get(path)
            #expect(refused.status == 429)
            #expect(refused.code == "rate_limited")
            #expect(try refused.json.at("error.details.limit") as? Int == 100)
            let reset = try #require(try refused.json.at("error.details.reset_at") as? String)
            #expect(try Date(reset, strategy: .iso8601) > Date(timeIntervalSinceNow: -1))
            #expect(refused.headers["retry-after"] != nil)
            // The project's, not the key's.
            let other = try await server.engine.keys.create(name: "other", mode: .test, project: Project.first).secret
            #expect(try await server.get(path, key: other).status == 429)
        }
    }

    @Test("Truedy 12: over the limit a request is refused with 429 rate_limited")
    func truedyCalls() async throws {
        try await TestServer.run { server in
            for _ in 1...100 { _ = try await server.get("/truedy/api/public/v1/calls") }
            let refused = try await server.post(
                "/truedy/api/public/v1/calls",
                #"{"agent_id": "reminder", "phone_number": "+15551230001"}"#
            )
            #expect(refused.status == 429)
            #expect(refused.code == "rate_limited")
            #expect(try await server.engine.calls.calls(offset: 0, limit: 1, project: Project.first).total == 0)
        }
    }
}
