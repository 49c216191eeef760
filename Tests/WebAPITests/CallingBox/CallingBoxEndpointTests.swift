import Calls
import Engine
import Foundation
import Testing

@testable import WebAPI

@Suite("CallingBox: webhook endpoints", .timeLimit(.minutes(1)))
struct CallingBoxEndpointTests {
    @Test("An endpoint is made, shown, changed and removed; what is wrong is refused; other doors' are not there")
    func life() async throws {
        try await TestServer.run { server in
            let path = "/v1/webhook_endpoints"
            let made = try await server.box("POST", path, #"{"url": "https://example.com/a", "description": "A"}"#)
            #expect(made.status == 201, "\(made.text)")
            let id = try #require(try made.json["id"] as? String)
            #expect(try made.json["enabled_events"] as? [String] == ["*"])
            #expect(try (made.json["signing_secret"] as? String)?.hasPrefix("whsec_") == true)
            #expect(made.headers["cache-control"] == "no-store")
            let changed = try await server.box(
                "PATCH",
                "\(path)/\(id)",
                #"{"url": "https://example.com/b", "description": null, "enabled_events": ["call.busy"], "status": "disabled"}"#
            ).json
            #expect(changed["url"] as? String == "https://example.com/b")
            #expect(changed["description"] is NSNull)
            #expect(changed["enabled_events"] as? [String] == ["call.busy"])
            #expect(changed["status"] as? String == "disabled")
            #expect(changed["signing_secret"] == nil)
            for (method, body, beginning) in [
                ("POST", "{}", "url is required"), ("POST", #"{"url": "ftp://example.com"}"#, "url: "),
                ("POST", #"{"url": "https://example.com", "enabled_events": ["call.ended"]}"#, "enabled_events: "),
                ("PATCH", #"{"status": "on"}"#, "status: "), ("PATCH", #"{"enabled_events": []}"#, "enabled_events: "),
            ] {
                let answer = try await server.box(method, method == "POST" ? path : "\(path)/\(id)", body)
                #expect(answer.status == 400)
                let sentence = try #require(try answer.json["error"] as? String)
                #expect(sentence.hasPrefix(beginning), "\(sentence)")
            }
            let foreign = try await server.engine.webhooks.createEndpoint(
                .init(door: NativeDialect.name, url: "https://example.com/native"),
                project: Project.first
            ).endpoint
            #expect(try await server.box("GET", "\(path)/\(foreign.id.uuidText)").status == 404)
            #expect((try await server.box("GET", path).json["data"] as? [NSDictionary])?.count == 1)

            let deleted = try await server.box("DELETE", "\(path)/\(id)")
            #expect(deleted.status == 200)
            #expect(try deleted.json["id"] as? String == id)
            let gone = try await server.box("DELETE", "\(path)/\(id)")
            #expect(gone.status == 404)
            #expect(try gone.json["error"] as? String == "webhook endpoint \(id) not found")
        }
    }

    @Test("Deliveries are found by endpoint, call and status")
    func deliveries() async throws {
        try await TestServer.run { server in
            let path = "/v1/webhook_deliveries"
            for query in ["limit=0", "limit=201", "status=done", "call_id=x", "page=1"] {
                #expect(try await server.box("GET", "\(path)?\(query)").status == 400, "\(query)")
            }
            // The page of metrics takes no POST: every try fails.
            let body = #"{"url": "\#(server.base)/metrics", "enabled_events": ["call.queued"]}"#
            let endpoint = try #require(
                try await server.box("POST", "/v1/webhook_endpoints", body).json["id"] as? String
            )
            let agent = try await server.boxAgent()
            let call = #"{"agent_id": "\#(agent.id)", "to": "+15550104477"}"#
            let id = try #require(try await server.box("POST", "/v1/calls", call).json["id"] as? String)
            var found: [NSDictionary] = []
            while found.first?["last_error"] as? String == nil {
                let query = "endpoint_id=\(endpoint)&call_id=\(id)&status=pending&limit=5"
                found = try await server.box("GET", "\(path)?\(query)").json["data"] as? [NSDictionary] ?? []
            }
            #expect(found.count == 1)
            #expect(found[0]["event_type"] as? String == "call.queued")
            #expect(found[0]["attempt_count"] as? Int == 1)
            #expect(found[0]["last_response_status"] as? Int == 405)
            let delivery = try #require(found[0]["id"] as? String)
            #expect(try await server.box("GET", "\(path)/\(delivery)").json["call_id"] as? String == id)
            #expect(
                (try await server.box("GET", "\(path)?status=exhausted").json["data"] as? [NSDictionary])?.isEmpty
                    == true
            )
            let again = try await server.box("POST", "\(path)/\(delivery)/redeliver")
            #expect(again.status == 200)
            #expect(try again.json["manual_retry_count"] as? Int == 1)
            #expect(try await server.box("POST", "\(path)/\(id)/redeliver").status == 404)
        }
    }
}
