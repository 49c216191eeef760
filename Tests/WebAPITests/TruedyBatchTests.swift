import Calls
import Engine
import Foundation
import Testing

@testable import WebAPI

@Suite("Truedy's batch calls", .timeLimit(.minutes(1)))
struct TruedyBatchTests {
    private static let path = "/truedy/api/public/v1/batch-calls"

    private static func body(_ more: String = "") -> String {
        let contacts = #"[{"phone_number":"+15551230001","first_name":"Ana","custom_fields":{"age":41}}]"#
        return #"{"name":"Spring","agent_id":"reminder","contacts":\#(contacts)\#(more)}"#
    }

    private static let later =
        #","schedule_type":"scheduled","scheduled_at":"\#(Timestamp.text(Date.stamp() + 86_400))""#

    @Test("A batch is made with 201, bare and below data, and comes back as it was given")
    func made() async throws {
        try await TestServer.run { server in
            let more = #"""
                ,"timezone":"America/New_York","start_time":"09:00","end_time":"17:30","working_days":[1,2,5],
                "max_calls_per_day":40,"max_concurrent_calls":3,"phone_rotation_strategy":"round_robin"
                """#
            let made = try await server.post(Self.path, Self.body(Self.later + more))
            try #require(made.status == 201, "\(made.text)")
            let batch = try made.json
            let id = try #require(batch["id"] as? String)
            #expect(batch.at("data.id") as? String == id)
            #expect(batch.at("meta.request_id") is String)
            #expect(batch["status"] as? String == "scheduled")
            #expect(batch["name"] as? String == "Spring")
            #expect(batch["working_days"] as? [Int] == [1, 2, 5])
            #expect(batch["start_time"] as? String == "09:00")
            #expect(batch["phone_rotation_strategy"] as? String == "round_robin")
            #expect(batch["max_calls_per_day"] as? Int == 40)
            #expect(batch["total_contacts"] as? Int == 1)
            let created = try #require(batch["created_at"] as? String)
            #expect(created.wholeMatch(of: /\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ/) != nil)

            let stored = try await server.engine.batches.batch(try #require(Batch.ID(id)), project: Project.first)
            #expect(stored.settings.concurrency == 3)
            #expect(stored.settings.hoursTimeZone == "America/New_York")
            #expect(stored.settings.hours?.windows[.friday]?.map(\.text) == ["09:00-17:30"])
            #expect(stored.settings.hours?.windows[.wednesday] == nil)
            #expect(stored.settings.callerIDs.rotation == .sequential)
            let contacts = try await server.engine.batches.contacts(of: stored.id, limit: 9, project: Project.first)
            #expect(contacts.contacts[0].contact.listed.variables["first_name"] == "Ana")
            #expect(contacts.contacts[0].contact.listed.variables["age"] == "41")

            let shown = try await server.get("\(Self.path)/\(id)").json
            #expect(shown["status"] as? String == "scheduled")
            #expect(shown["data"] as? NSDictionary == batch["data"] as? NSDictionary)
        }
    }

    @Test("It is paused, resumed and cancelled, and listed by status, page by page")
    func moved() async throws {
        try await TestServer.run { server in
            var ids: [String] = []
            for _ in 0..<3 {
                let made = try await server.post(Self.path, Self.body(Self.later)).json
                ids.append(try #require(made["id"] as? String))
            }
            let paused = try await server.post("\(Self.path)/\(ids[0])/pause", "")
            #expect(paused.status == 200)
            #expect(try paused.json["status"] as? String == "paused")
            #expect(try await server.get("\(Self.path)?status=paused").json.at("pagination.total") as? Int == 1)
            #expect(try await server.post("\(Self.path)/\(ids[0])/resume", "").json["status"] as? String == "scheduled")
            #expect(try await server.post("\(Self.path)/\(ids[0])/cancel", "").json["status"] as? String == "cancelled")
            #expect(try await server.post("\(Self.path)/\(ids[0])/pause", "").status == 409)
            let page = try await server.get("\(Self.path)?limit=2&offset=2").json
            #expect((page["data"] as? [NSDictionary])?.map { $0["id"] as? String } == [ids[0]])
            #expect(page.at("pagination.total") as? Int == 3)
            #expect(page.at("pagination.has_more") as? Bool == false)
            #expect(page.at("meta.total") as? Int == 3)
            let unknown = try await server.get("\(Self.path)/\(Batch.ID(bornAt: Date()))")
            #expect(unknown.status == 404)
            #expect(unknown.code == "not_found")
        }
    }

    @Test("The same X-Idempotency-Key and body make one batch")
    func repeated() async throws {
        try await TestServer.run { server in
            let headers = ["X-Idempotency-Key": "spring"]
            let first = try await server.post(Self.path, Self.body(Self.later), headers: headers)
            let second = try await server.post(Self.path, Self.body(Self.later), headers: headers)
            #expect(first.status == 201)
            #expect(second.text == first.text)
            #expect(try await server.get(Self.path).json.at("pagination.total") as? Int == 1)
        }
    }

    @Test(
        "A field that cannot be accepted is named",
        arguments: [
            (#","schedule_type":"scheduled""#, "scheduled_at"), (#","working_days":[0]"#, "working_days"),
            (#","start_time":"9""#, "start_time"), (#","phone_rotation_strategy":"best""#, "phone_rotation_strategy"),
            (#","contact_ids":["c1"]"#, "contact_ids"), (#","max_calls_per_day":0"#, "max_calls_per_day"),
            (#","timezone":"EST""#, "timezone"),
        ]
    )
    func refused(more: String, field: String) async throws {
        try await TestServer.run { server in
            let answer = try await server.post(Self.path, Self.body(more))
            #expect(answer.status == 422, "\(answer.text)")
            #expect(answer.code == "validation_error")
            #expect(try answer.json.at("error.details.field") as? String == field, "\(answer.text)")
        }
    }

    @Test("Its end is told as batch.status.changed and batch.completed, with the batch as the API shows it")
    func webhook() throws {
        let noon = Date(timeIntervalSince1970: 1_781_179_200)
        let batch = Batch(
            id: Batch.ID(bornAt: noon),
            project: Project.first,
            name: "Spring",
            mode: .test,
            settings: BatchSettings(agent: Agent.ID(bornAt: noon)),
            status: .completed,
            createdAt: noon,
            endedAt: noon + 60
        )
        let format = TruedyWebhook(publicURL: PublicURL("https://calls.example.com"))
        let event = BatchEvent(.ended, batch, at: noon + 60)
        #expect(format.types(of: event) == ["batch.status.changed", "batch.completed"])
        #expect(format.types(of: BatchEvent(.status, batch, at: noon)) == ["batch.status.changed"])
        var counts = BatchCounts()
        counts.completed = 3
        let message = BatchMessage(
            id: WebhookDelivery.ID(bornAt: noon),
            type: "batch.completed",
            event: event,
            progress: BatchProgress(batch: batch, counts: counts)
        )
        let body = try format.body(of: message)
        let document = try #require(try JSONSerialization.jsonObject(with: Data(body.utf8)) as? NSDictionary)
        #expect(document["event"] as? String == "batch.completed")
        #expect(document["timestamp"] as? String == "2026-06-11T12:01:00.000Z")
        #expect(document.at("data.id") as? String == batch.id.description)
        #expect(document.at("data.batchId") as? String == batch.id.description)
        #expect(document.at("data.status") as? String == "completed")
        #expect(document.at("data.completed_calls") as? Int == 3)
        #expect(document.at("data.eventId") as? String == message.id.description)
    }
}
