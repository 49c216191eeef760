import Calls
import Engine
import Foundation
import Testing

@testable import WebAPI

@Suite("Webhook bodies", .timeLimit(.minutes(1)))
struct WebhookTests {
    @Test("A webhook carries the call as the API shows it, and what was said")
    func body() async throws {
        try await TestServer.run { server in
            let metadata = #"{"order":  17}"#
            let id = try await server.place(#""metadata": \#(metadata)"#)
            server.conversations.goOn.continuation.yield()
            let callID = try #require(Call.ID(id))
            var ended: CallEvent?
            for await event in try await server.engine.calls.events(callID, after: 0, project: Project.first)
            where event.kind == .ended { ended = event }
            let event = try #require(ended)
            let call = try await server.engine.calls.call(callID, project: Project.first)
            let transcript = try await server.engine.calls.transcript(callID, project: Project.first)

            let body = Data(
                try NativeWebhook().body(
                    of: WebhookMessage(
                        id: WebhookDelivery.ID(bornAt: event.at),
                        type: "call.ended",
                        event: event,
                        call: call,
                        certainty: .sent,
                        transcript: transcript,
                        statuses: []
                    )
                ).utf8
            )
            let document = try #require(try JSONSerialization.jsonObject(with: body) as? NSDictionary)
            #expect(document["type"] as? String == "call.ended")
            #expect(document["id"] as? String == event.id.description)
            #expect(document["call_id"] as? String == id)
            #expect(String(decoding: body, as: UTF8.self).contains("\"metadata\":\(metadata),"))
            let said = (document.at("data.transcript") as? [NSDictionary])?.compactMap { $0["text"] as? String }
            #expect(said == ["Hello.", "yes"])
            #expect(try await server.get("/v1/calls/\(id)").json == document.at("data.call") as? NSDictionary)
        }
    }

    @Test("Deliveries show every try and what came back, the secret verifies them, and one can be sent again")
    func deliveries() async throws {
        try await TestServer.run { server in
            // A receiver of our own: the metrics page, which takes no POST.
            let id = try await server.place(#""callback_url": "\#(server.base)/metrics""#)
            server.conversations.goOn.continuation.yield()
            let callID = try #require(Call.ID(id))
            for await _ in try await server.engine.calls.events(callID, after: 0, project: Project.first) {}
            let path = "/v1/calls/\(id)/webhooks"
            var tries: [NSDictionary] = []
            var delivery = NSDictionary()
            while tries.first?["duration_ms"] as? Int == nil {
                let list = try #require(try await server.get(path).json["data"] as? [NSDictionary])
                delivery = list.first ?? delivery
                tries = delivery["attempts"] as? [NSDictionary] ?? []
            }
            #expect(tries.first?["status"] as? Int == 405)
            #expect((tries.first?["response"] as? String)?.contains("method_not_allowed") == true)
            #expect(delivery["delivered_at"] is NSNull)
            #expect(delivery["next_at"] is String)
            let message = try #require(delivery["id"] as? String)
            #expect(try await server.post("/v1/webhooks/\(message)/redeliver", "").status == 202)
            #expect(try await server.post("/v1/webhooks/nonsense/redeliver", "").code == "delivery_not_found")
            let secret = try await server.get("/v1/webhooks/secret")
            #expect((try secret.json["secret"] as? String)?.hasPrefix("whsec_") == true)
            #expect(secret.headers["cache-control"] == "no-store")
        }
    }
}
