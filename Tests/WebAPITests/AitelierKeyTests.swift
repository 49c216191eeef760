import Calls
import Engine
import Foundation
import Synchronization
import Testing

@testable import WebAPI

extension AitelierTests {
    @Test("A key names one call: repeated, at once or with another body, it gets the first one's session")
    func idempotency() async throws {
        try await TestServer.run { server in
            let ids = try await withThrowingTaskGroup(of: String.self) { group in
                for _ in 1...10 {
                    group.addTask {
                        let answer = try await server.post(
                            "/aitelier/v1/calls",
                            Self.trigger,
                            headers: ["Idempotency-Key": "one"]
                        )
                        return try #require(try answer.json["session_id"] as? String)
                    }
                }
                return try await group.reduce(into: Set<String>()) { $0.insert($1) }
            }
            #expect(ids.count == 1)
            let left = try await server.get("/aitelier/v1/sessions").headers["x-ratelimit-remaining"]
            #expect(left == "59", "Repetitions do not count, not even at the same time")
            let other = try await server.post(
                "/aitelier/v1/calls",
                #"{"scenario": "reminder", "phone": "+34600111333"}"#,
                headers: ["Idempotency-Key": "one"]
            )
            #expect(other.status == 201)
            #expect(try other.json["session_id"] as? String == ids.first)
            #expect(other.headers["idempotent-replayed"] == "true")
            #expect(try await server.engine.calls.calls(offset: 0, limit: 1, project: Project.first).total == 1)
        }
    }

    @Test(
        "A request that is repeated after its time has passed still gets the first answer, whatever the body has become"
    )
    func lateRetry() async throws {
        let late = Mutex<TimeInterval>(0)
        let now: @Sendable () -> Date = { Date.stamp() + late.withLock(\.self) }
        try await TestServer.run(now: now) { server in
            let time = Date(timeIntervalSinceNow: 7200).formatted(.iso8601)
            let body = #"{"scenario": "reminder", "phone": "+34600111222", "scheduled_for": "\#(time)"}"#
            let headers = ["Idempotency-Key": "one"]
            let first = try await server.post("/aitelier/v1/calls", body, headers: headers)
            #expect(first.status == 201)
            late.withLock { $0 = 7300 }
            #expect(try await server.post("/aitelier/v1/calls", body).status == 422)
            for body in [body, "{}"] {
                let again = try await server.post("/aitelier/v1/calls", body, headers: headers)
                #expect(again.status == 201)
                #expect(again.body == first.body)
            }
        }
    }

    @Test("Aitelier 27: a key that comes again after a day makes a new call")
    func nextDay() async throws {
        let passed = Mutex<TimeInterval>(0)
        let now: @Sendable () -> Date = { Date.stamp() + passed.withLock(\.self) }
        try await TestServer.run(now: now) { server in
            func trigger() async throws -> (id: String, isRepeated: Bool) {
                let headers = ["Idempotency-Key": "one"]
                let answer = try await server.post("/aitelier/v1/calls", Self.trigger, headers: headers)
                #expect(answer.status == 201)
                return (
                    try #require(try answer.json["session_id"] as? String),
                    answer.headers["idempotent-replayed"] == "true"
                )
            }
            let first = try await trigger()
            #expect(!first.isRepeated)
            server.conversations.goOn.continuation.yield()
            let call = try #require(AitelierSession.call(first.id))
            for await _ in try await server.engine.calls.events(call, after: 0, project: Project.first) {}
            passed.withLock { $0 = 86_400 - 60 }
            #expect(try await trigger() == (first.id, true))
            passed.withLock { $0 = 86_400 + 1 }
            let second = try await trigger()
            #expect(!second.isRepeated)
            #expect(second.id != first.id)
            #expect(try await server.engine.calls.calls(offset: 0, limit: 1, project: Project.first).total == 2)
        }
    }

    @Test("Aitelier 14: of the requests that one key makes in an hour, the thousand-and-first is refused with 429")
    func hourly() async throws {
        try await TestServer.run { server in
            let key = try #require(try await server.engine.keys.authenticate(server.secret))
            for _ in 1...997 { _ = try await server.engine.rateLimits.take([AitelierDialect.hourly], for: key) }
            #expect(try await server.get("/aitelier/v1/sessions").status == 200)
            #expect(try await server.post("/aitelier/v1/calls", Self.trigger).status == 201)
            #expect(try await server.get("/aitelier/v1/webhooks").status == 200)
            for refused in [
                try await server.get("/aitelier/v1/sessions"),
                try await server.post("/aitelier/v1/calls", Self.trigger),
                try await server.get("/aitelier/v1/webhooks"),
            ] {
                #expect(refused.status == 429)
                #expect(refused.code == "rate_limited")
                let wait = try #require(refused.headers["retry-after"].flatMap { Int($0) })
                #expect((3500...3600).contains(wait))
            }
            let other = try await server.engine.keys.create(name: "other", mode: .test, project: Project.first).secret
            #expect(try await server.get("/aitelier/v1/sessions", key: other).status == 200)
        }
    }

    @Test("A request that was refused leaves its key unused; a key that made a call stands for it in the whole project")
    func keys() async throws {
        try await TestServer.run { server in
            let headers = ["Idempotency-Key": "one"]
            let wrong = #"{"scenario": "reminder", "phone": "600"}"#
            #expect(try await server.post("/aitelier/v1/calls", wrong, headers: headers).status == 422)
            let first = try await server.post("/aitelier/v1/calls", Self.trigger, headers: headers)
            #expect(first.status == 201)
            #expect(first.headers["idempotent-replayed"] == nil)
            let other = try await server.engine.keys.create(name: "other", mode: .test, project: Project.first).secret
            let again = try await server.post("/aitelier/v1/calls", Self.trigger, key: other, headers: headers)
            #expect(again.body == first.body)
        }
    }
}
