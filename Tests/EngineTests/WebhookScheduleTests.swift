import Calls
import Foundation
import Storage
import Testing

@testable import Engine

@Suite("Webhook schedules", .timeLimit(.minutes(1)))
struct WebhookScheduleTests {
    /// One of the contracts': eight tries over 42 hours, each wait a fifth longer or shorter.
    private static let ladder = WebhookPolicy(
        schedule: [60, 300, 1800, 7200, 18_000, 36_000, 86_400].map { .seconds($0) },
        jitter: 0.8...1.2
    )

    @Test("A ladder of waits is climbed to its end, each wait within its bounds, and nothing is sent afterwards")
    func ladder() async throws {
        let receiver = WebhookReceiver(answers: Array(repeating: .init(status: 503), count: 9))
        try await receiver.serve { port in
            let bench = try await Workbench(
                network: ScriptedNetwork(.busy),
                webhooks: PlainWebhook(policy: Self.ladder)
            )
            try await bench.run { bench in
                let call = try await bench.place { $0.callbackURL = "http://127.0.0.1:\(port)/hook" }
                var tries: [WebhookReceiver.Request] = []
                for await request in receiver.requests.stream {
                    tries.append(request)
                    let delivery = try await recorded(tries.count, bench, call.id)
                    guard delivery.status == .pending else { break }
                    await bench.poll()
                    bench.clock.advance(by: .seconds(delivery.nextAt.timeIntervalSince(bench.clock.date)))
                }
                #expect(tries.count == 8)
                #expect(Set(tries.map(\.body)).count == 1)
                #expect(Set(tries.map { $0.headers["webhook-id"] }).count == 1)
                let stamps = tries.compactMap { $0.headers["webhook-timestamp"].flatMap(Double.init) }
                let waits = zip(stamps.dropFirst(), stamps).map { $0 - $1 }
                for (wait, planned) in zip(waits, Self.ladder.schedule.map(\.timeInterval)) {
                    #expect((0.8 * planned - 1...1.2 * planned + 2).contains(wait), "\(wait) for \(planned)")
                }
                let end = try #require(try await delivery(bench, call.id))
                #expect(end.status == .exhausted)
                #expect(end.attempts == 8)
                #expect(end.lastStatus == 503)
                let sent = try await bench.engine.webhooks.attempts(of: end.id)
                #expect(sent.map(\.number) == Array(1...8))
                #expect(sent.allSatisfy { $0.address == "127.0.0.1" && $0.duration != nil && $0.answer != nil })
                #expect(sent.allSatisfy { $0.requestHeaders.contains { $0.name == "webhook-signature" } })
                #expect(sent.allSatisfy { !$0.responseHeaders.isEmpty })
            }
        }
    }

    @Test("One try is one try, whatever comes back", arguments: [500, 302, 410, 429])
    func once(status: Int) async throws {
        let receiver = WebhookReceiver(answers: [.init(status: status, headers: ["retry-after": "1"])])
        try await receiver.serve { port in
            let webhooks = PlainWebhook(policy: WebhookPolicy(schedule: []))
            try await Workbench(network: ScriptedNetwork(.busy), webhooks: webhooks).run { bench in
                let call = try await bench.place { $0.callbackURL = "http://127.0.0.1:\(port)/hook" }
                let end = try await recorded(1, bench, call.id)
                #expect(end.status == .exhausted)
                #expect(end.lastStatus == status)
                await bench.poll()
                bench.clock.advance(by: .seconds(100_000))
                await bench.poll()
                #expect(try await delivery(bench, call.id)?.attempts == 1)
            }
        }
    }

    @Test("A receiver that answers too late is abandoned when its time is up")
    func late() async throws {
        let receiver = WebhookReceiver()
        try await receiver.serve { port in
            let webhooks = PlainWebhook(policy: WebhookPolicy(schedule: [], timeout: .seconds(7)))
            try await Workbench(network: ScriptedNetwork(.busy), webhooks: webhooks).run { bench in
                let call = try await bench.place { $0.callbackURL = "http://127.0.0.1:\(port)/hang" }
                for await _ in receiver.requests.stream { break }
                await bench.clock.sleepers(within: .seconds(7), longerThan: .seconds(6))
                bench.clock.advance(by: .seconds(7))
                let end = try await recorded(1, bench, call.id)
                #expect(end.status == .exhausted)
                #expect(end.lastError == "No answer within 7 s")
                let log = try #require(try await bench.engine.webhooks.attempts(of: end.id).first)
                #expect(log.duration == 7000)
                #expect(log.address == "127.0.0.1", "What was sent, and where, is known all the same")
                #expect(!log.requestHeaders.isEmpty)
            }
        }
    }

    @Test("A server that dies during the only try does not try again, and says what it knows")
    func cutOff() async throws {
        let receiver = WebhookReceiver()
        try await receiver.serve { port in
            let database = try SQLiteDatabase.inMemory()
            let webhooks = PlainWebhook(policy: WebhookPolicy(schedule: []))
            let power = Power()
            let first = try await Workbench(
                network: ScriptedNetwork(.busy),
                database: database,
                power: power,
                webhooks: webhooks
            )
            let call = try await first.run { bench in
                let call = try await bench.place { $0.callbackURL = "http://127.0.0.1:\(port)/hang" }
                for await _ in receiver.requests.stream { break }
                _ = try await bench.ended(call.id)
                power.turnOff()
                return call.id
            }
            first.clock.advance(by: .seconds(31))
            let second = try await Workbench(clock: first.clock, database: database, webhooks: webhooks)
            try await second.run { bench in
                try await bench.database.commits.until { try await delivery(bench, call)?.status == .exhausted }
                let end = try #require(try await delivery(bench, call))
                #expect(end.attempts == 1)
                #expect(end.lastError == DeliveryStore.cutOff)
                let log = try await bench.engine.webhooks.attempts(of: end.id)
                #expect(log.map(\.failure) == [DeliveryStore.cutOff])
            }
        }
    }

    private func delivery(_ bench: Workbench, _ call: Call.ID) async throws -> WebhookDelivery? {
        try await bench.engine.webhooks.deliveries(of: call, project: Project.first).first
    }

    /// A call's delivery, once `count` tries are in its log.
    private func recorded(_ count: Int, _ bench: Workbench, _ call: Call.ID) async throws -> WebhookDelivery {
        try await bench.database.commits.until {
            guard let delivery = try await delivery(bench, call) else { return false }
            return try await bench.engine.webhooks.attempts(of: delivery.id).count { $0.duration != nil } >= count
        }
        return try #require(try await delivery(bench, call))
    }
}
