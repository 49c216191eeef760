import Calls
import Foundation
import ServiceLifecycle
import Storage
import Telephony
import Testing

@testable import Engine

@Suite("Webhook fan-out", .timeLimit(.minutes(1)))
struct FanOutTests {
    private static let everything = PlainWebhook(inline: Set(CallEvent.Kind.allCases))
    private static let alone: @Sendable (any Service) -> Bool = { $0 is WebhookFanOut }
    private static let allElse: @Sendable (any Service) -> Bool = { !($0 is WebhookFanOut) }
    /// Nobody listens there.
    private static let url = "http://127.0.0.1:9/hook"

    @Test(
        "Every event of a call is told once, in order, and each message shows the call as it was then, however late it is written"
    )
    func asOf() async throws {
        let database = try SQLiteDatabase.inMemory()
        let first = try await Workbench(
            network: ScriptedNetwork(.answers),
            database: database,
            webhooks: Self.everything
        )
        let call = try await first.run(only: Self.allElse) { bench in
            let call = try await bench.place { $0.callbackURL = Self.url }
            return try await bench.ended(call.id)
        }
        #expect(try await DeliveryStore(database).deliveries(of: call.id).isEmpty)

        let second = try await Workbench(clock: first.clock, database: database, webhooks: Self.everything)
        try await second.run { bench in
            let told = try await messages(bench, call.id)
            let events = try await bench.history(call.id)
            #expect(told.map(\.delivery.event) == events.map(\.id))
            let statuses = told.filter { $0.delivery.type == "call.status" }
            #expect(
                statuses.map { $0.data["status"] } == [
                    "queued", "dispatching", "dialing", "ringing", "in_progress", "wrapping_up", "completed",
                ]
            )
            #expect(statuses.map { $0.data["answered_at"] != nil } == [false, false, false, false, true, true, true])
            #expect(
                statuses.map { $0.data["certainty"] }
                    == ["not_sent", "not_sent", "sent", "sent", "sent", "sent", "sent"]
            )
            #expect(statuses.map { $0.data["fields"] == .object(["confirmed": true]) }.filter(\.self).count == 1)
            #expect(statuses[3].data["statuses"] == ["queued", "dispatching", "dialing", "ringing"])
            #expect(statuses[5].data["end_reason"] == "agent_hung_up")
            let last = try #require(told.last)
            #expect(last.delivery.type == "call.ended")
            #expect(last.data["said"] == ["Hello Ann.", "yes"])
            #expect(last.data["summary"] == "# Confirmed")
            #expect(told.allSatisfy { $0.id == "\($0.delivery.id)" }, "The body knows the delivery it is")
        }
    }

    @Test("A call as of its first event is the call as it was placed")
    func past() async throws {
        try await Workbench(network: ScriptedNetwork(.answers)).run { bench in
            let placed = try await bench.place()
            let ended = try await bench.ended(placed.id)
            let first = try #require(try await bench.history(placed.id).first)
            var past = ended.asOf(first)
            // What leads is known for certain only when it is dialed.
            past.conductor = placed.conductor
            #expect(past == placed)
            #expect(ended.asOf(try #require(try await bench.history(placed.id).last)) == ended)
        }
    }

    @Test("What is told begins moments after the commit, without the clock")
    func prompt() async throws {
        try await Workbench(webhooks: Self.everything).run { bench in
            let call = try await bench.place { $0.callbackURL = Self.url }
            let leg = try await bench.nextLeg()
            leg.happen(.ringing(earlyMedia: false))
            try await bench.database.commits.until {
                try await types(bench, call.id) == Array(repeating: "call.status", count: 4)
            }
            #expect(bench.clock.date == ManualClock.noon)
        }
    }

    @Test("The URL of the call wins over its agent's, which is told where the call has none")
    func destinations() async throws {
        try await Workbench(network: ScriptedNetwork(.busy)).run { bench in
            let file = Workbench.agentFile + "\nwebhook_url: https://agent.example/hook\n"
            _ = try await bench.engine.agents.apply(file, project: Project.first)
            let own = try await bench.place { $0.callbackURL = Self.url }
            let agents = try await bench.place()
            #expect(try await messages(bench, own.id).map(\.delivery.url) == [Self.url])
            #expect(try await messages(bench, agents.id).map(\.delivery.url) == ["https://agent.example/hook"])
        }
    }

    @Test("A message that cannot be written is in the log with the reason, and holds up no other")
    func unwritable() async throws {
        let webhooks = PlainWebhook(inline: [.status, .ended], unwritable: "call.status")
        try await Workbench(network: ScriptedNetwork(.busy), webhooks: webhooks).run { bench in
            let call = try await bench.place { $0.callbackURL = Self.url }
            _ = try await bench.ended(call.id)
            let told = try await bench.delivered(5, call.id)
            let bad = told.filter { $0.type == "call.status" }
            #expect(bad.allSatisfy { $0.status == .exhausted && $0.attempts == 0 })
            #expect(bad.first?.lastError?.contains("Unwritable") == true)
            #expect(told.last?.type == "call.ended")
            #expect(told.last?.body.isEmpty == false)
        }
    }

    @Test("Several nodes at one outbox make each message once")
    func nodes() async throws {
        let database = try SQLiteDatabase.inMemory()
        let one = try await Workbench(network: ScriptedNetwork(.busy), database: database, webhooks: Self.everything)
        let two = try await Workbench(clock: one.clock, database: database, webhooks: Self.everything)
        try await two.run(only: Self.alone) { two in
            try await one.run { bench in
                var calls: [Call.ID] = []
                for _ in 0..<20 {
                    calls.append(try await bench.place { $0.callbackURL = Self.url }.id)
                    // What the other node hears of through the database alone.
                    bench.clock.advance(by: .seconds(1))
                }
                for call in calls {
                    let events = try await bench.history(call)
                    let told = try await bench.delivered(events.count, call)
                    #expect(told.map(\.event) == events.map(\.id))
                }
            }
        }
    }

    @Test("A server that tells nobody anything stores its place once a second, not once an event")
    func quiet() async throws {
        try await Workbench(network: ScriptedNetwork(.busy)).run { bench in
            let call = try await bench.place()
            _ = try await bench.ended(call.id)
            let outbox = WebhookOutbox(bench.database)
            #expect(try await outbox.cursor() == 0)
            let last = try #require(try await bench.history(call.id).last).sequence
            await bench.poll()
            bench.clock.advance(by: .seconds(1))
            try await bench.database.commits.until { try await outbox.cursor() == last }
        }
    }

    private struct Told {
        var delivery: WebhookDelivery
        var id: String?
        var data: [String: JSONValue]
    }

    private func types(_ bench: Workbench, _ call: Call.ID) async throws -> [String] {
        try await bench.engine.webhooks.deliveries(of: call, project: Project.first).map(\.type)
    }

    /// All that was made of a call, once its end was.
    private func messages(_ bench: Workbench, _ call: Call.ID) async throws -> [Told] {
        try await bench.database.commits.until { try await types(bench, call).contains("call.ended") }
        return try await bench.engine.webhooks.deliveries(of: call, project: Project.first).map { delivery in
            let body = try JSONDecoder().decode([String: JSONValue].self, from: Data(delivery.body.utf8))
            guard case .object(let data)? = body["data"], case .string(let id)? = body["id"] else {
                return Told(delivery: delivery, id: nil, data: [:])
            }
            return Told(delivery: delivery, id: id, data: data)
        }
    }
}

extension Workbench {
    /// What was made of a call, once that is `count` messages or more.
    func delivered(_ count: Int, _ call: Call.ID) async throws -> [WebhookDelivery] {
        try await database.commits.until {
            try await engine.webhooks.deliveries(of: call, project: Project.first).count >= count
        }
        return try await engine.webhooks.deliveries(of: call, project: Project.first)
    }
}
