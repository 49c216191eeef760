import Calls
import Engine
import Foundation
import Testing

@testable import WebAPI

@Suite("Batches over HTTP", .timeLimit(.minutes(1)))
struct BatchTests {
    private static let contacts = #"[{"phone":"+15551230001"},{"phone":"+15551230002","priority":5}]"#

    private static func body(_ more: String = "", contacts: String = contacts) -> String {
        #"{"name":"Reminders","agent":"reminder","paused":true,"contacts":\#(contacts)\#(more)}"#
    }

    @Test("A batch is made with its settings, shown with its counts, and listed")
    func made() async throws {
        try await TestServer.run { server in
            let more = #"""
                ,"calls_per_minute":30,"concurrency":4,"hours":{"mon":["09:00-12:00","22:00-02:00"]},
                "retry":{"budget":3,"rules":{"no_answer":{"delays":[60,120]}}},"stop":{"goals_met":7},
                "caller_ids":{"numbers":["+15550100000"],"rotation":"least_used","calls_per_day":50},
                "breaker":{"window":10,"minimum":5,"failure_rate":0.25}
                """#
            let made = try await server.post("/v1/batches", Self.body(more))
            try #require(made.status == 201, "\(made.text)")
            let batch = try made.json
            let id = try #require(batch["id"] as? String)
            #expect(made.headers["location"] == "/v1/batches/\(id)")
            #expect(batch["status"] as? String == "paused")
            #expect(batch.at("reason.kind") as? String == "by_request")
            #expect(batch.at("counts.total") as? Int == 2)
            #expect(batch.at("counts.queued") as? Int == 2)
            #expect(batch.at("settings.calls_per_minute") as? Int == 30)
            #expect(batch.at("settings.hours.mon") as? [String] == ["09:00-12:00", "22:00-02:00"])
            #expect(batch.at("settings.retry.rules.no_answer.attempts") as? Int == 2)
            #expect(batch.at("settings.caller_ids.rotation") as? String == "least_used")
            #expect(batch.at("settings.stop.goals_met") as? Int == 7)
            #expect(batch.at("settings.breaker.failure_rate") as? Double == 0.25)

            let page = try await server.get("/v1/batches?status=paused,running").json
            #expect((page["data"] as? [NSDictionary])?.map { $0["id"] as? String } == [id])
            #expect(try await server.get("/v1/batches?status=completed").json["data"] as? [NSDictionary] == [])
            let contacts = try await server.get("/v1/batches/\(id)/contacts?limit=1").json
            #expect(contacts["has_more"] as? Bool == true)
            #expect(contacts["next_after"] as? Int == 1)
            let rest = try await server.get("/v1/batches/\(id)/contacts?after=1&state=ready").json
            #expect((rest["data"] as? [NSDictionary])?.map { $0["phone"] as? String } == ["+15551230002"])
        }
    }

    @Test("It is paused, resumed and canceled; what cannot be done to it any more is refused")
    func moved() async throws {
        try await TestServer.run { server in
            let id = try #require(try await server.post("/v1/batches", Self.body()).json["id"] as? String)
            #expect(try await server.post("/v1/batches/\(id)/pause", "").code == "batch_status")
            #expect(try await server.post("/v1/batches/\(id)/redial", "").code == "batch_status")
            let canceled = try await server.post("/v1/batches/\(id)/cancel", "")
            #expect(canceled.status == 202)
            #expect(try canceled.json["status"] as? String == "canceled")
            #expect(try canceled.json.at("counts.canceled") as? Int == 2)
            #expect(try await server.post("/v1/batches/\(id)/resume", "").code == "batch_status")
            let more = #"{"contacts":\#(Self.contacts)}"#
            #expect(try await server.post("/v1/batches/\(id)/contacts", more).code == "batch_status")
            #expect(try await server.get("/v1/batches/batch_nothing").code == "batch_not_found")
        }
    }

    @Test("The same request under the same key makes one batch; another under it is refused")
    func repeated() async throws {
        try await TestServer.run { server in
            let headers = ["Idempotency-Key": "monday"]
            let first = try await server.post("/v1/batches", Self.body(), headers: headers)
            let second = try await server.post("/v1/batches", Self.body(), headers: headers)
            #expect(first.status == 201)
            #expect(second.text == first.text)
            #expect(second.headers["idempotent-replayed"] == "true")
            let other = try await server.post("/v1/batches", Self.body(#","concurrency":2"#), headers: headers)
            #expect(other.code == "idempotency_key_reused")
            #expect((try await server.get("/v1/batches").json["data"] as? [NSDictionary])?.count == 1)
        }
    }

    @Test(
        "What cannot be accepted is refused by name, and nothing of it is stored",
        arguments: [
            (#"{"agent":"reminder","contacts":[]}"#, "name"),
            (body(contacts: "[]"), "contacts"),
            (body(contacts: "{}"), "contacts"),
            (body(contacts: #"[{"phone":"+15551230001"},{"phone":"555"}]"#), "contacts[2].phone"),
            (body(contacts: #"[{"phone":"+15551230001","colour":1}]"#), "contacts[1].colour"),
            (body(contacts: #"[{"phone":"+15551230001","time_zone":"EST"}]"#), "contacts[1].time_zone"),
            (body(#","calls_per_minute":0"#), "calls_per_minute"),
            (body(#","deadline":"2020-01-01T00:00:00Z""#), "deadline"),
            (body(#","hours":{"mon":["9-5"]}"#), "hours.mon"),
            (body(#","retry":{"rules":{"busy":{}}}"#), "retry.rules.busy.delays"),
            (body(#","caller_ids":{"numbers":["+15559999999"]}"#), "from"),
        ]
    )
    func refused(body: String, field: String) async throws {
        try await TestServer.run { server in
            let answer = try await server.post("/v1/batches", body)
            #expect(answer.status == 422, "\(answer.text)")
            #expect(try answer.json.at("error.param") as? String == field, "\(answer.text)")
            #expect(try await server.get("/v1/batches").json["data"] as? [NSDictionary] == [])
        }
    }

    @Test(
        "An endpoint that is spoken to in a vendor's words is told of a batch's end in them, however the batch was made",
        arguments: [
            ("aitelier", "outbound.batch.completed", "data.batch_id", "data.failed"),
            ("truedy", "batch.completed", "data.batchId", "data.failed_calls"),
        ]
    )
    func vendorWebhooks(format: String, type: String, id: String, failed: String) async throws {
        try await TestServer.run { server in
            let made = try await server.post(
                "/v1/webhooks/endpoints",
                #"{"url":"\#(server.base)/metrics","format":"\#(format)","events":["\#(type)"]}"#
            )
            try #require(made.status == 201, "\(made.text)")
            let batch = try #require(try await server.post("/v1/batches", Self.body()).json["id"] as? String)
            _ = try await server.post("/v1/batches/\(batch)/cancel", "")
            var told: [NSDictionary] = []
            while told.isEmpty {
                told = try #require(try await server.get("/v1/webhooks/deliveries").json["data"] as? [NSDictionary])
            }
            #expect(told.map { $0["type"] as? String } == [type])
            let delivery = try #require(told.first?["id"] as? String)
            let body = try #require(
                try await server.get("/v1/webhooks/deliveries/\(delivery)").json["body"] as? String
            )
            let message = try #require(try JSONSerialization.jsonObject(with: Data(body.utf8)) as? NSDictionary)
            #expect(message.at(id) as? String == batch)
            #expect(message.at(failed) as? Int != nil, "\(body)")
        }
    }

    @Test("An endpoint is told of a batch from its making to its end, with its counts")
    func webhooks() async throws {
        try await TestServer.run { server in
            let made = try await server.post(
                "/v1/webhooks/endpoints",
                #"{"url":"\#(server.base)/metrics","events":["batch.created","batch.status","batch.ended"]}"#
            )
            try #require(made.status == 201, "\(made.text)")
            let id = try #require(try await server.post("/v1/batches", Self.body()).json["id"] as? String)
            _ = try await server.post("/v1/batches/\(id)/cancel", "")
            var told: [NSDictionary] = []
            while told.count < 3 {
                told = try #require(
                    try await server.get("/v1/webhooks/deliveries").json["data"] as? [NSDictionary]
                )
            }
            #expect(
                told.map { $0["type"] as? String } == ["batch.ended", "batch.status", "batch.created"]
            )
            let newest = try #require(told.first?["id"] as? String)
            let log = try await server.get("/v1/webhooks/deliveries/\(newest)").json
            let body = try #require(log["body"] as? String)
            let message = try #require(try JSONSerialization.jsonObject(with: Data(body.utf8)) as? NSDictionary)
            #expect(message["batch_id"] as? String == id)
            #expect(message.at("data.batch.status") as? String == "canceled")
            #expect(message.at("data.batch.counts.canceled") as? Int == 2)
        }
    }
}
