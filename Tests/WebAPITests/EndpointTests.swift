import Calls
import Engine
import Foundation
import Testing

@testable import WebAPI

@Suite("Webhook endpoints over HTTP", .timeLimit(.minutes(1)))
struct EndpointTests {
    /// A receiver of our own: the metrics page, which takes no POST.
    private func create(_ server: TestServer, _ fields: String = "") async throws -> NSDictionary {
        let answer = try await server.post(
            "/v1/webhooks/endpoints",
            #"{"url": "\#(server.base)/metrics"\#(fields.isEmpty ? "" : ", " + fields)}"#
        )
        try #require(answer.status == 201, "\(answer.text)")
        #expect(answer.headers["cache-control"] == "no-store")
        return try answer.json
    }

    @Test("An endpoint is made with a secret that is never shown again, and has every member")
    func created() async throws {
        try await TestServer.run { server in
            let made = try await create(server, #""description": "CRM", "events": ["call.ended"]"#)
            let id = try #require(made["id"] as? String)
            #expect(id.hasPrefix("we_"))
            #expect((made["secret"] as? String)?.hasPrefix("whsec_") == true)
            let shown = try await server.get("/v1/webhooks/endpoints/\(id)").json
            #expect(
                Set(shown.allKeys.compactMap { $0 as? String }) == [
                    "id", "url", "description", "events", "format", "status", "disabled_reason", "disabled_at",
                    "consecutive_failures", "created_at", "updated_at",
                ]
            )
            #expect(shown["description"] as? String == "CRM")
            #expect(shown["events"] as? [String] == ["call.ended"])
            #expect(shown["format"] as? String == "native")
            #expect(shown["status"] as? String == "enabled")
            #expect(shown["disabled_reason"] is NSNull)
            #expect(try await create(server)["events"] as? [String] == ["call.status", "call.ended"])
            let list = try await server.get("/v1/webhooks/endpoints").json["data"] as? [NSDictionary]
            #expect(list?.count == 2)
            #expect(list?.last == shown)
        }
    }

    @Test("An endpoint is changed member by member, switched off and on, given another secret, and removed")
    func changed() async throws {
        try await TestServer.run { server in
            let made = try await create(server, #""description": "CRM""#)
            let path = "/v1/webhooks/endpoints/\(try #require(made["id"] as? String))"
            let off = try await server.post(path, #"{"status": "disabled", "events": ["*"]}"#, method: "PATCH").json
            #expect(off["status"] as? String == "disabled")
            #expect(off["disabled_reason"] as? String == "by_request")
            #expect(off["disabled_at"] is String)
            #expect(off["events"] as? [String] == ["*"])
            #expect(off["description"] as? String == "CRM")
            let on = try await server.post(path, #"{"status": "enabled"}"#, method: "PATCH").json
            #expect(on["status"] as? String == "enabled")
            let rotated = try await server.post("\(path)/rotate", #"{"grace": 60}"#)
            #expect(rotated.status == 200)
            #expect(rotated.headers["cache-control"] == "no-store")
            #expect(try rotated.json["secret"] as? String != made["secret"] as? String)
            #expect(try await server.post("\(path)/rotate", "").status == 200)
            #expect(try await server.post("\(path)/rotate", #"{"grace": 604801}"#).code == "invalid_field")
            #expect(try await server.post(path, "", method: "DELETE").status == 204)
            #expect(try await server.get(path).code == "endpoint_not_found")
        }
    }

    @Test(
        "What cannot be accepted is refused by name",
        arguments: [
            (#"{}"#, "missing_field", "url"),
            (#"{"url": "ftp://example.com"}"#, "invalid_field", "url"),
            (#"{"url": "https://example.com", "events": ["call.exploded"]}"#, "invalid_field", "events"),
            (#"{"url": "https://example.com", "events": []}"#, "invalid_field", "events"),
            (#"{"url": "https://example.com", "events": "*"}"#, "invalid_field", "events"),
            (#"{"url": "https://example.com", "format": "morse"}"#, "invalid_field", "format"),
            (#"{"url": "https://example.com", "secret": "mine"}"#, "unknown_field", "secret"),
        ]
    )
    func refused(body: String, code: String, param: String) async throws {
        try await TestServer.run { server in
            let answer = try await server.post("/v1/webhooks/endpoints", body)
            #expect(answer.status == 422)
            #expect(answer.code == code, "\(answer.text)")
            #expect(answer.param == param)
            let list = try await server.get("/v1/webhooks/endpoints").json["data"] as? [NSDictionary]
            #expect(list?.isEmpty == true)
        }
    }

    @Test("A test message goes out, and its delivery shows what was sent, where to, and what came back")
    func trial() async throws {
        try await TestServer.run { server in
            let endpoint = try #require(try await create(server)["id"] as? String)
            let sent = try await server.post("/v1/webhooks/endpoints/\(endpoint)/test", "")
            #expect(sent.status == 202)
            #expect(try sent.json["type"] as? String == "webhook.test")
            #expect(try sent.json["status"] as? String == "pending")
            #expect(try sent.json["call_id"] is NSNull)
            let path = "/v1/webhooks/deliveries/\(try #require(try sent.json["id"] as? String))"
            var delivery = try await server.get(path).json
            while delivery["last_response_status"] is NSNull { delivery = try await server.get(path).json }
            #expect(delivery["last_response_status"] as? Int == 405)
            #expect(delivery["last_error"] as? String == "The receiver answered 405")
            #expect(delivery["endpoint_id"] as? String == endpoint)
            #expect((delivery["body"] as? String)?.contains(endpoint) == true)
            let attempt = try #require((delivery["attempts"] as? [NSDictionary])?.first)
            #expect(attempt["address"] as? String == "127.0.0.1")
            #expect(attempt["status"] as? Int == 405)
            #expect((attempt["response"] as? String)?.contains("method_not_allowed") == true)
            #expect(attempt["resolution_ms"] is Int)
            #expect(attempt["answer_ms"] is Int)
            func names(_ member: String) -> [String] {
                (attempt[member] as? [NSDictionary])?.compactMap { ($0["name"] as? String)?.lowercased() } ?? []
            }
            #expect(Set(names("request_headers")).isSuperset(of: ["webhook-id", "webhook-signature", "content-type"]))
            #expect(names("response_headers").contains("allow"))
        }
    }

    @Test("Deliveries are listed newest first, page by page, by endpoint, call and status, and one is sent again")
    func list() async throws {
        try await TestServer.run { server in
            let endpoint = try #require(try await create(server, #""events": ["call.ended"]"#)["id"] as? String)
            var calls: [String] = []
            for _ in 0..<3 {
                let id = try await server.placeForTomorrow()
                _ = try await server.post("/v1/calls/\(id)/cancel", "")
                calls.append(id)
            }
            func page(_ query: String) async throws -> (ids: [String], calls: [String], next: String?) {
                let json = try await server.get("/v1/webhooks/deliveries?\(query)").json
                let data = try #require(json["data"] as? [NSDictionary])
                return (
                    data.compactMap { $0["id"] as? String }, data.compactMap { $0["call_id"] as? String },
                    json["next_before"] as? String
                )
            }
            while try await page("endpoint=\(endpoint)").ids.count < 3 {}
            let first = try await page("limit=2&endpoint=\(endpoint)")
            #expect(first.calls == [calls[2], calls[1]])
            let second = try await page("limit=2&endpoint=\(endpoint)&before=\(try #require(first.next))")
            #expect(second.calls == [calls[0]])
            #expect(second.next == nil)
            #expect(try await page("call=\(calls[1])").ids == [first.ids[1]])
            #expect(try await page("status=delivered").ids.isEmpty)
            #expect(try await page("status=pending").ids.count == 3)
            #expect(try await server.get("/v1/webhooks/deliveries?status=lost").code == "invalid_parameter")
            #expect(try await server.get("/v1/webhooks/deliveries?endpoint=x").code == "invalid_parameter")

            let again = try await server.post("/v1/webhooks/deliveries/\(first.ids[0])/redeliver", "")
            #expect(again.status == 202)
            #expect(try again.json["id"] as? String == first.ids[0])
            #expect(try again.json["manual_retry_count"] as? Int == 1)
            #expect(try await server.get("/v1/webhooks/deliveries/nonsense").code == "delivery_not_found")
        }
    }

    @Test(
        "Our own messages: a status is the call at that moment, an end has the transcript, and what was said can be asked for"
    )
    func format() async throws {
        try await TestServer.run { server in
            let endpoint = try #require(try await create(server, #""events": ["*"]"#)["id"] as? String)
            let id = try await server.completedCall()
            let project = Project.first
            let filter = DeliveryFilter(endpoint: WebhookEndpoint.ID(endpoint))
            var told: [WebhookDelivery] = []
            while !told.contains(where: { $0.type == "call.ended" }) {
                told = try await server.engine.webhooks.deliveries(filter, limit: 200, project: project).deliveries
            }
            let bodies = try told.reversed().map { delivery in
                try #require(try JSONSerialization.jsonObject(with: Data(delivery.body.utf8)) as? NSDictionary)
            }
            let statuses = bodies.filter { $0["type"] as? String == "call.status" }
            #expect(statuses.first?.at("data.call.status") as? String == "queued")
            #expect(statuses.first?.at("data.call.answered_at") is NSNull)
            #expect(statuses.first?.at("data.call.dial_certainty") as? String == "not_sent")
            #expect(statuses.last?.at("data.call.status") as? String == "completed")
            let said = bodies.filter { $0["type"] as? String == "call.said" }
            #expect(said.compactMap { $0.at("data.text") as? String } == ["Hello.", "yes"])
            let sequences = bodies.compactMap { $0["sequence"] as? Int }
            #expect(sequences == sequences.sorted())
            let end = try #require(bodies.last)
            #expect(end["call_id"] as? String == id)
            #expect((end.at("data.transcript") as? [NSDictionary])?.count == 2)
        }
    }
}
