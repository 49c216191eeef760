import Calls
import Engine
import Foundation
import Testing

@testable import WebAPI

/// Statements of CallingBox's contract that take hours, or a fault of ours, to come true.
@Suite("CallingBox on a virtual clock", .timeLimit(.minutes(1)))
struct CallingBoxTests {
    private func bench(
        _ network: ScriptedNetwork,
        _ conversations: ScriptedConversations = ScriptedConversations(.short)
    ) async throws -> Workbench {
        try await Workbench(
            network: network,
            conversations: conversations,
            otherDoors: [CallingBoxDialect.name: CallingBoxWebhook()]
        )
    }

    private func document(_ call: Call, _ bench: Workbench) async throws -> NSDictionary {
        let standing = try await bench.engine.webhooks.standing(of: call)
        return try object(CallingBoxCall(call, standing: standing))
    }

    private func object(_ value: some Encodable) throws -> NSDictionary {
        try #require(try JSONSerialization.jsonObject(with: WireEncoder().data(value)) as? NSDictionary)
    }

    @Test("CallingBox 14: where the result is lost, result_status is failed and result_error says why")
    func lostResult() async throws {
        let conversations = ScriptedConversations(.deaf)
        try await bench(ScriptedNetwork(.answers), conversations).run { bench in
            defer { conversations.wake() }
            _ = try await bench.engine.agents.update("reminder", project: Project.first) {
                $0.returns = ["confirmed": "boolean"]
            }
            let call = try await bench.place { $0.door = CallingBoxDialect.name }
            let leg = try await bench.nextLeg()
            for await _ in conversations.begun.stream { break }
            leg.calleeHangsUp()
            // The deadline of the wrap-up.
            await bench.clock.sleepers(within: .seconds(10), longerThan: .seconds(9))
            bench.clock.advance(by: .seconds(10))
            // The last second, beside the dispatcher, the fan-out and the sender.
            await bench.clock.sleepers(4, within: .seconds(1), longerThan: .milliseconds(999))
            bench.clock.advance(by: .seconds(1))
            let document = try await document(try await bench.ended(call.id), bench)
            #expect(document["status"] as? String == "completed")
            #expect(document["result_status"] as? String == "failed")
            #expect((document["result_error"] as? String)?.isEmpty == false)
            #expect(document["result"] as? NSDictionary == ["confirmed": NSNull()])
        }
    }

    @Test("CallingBox 17: webhook_status is failed, with the reason, after the last try to tell of the end")
    func failedWebhook() async throws {
        let taken = WebhookReceiver.Answer(status: 200)
        let receiver = WebhookReceiver(
            answers: [taken, taken] + Array(repeating: .init(status: 500), count: 20)
        )
        try await receiver.serve { port in
            try await bench(ScriptedNetwork(.busy)).run { bench in
                let call = try await bench.place {
                    $0.door = CallingBoxDialect.name
                    $0.callbackURL = "http://127.0.0.1:\(port)/hook"
                }
                let ended = try await bench.ended(call.id)
                let settled = try await bench.settle(3, about: [call.id])
                #expect(settled.map(\.type) == ["call.queued", "call.ringing", "call.busy"])
                #expect(settled.map(\.status) == [.delivered, .delivered, .exhausted])
                let document = try await document(ended, bench)
                #expect(document["webhook_status"] as? String == "failed")
                #expect((document["webhook_error"] as? String)?.contains("500") == true)
            }
        }
    }

    @Test(
        "CallingBox 28: a receiver that answers 500 is tried at about 0, 1, 6 and 36 minutes and so on, eight times in all, with one id and a fresh time"
    )
    func ladder() async throws {
        let receiver = WebhookReceiver(answers: Array(repeating: .init(status: 500), count: 20))
        try await receiver.serve { port in
            try await bench(ScriptedNetwork(.busy)).run { bench in
                _ = try await endpoint(bench, port: port)
                let call = try await bench.place()
                let delivery = try #require(try await bench.settle(1, about: [call.id]).first)
                #expect(delivery.status == .exhausted)
                #expect(try object(CallingBoxDelivery(delivery))["status"] as? String == "exhausted")
                #expect(delivery.attempts == 8)
                bench.clock.advance(by: .seconds(200_000))
                await bench.poll()

                var tries: [WebhookReceiver.Request] = []
                for await request in receiver.requests.stream {
                    tries.append(request)
                    if tries.count == 8 { break }
                }
                #expect(Set(tries.map { $0.headers["callingbox-event-id"] }) == [delivery.id.uuidText])
                #expect(Set(tries.map(\.body)) == [delivery.body])
                let times = try tries.map { request in
                    let header = try #require(request.headers["callingbox-signature"])
                    return try #require(header.dropFirst(2).split(separator: ",").first.flatMap { Double($0) })
                }
                let waits = zip(times.dropFirst(), times).map { $0 - $1 }
                for (wait, minutes) in zip(waits, [1.0, 5, 30, 120, 300, 600, 1440]) {
                    #expect(
                        (minutes * 60 * 0.8 - 1...minutes * 60 * 1.2 + 2).contains(wait),
                        "\(wait) s, \(minutes) min"
                    )
                }
                #expect(try await bench.deliveries(of: [call.id]).map(\.attempts) == [8])
            }
        }
    }

    @Test("CallingBox 30: ten messages in a row that were given up switch the endpoint off; enabling it forgets them")
    func switchedOff() async throws {
        let receiver = WebhookReceiver(answers: Array(repeating: .init(status: 503), count: 200))
        try await receiver.serve { port in
            try await bench(ScriptedNetwork(.busy)).run { bench in
                let made = try await endpoint(bench, port: port)
                var calls: [Call.ID] = []
                for _ in 0..<10 { calls.append(try await bench.place().id) }
                let settled = try await bench.settle(10, about: calls)
                #expect(settled.allSatisfy { $0.status == .exhausted && $0.attempts == 8 })
                let off = try object(
                    CallingBoxEndpoint(try await bench.engine.webhooks.endpoint(made.id, project: Project.first))
                )
                #expect(off["status"] as? String == "disabled")
                #expect(off["disabled_reason"] as? String == "too_many_failures")
                #expect(off["disabled_at"] is String)
                #expect(off["consecutive_failures"] as? Int == 10)
                let on = try object(
                    CallingBoxEndpoint(
                        try await bench.engine.webhooks.updateEndpoint(
                            made.id,
                            .init(isEnabled: true),
                            project: Project.first
                        )
                    )
                )
                #expect(on["status"] as? String == "enabled")
                #expect(on["disabled_reason"] is NSNull)
                #expect(on["consecutive_failures"] as? Int == 0)
            }
        }
    }

    /// One that is told of busy calls alone: one message for each call of these tests.
    private func endpoint(_ bench: Workbench, port: Int) async throws -> WebhookEndpoint {
        try await bench.engine.webhooks.createEndpoint(
            WebhookControl.NewEndpoint(
                door: CallingBoxDialect.name,
                url: "http://127.0.0.1:\(port)/hook",
                events: ["call.busy"]
            ),
            project: Project.first
        ).endpoint
    }
}
