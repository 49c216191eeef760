import Calls
import Engine
import Foundation
import Testing

@testable import WebAPI

@Suite("Lists of contacts at the Aitelier door", .timeLimit(.minutes(1)))
struct AitelierBatchTests {
    private static let path = "/aitelier/v1/batches"

    /// The page's own file, with a column whose name means something to our own lists, and a number that stands twice.
    private static let file = #"""
        phone,customer_name,priority
        +34123456789,"María, ""M""",high
        +34987654321,,low
        +34123456789,Maria,high

        """#

    private static func upload(_ settings: String, file: String = Self.file) -> String {
        BatchListTests.upload(file, settings: settings)
    }

    private static func later() -> String { Timestamp.text(Date.stamp() + 86_400) }

    @Test("An upload is answered with the batch: the settings of the page, and counts that add up to the rows")
    func made() async throws {
        try await TestServer.run { server in
            let later = Self.later()
            let settings = #"{"scenario":"reminder","scheduled_for":"\#(later)","caller_id":"+15550100000"}"#
            let made = try await server.post(Self.path, Self.upload(settings), type: BatchListTests.type)
            try #require(made.status == 201, "\(made.text)")
            let batch = try made.json
            let id = try #require(batch["batch_id"] as? String)
            #expect(batch["id"] as? String == id)
            #expect(batch["status"] as? String == "scheduled")
            #expect(batch["pacing"] as? Int == 5)
            #expect(batch["caller_id"] as? String == "+15550100000")
            #expect(batch["rows"] as? Int == 3)
            #expect(
                batch["counts"] as? NSDictionary
                    == ["queued": 3, "dialing": 0, "connected": 0, "completed": 0, "failed": 0]
            )
            #expect(batch["success_rate"] is NSNull)
            #expect(try await server.get("\(Self.path)/\(id)").json == batch)

            let stored = try await server.engine.batches.batch(try #require(Batch.ID(id)), project: Project.first)
            #expect(stored.door == "aitelier")
            #expect(stored.settings.voicemailAction == .hangUp)
            let page = try await server.engine.batches.contacts(of: stored.id, limit: 9, project: Project.first)
            let rows = page.contacts.map(\.contact.listed)
            #expect(rows[0].metadata == #"{"customer_name":"María, \"M\"","priority":"high"}"#)
            #expect(rows[0].variables["session.metadata.customer_name"] == "María, \"M\"")
            #expect(rows[1].metadata == #"{"priority":"low"}"#)
            #expect(rows.map(\.priority) == [0, 0, 0])

            let results = try await server.get("\(Self.path)/\(id)/results.csv").text.split(separator: "\r\n")
            #expect(results[0].hasPrefix("phone,customer_name,priority,session_id,status,end_state,failure_reason,"))
            #expect(results[1] == #"+34123456789,"María, ""M""",high,,queued,,,,,,,,"#)
            #expect(results.count == 4)
        }
    }

    @Test("The same Idempotency-Key gets the same answer whatever is sent with it, and makes one batch")
    func repeated() async throws {
        try await TestServer.run { server in
            let settings = #"{"scenario":"reminder","scheduled_for":"\#(Self.later())"}"#
            let headers = ["Idempotency-Key": "monday"]
            let first = try await server.post(
                Self.path,
                Self.upload(settings),
                type: BatchListTests.type,
                headers: headers
            )
            let second = try await server.post(
                Self.path,
                Self.upload(#"{"scenario":"nobody"}"#),
                type: BatchListTests.type,
                headers: headers
            )
            #expect(first.status == 201)
            #expect(second.status == 201)
            #expect(second.text == first.text)
            #expect(try await server.engine.batches.batches(offset: 0, limit: 9, project: Project.first).total == 1)
        }
    }

    @Test(
        "What cannot be accepted is said, and nothing is made",
        arguments: [
            (#"{}"#, Self.file, 422, "missing_field"),
            (#"{"scenario":"nobody"}"#, Self.file, 404, "scenario_not_found"),
            (#"{"scenario":"reminder","pacing":0}"#, Self.file, 422, "invalid_request"),
            (#"{"scenario":"reminder","scheduled_for":"soon"}"#, Self.file, 422, "invalid_scheduled_for"),
            (#"{"scenario":"reminder","caller_id":"+15559999999"}"#, Self.file, 422, "invalid_request"),
            (#"{"scenario":"reminder"}"#, "number\n+34123456789\n", 422, "invalid_request"),
            (#"{"scenario":"reminder"}"#, "phone\n600111222\n", 422, "invalid_request"),
            (#"{"scenario":"reminder"}"#, "phone\n", 422, "invalid_request"),
        ]
    )
    func refused(settings: String, file: String, status: Int, code: String) async throws {
        try await TestServer.run { server in
            let answer = try await server.post(
                Self.path,
                Self.upload(settings, file: file),
                type: BatchListTests.type
            )
            #expect(answer.status == status, "\(answer.text)")
            #expect(answer.code == code, "\(answer.text)")
            #expect(try await server.engine.batches.batches(offset: 0, limit: 9, project: Project.first).total == 0)
        }
    }

    @Test("Its end is told as outbound.batch.completed: batch id, sent, completed, failed, success rate")
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
        let format = AitelierWebhook(publicURL: PublicURL("https://calls.example.com"))
        #expect(format.types.contains("outbound.batch.completed"))
        #expect(format.types(of: BatchEvent(.status, batch, at: noon)) == [])
        let event = BatchEvent(.ended, batch, at: noon + 60)
        #expect(format.types(of: event) == ["outbound.batch.completed"])
        var counts = BatchCounts()
        (counts.completed, counts.failed, counts.skipped) = (3, 1, 2)
        let message = BatchMessage(
            id: WebhookDelivery.ID(bornAt: noon),
            type: "outbound.batch.completed",
            event: event,
            progress: BatchProgress(batch: batch, counts: counts)
        )
        let body = try format.body(of: message)
        let document = try #require(try JSONSerialization.jsonObject(with: Data(body.utf8)) as? NSDictionary)
        #expect(document["type"] as? String == "outbound.batch.completed")
        #expect(document.at("data.batch_id") as? String == batch.id.description)
        #expect(document.at("data.sent") as? Int == 4)
        #expect(document.at("data.completed") as? Int == 3)
        #expect(document.at("data.failed") as? Int == 3)
        #expect(document.at("data.success_rate") as? Double == 0.75)
    }
}
