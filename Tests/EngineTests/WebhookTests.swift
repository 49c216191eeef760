import AsyncHTTPClient
import Calls
import Foundation
import NIOCore
import NIOHTTP1
import Storage
import Testing

@testable import Engine

@Suite("Webhooks", .timeLimit(.minutes(1)))
struct WebhookTests {
    @Test("The signature is the one Standard Webhooks' own example has")
    func signature() throws {
        let signature = try WebhookSignature.standard(
            id: "msg_p5jXN8AQM9LWM0D4loKWxJek",
            timestamp: 1_614_265_330,
            body: #"{"test": 2432232314}"#,
            secret: "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
        )
        #expect(signature == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=")
        #expect(throws: WebhookSignature.UnusableSecret.self) {
            try WebhookSignature.standard(id: "msg_1", timestamp: 1, body: "", secret: "no secret")
        }
        #expect(WebhookSignature.makeSecret() != WebhookSignature.makeSecret())
    }

    @Test("The result of a call is delivered once, signed, with the whole result in it")
    func delivered() async throws {
        let receiver = WebhookReceiver()
        try await receiver.serve { port in
            try await Workbench(network: ScriptedNetwork(.answers)).run { bench in
                let call = try await bench.place { $0.callbackURL = "http://127.0.0.1:\(port)/hook?a=1" }
                let request = try #require(await first(receiver.requests.stream))
                let delivery = try await settled(bench, call.id)
                #expect(delivery.deliveredAt != nil)
                #expect(request.path == "/hook")
                #expect(request.body == delivery.body)
                #expect(request.headers["content-type"] == "application/json")
                #expect(request.headers["webhook-id"] == "\(delivery.id)")
                let timestamp = try #require(request.headers["webhook-timestamp"].flatMap(Int64.init))
                let secret = try #require(try await bench.engine.webhooks.secret(project: Project.first))
                #expect(
                    try request.headers["webhook-signature"]
                        == WebhookSignature.standard(
                            id: "\(delivery.id)",
                            timestamp: timestamp,
                            body: request.body,
                            secret: secret
                        )
                )
                let body = try JSONDecoder().decode(JSONValue.self, from: Data(request.body.utf8))
                guard case .object(let members) = body, case .object(let data)? = members["data"] else {
                    Issue.record("No object: \(request.body)")
                    return
                }
                #expect(members["type"] == "call.ended")
                #expect(data["status"] == "completed")
                #expect(data["fields"] == .object(["confirmed": true]))
                #expect(data["call"] == .string("\(call.id)"))
                let attempts = try await bench.engine.webhooks.attempts(of: delivery.id)
                #expect(attempts.map(\.status) == [200])
            }
        }
    }

    @Test("What is not taken is tried again with the same id and bytes, and the log keeps what was answered")
    func retried() async throws {
        let receiver = WebhookReceiver(answers: [
            .init(status: 500, body: "out of order"), .init(status: 302, headers: ["location": "/elsewhere"]),
        ])
        try await receiver.serve { port in
            try await Workbench(network: ScriptedNetwork(.busy)).run { bench in
                let call = try await bench.place { $0.callbackURL = "http://127.0.0.1:\(port)/hook" }
                for count in 1...2 {
                    _ = try await tries(count, bench, call.id)
                    try await advanceToNextTry(bench, call.id)
                }
                let requests = await requests(3, receiver)
                let delivery = try await settled(bench, call.id)
                #expect(delivery.attempts == 3)
                #expect(Set(requests.map(\.body)).count == 1)
                #expect(Set(requests.map { $0.headers["webhook-id"] }).count == 1)
                #expect(Set(requests.map { $0.headers["webhook-signature"] }).count == 3)
                #expect(requests.map(\.path) == ["/hook", "/hook", "/hook"], "A redirect is not followed")
                let attempts = try await bench.engine.webhooks.attempts(of: delivery.id)
                #expect(attempts.map(\.status) == [500, 302, 200])
                #expect(attempts[0].response == "out of order")
                let waits = zip(attempts, attempts.dropFirst()).map { $1.at.timeIntervalSince($0.at) }
                #expect(waits[0] >= 5)
                #expect(waits[1] >= 30)
            }
        }
    }

    @Test("410 ends it at once; Retry-After is honoured; after the last wait it is given up, and can be sent again")
    func ends() async throws {
        let receiver = WebhookReceiver(answers: [
            .init(status: 410), .init(status: 429, headers: ["retry-after": "120"]), .init(status: 500),
            .init(status: 200),
        ])
        try await receiver.serve { port in
            let bench = try await Workbench(
                network: ScriptedNetwork(.busy),
                webhooks: PlainWebhook(policy: .impatient)
            )
            try await bench.run { bench in
                let gone = try await bench.place { $0.callbackURL = "http://127.0.0.1:\(port)/gone" }
                let dropped = try await settled(bench, gone.id)
                #expect(dropped.givenUpAt != nil)
                #expect(dropped.attempts == 1)

                let late = try await bench.place { $0.callbackURL = "http://127.0.0.1:\(port)/late" }
                _ = try await tries(1, bench, late.id)
                try await advanceToNextTry(bench, late.id)
                let givenUp = try await settled(bench, late.id)
                #expect(givenUp.givenUpAt != nil)
                let attempts = try await bench.engine.webhooks.attempts(of: givenUp.id)
                #expect(attempts.map(\.status) == [429, 500])
                #expect(attempts[1].at.timeIntervalSince(attempts[0].at) >= 120)

                let again = try await bench.engine.webhooks.redeliver(givenUp.id, project: Project.first)
                #expect(again.status == .pending)
                #expect(again.manualRetries == 1)
                _ = try await tries(3, bench, late.id)
                let taken = try await settled(bench, late.id)
                #expect(taken.deliveredAt != nil)
                #expect(taken.id == givenUp.id)
                await #expect(throws: Refusal.unknownDelivery) {
                    try await bench.engine.webhooks.redeliver(givenUp.id, project: Project.ID(bornAt: .stamp()))
                }
            }
        }
    }

    @Test("A receiver that hangs delays no other, and is given up on after ten seconds, to be tried again")
    func hanging() async throws {
        let receiver = WebhookReceiver()
        try await receiver.serve { port in
            try await Workbench(network: ScriptedNetwork(.busy)).run { bench in
                // Two hosts: the name and the address of the same machine.
                var hanging: [Call.ID] = []
                for _ in 0..<6 {
                    hanging.append(try await bench.place { $0.callbackURL = "http://127.0.0.1:\(port)/hang" }.id)
                }
                for id in hanging { _ = try await bench.ended(id) }
                let other = try await bench.place { $0.callbackURL = "http://localhost:\(port)/hook" }
                #expect(try await settled(bench, other.id).deliveredAt != nil)

                await bench.clock.sleepers(4, within: .seconds(10), longerThan: .seconds(5))
                bench.clock.advance(by: .seconds(10))
                let tried = try await tries(1, bench, hanging[0])
                #expect(tried.map(\.status) == [nil])
                #expect(tried.map(\.failure) == ["No answer within 10 s"])
            }
        }
    }

    @Test("A delivery that could not be made survives the process")
    func durable() async throws {
        let database = try SQLiteDatabase.inMemory()
        let clock = ManualClock()
        let receiver = WebhookReceiver(answers: [.init(status: 503)])
        try await receiver.serve { port in
            let first = try await Workbench(network: ScriptedNetwork(.busy), clock: clock, database: database)
            try await first.run { bench in
                let call = try await bench.place { $0.callbackURL = "http://127.0.0.1:\(port)/hook" }
                _ = try await bench.ended(call.id)
                _ = try await tries(1, bench, call.id)
            }
            clock.advance(by: .seconds(6))
            try await Workbench(clock: clock, database: database).run { _ in
                let sent = await requests(2, receiver)
                #expect(Set(sent.map(\.body)).count == 1)
            }
        }
    }

    @Test("A name is looked up once: the checked address is the one dialed, under the receiver's own name")
    func pinned() async throws {
        let receiver = WebhookReceiver()
        try await receiver.serve { port in
            let clients = ReceiverClients()
            let status = try await clients.with(host: "receiver.invalid", address: "127.0.0.1") { client in
                var request = HTTPClientRequest(url: "http://receiver.invalid:\(port)/hook")
                request.method = .POST
                request.body = .bytes(ByteBuffer(string: "{}"))
                return try await client.execute(request, timeout: .seconds(10)).status
            }
            #expect(status == .ok)
            let seen = await first(receiver.requests.stream)
            #expect(seen?.headers["host"] == "receiver.invalid:\(port)")
            await clients.shutDown()
        }
    }

    @Test("Dates in Retry-After are read", arguments: [("Sun, 06 Nov 1994 08:49:37 GMT", 784_111_777.0)])
    func dates(text: String, seconds: TimeInterval) {
        #expect(Date(http: text)?.timeIntervalSince1970 == seconds)
        #expect(Date(http: "tomorrow") == nil)
    }

    private func first<Element: Sendable>(_ stream: AsyncStream<Element>) async -> Element? {
        for await element in stream { return element }
        return nil
    }

    /// Moves time to the next try of a call's delivery. Only while nothing is under way: a try has its time too.
    private func advanceToNextTry(_ bench: Workbench, _ call: Call.ID) async throws {
        let next = try #require(try await bench.engine.webhooks.deliveries(of: call, project: Project.first).first)
            .nextAt
        await bench.poll()
        bench.clock.advance(by: .seconds(max(1, next.timeIntervalSince(bench.clock.date))))
    }

    /// The log of a call's delivery, once it was tried `count` times.
    private func tries(_ count: Int, _ bench: Workbench, _ call: Call.ID) async throws -> [WebhookAttempt] {
        try await bench.database.commits.until {
            try await attempts(bench, call).count { $0.duration != nil } >= count
        }
        return try await attempts(bench, call)
    }

    private func attempts(_ bench: Workbench, _ call: Call.ID) async throws -> [WebhookAttempt] {
        guard let delivery = try await delivery(bench, call) else { return [] }
        return try await bench.engine.webhooks.attempts(of: delivery.id)
    }

    private func delivery(_ bench: Workbench, _ call: Call.ID) async throws -> WebhookDelivery? {
        try await bench.engine.webhooks.deliveries(of: call, project: Project.first).first
    }

    private func requests(_ count: Int, _ receiver: WebhookReceiver) async -> [WebhookReceiver.Request] {
        var found: [WebhookReceiver.Request] = []
        for await request in receiver.requests.stream {
            found.append(request)
            if found.count == count { break }
        }
        return found
    }

    /// A call's delivery once it is delivered or given up.
    private func settled(_ bench: Workbench, _ call: Call.ID) async throws -> WebhookDelivery {
        try await bench.database.commits.until {
            let delivery = try await delivery(bench, call)
            return delivery?.deliveredAt != nil || delivery?.givenUpAt != nil
        }
        return try #require(try await delivery(bench, call))
    }
}

extension WebhookPolicy {
    /// Two tries.
    static let impatient = WebhookPolicy(schedule: [.seconds(5)], heedsGone: true, heedsRetryAfter: true)
}
