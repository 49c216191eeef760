import Calls
import Digests
import Engine
import Foundation
import Testing

@testable import WebAPI

/// Statements of Truedy's contract about tries that are minutes apart.
@Suite("Truedy on a virtual clock", .timeLimit(.minutes(1)))
struct TruedyTests {
    private struct Tries {
        var requests: [WebhookReceiver.Request]
        var delivery: WebhookDelivery
        var secret: String
    }

    /// What comes to an endpoint that answers 500 and then 204, about one call that is busy.
    private func tries() async throws -> Tries {
        let receiver = WebhookReceiver(answers: [.init(status: 500), .init(status: 204)])
        return try await receiver.serve { port in
            let bench = try await Workbench(
                network: ScriptedNetwork(.busy),
                otherDoors: [TruedyDialect.name: TruedyWebhook(publicURL: PublicURL())]
            )
            return try await bench.run { bench in
                let (_, secret) = try await bench.engine.webhooks.createEndpoint(
                    WebhookControl.NewEndpoint(
                        door: TruedyDialect.name,
                        url: "http://127.0.0.1:\(port)/hook",
                        events: ["call.failed"]
                    ),
                    project: Project.first
                )
                let call = try await bench.place()
                let delivery = try #require(try await bench.settle(1, about: [call.id]).first)
                var requests: [WebhookReceiver.Request] = []
                for await request in receiver.requests.stream {
                    requests.append(request)
                    if requests.count == delivery.attempts { break }
                }
                return Tries(requests: requests, delivery: delivery, secret: secret)
            }
        }
    }

    @Test(
        "Truedy 31: a receiver that answers 500 and then 204 has the message at the second try, with the same eventId"
    )
    func secondTry() async throws {
        let tries = try await tries()
        #expect(tries.delivery.status == .delivered)
        #expect(tries.requests.count == 2)
        let ids = try tries.requests.map { request in
            let body = try JSONSerialization.jsonObject(with: Data(request.body.utf8)) as? NSDictionary
            return try #require((body?["data"] as? NSDictionary)?["eventId"] as? String)
        }
        #expect(ids == [tries.delivery.id.description, tries.delivery.id.description])
        #expect(Set(tries.requests.map { $0.headers["x-truedy-delivery-id"] }) == [tries.delivery.id.description])
    }

    @Test("Truedy 30: every try is signed anew, over the time of that try")
    func freshTime() async throws {
        let tries = try await tries()
        let times = try tries.requests.map { request in
            let timestamp = try #require(request.headers["x-truedy-timestamp"])
            let signed = Array("\(timestamp).\(request.body)".utf8)
            let digest = SHA256.authenticate(signed, key: Array(tries.secret.utf8))
            let expected = digest.map { String(256 + Int($0), radix: 16).dropFirst() }.joined()
            #expect(request.headers["x-truedy-signature"] == expected)
            return try #require(Double(timestamp))
        }
        try #require(times.count == 2)
        #expect((60...70).contains(times[1] - times[0]), "\(times)")
    }
}
