import AsyncHTTPClient
import Calls
import Engine
import Foundation
import NIOHTTP1
import Testing

@testable import Storage
@testable import WebAPI

@Suite("Erasing and exporting what is known of a callee", .timeLimit(.minutes(1)))
struct ErasureTests {
    private static let directory = FileManager.default.temporaryDirectory.appendingPathComponent(
        "trunkline-erasures-\(ProcessInfo.processInfo.processIdentifier)"
    ).path

    /// Words that are nowhere but in what belongs to the one callee.
    private static let traces = ["5551230001", "Philomena", "zeppelin", "order-4711"]

    private func run(_ body: @Sendable (TestServer) async throws -> Void) async throws {
        try FileManager.default.createDirectory(atPath: Self.directory, withIntermediateDirectories: true)
        try await TestServer.run(recordings: Self.directory) { server in
            server.line.records(Data(repeating: 7, count: 100))
            try await body(server)
        }
    }

    private func place(_ server: TestServer, to number: String, key: String) async throws -> TestServer.Answer {
        try await server.post(
            "/v1/calls",
            """
            {"agent": "reminder", "to": "\(number)", "variables": {"name": "Philomena"}, "context": {"pet": "zeppelin"},
             "metadata": {"order": "order-4711"}, "callback_url": "https://receiver.example/zeppelin"}
            """,
            headers: ["Idempotency-Key": key]
        )
    }

    /// A call that is over, with something of the callee in every place there is for it. Returns its id.
    private func call(_ server: TestServer, to number: String = "+15551230001", key: String) async throws -> String {
        let answer = try await place(server, to: number, key: key)
        try #require(answer.status == 201, "\(answer.text)")
        let id = try #require(try answer.json["id"] as? String)
        let call = try #require(Call.ID(id))
        for await event in try await server.engine.calls.events(call, after: 0, project: Project.first)
        where event.kind == .said { break }
        let note = try await server.post("/v1/calls/\(id)/context", #"{"text": "Philomena has a zeppelin."}"#)
        try #require(note.status == 202, "\(note.text)")
        server.conversations.goOn.continuation.yield()
        for await _ in try await server.engine.calls.events(call, after: 0, project: Project.first) {}
        // Made from the outbox, moments later.
        while try await server.engine.webhooks.deliveries(of: call, project: Project.first).isEmpty {
            await Task.yield()
        }
        return id
    }

    /// Every text in every table, with where it is.
    private func contents(_ server: TestServer) async throws -> [String] {
        try await server.database.read { db in
            let tables = try db.run("SELECT name FROM sqlite_master WHERE type = 'table'")
            return try tables.flatMap { table in
                let name = try table["name", as: String.self]
                return try db.run(SQL(stringLiteral: "SELECT * FROM \"\(name)\"")).flatMap { row in
                    row.values.compactMap { value in
                        if case .text(let text) = value { "\(name): \(text)" } else { nil }
                    }
                }
            }
        }
    }

    @Test("Nothing of the callee is left in any table or file; when it was, how it ended and what it cost is")
    func erases() async throws {
        try await run { server in
            let id = try await call(server, key: "one")
            let before = try await server.get("/v1/calls/\(id)").json
            let found = try await contents(server)
            for trace in Self.traces { #expect(found.contains { $0.contains(trace) }, "\(trace)") }
            let file = "\(Self.directory)/\(id).wav"
            #expect(FileManager.default.fileExists(atPath: file))

            let answer = try await server.post("/v1/erasures", #"{"number": "+15551230001"}"#)
            #expect(answer.status == 201, "\(answer.text)")
            let receipt = try answer.json
            #expect(receipt.at("erased.calls") as? Int == 1)
            #expect(receipt.at("erased.recordings") as? Int == 1)
            #expect(receipt.at("erased.transcript_entries") as? Int == 2)
            #expect(receipt.at("erased.events") as? Int == 2)
            #expect(receipt.at("erased.sip_messages") as? Int == 1)
            #expect(receipt.at("erased.replies") as? Int == 1)
            #expect(receipt.at("erased.webhooks") as? Int == 1)
            #expect(receipt["completed_at"] is String)
            #expect(receipt["mode"] as? String == "test")
            let location = try #require(answer.headers["location"])
            #expect(try await server.get(location).json == receipt)
            let list = try await server.get("/v1/erasures").json["data"] as? [NSDictionary]
            #expect(list == [receipt])

            let left = try await contents(server)
            for trace in Self.traces { #expect(left.filter { $0.contains(trace) } == [], "\(trace)") }
            #expect(!FileManager.default.fileExists(atPath: file))
            let after = try await server.get("/v1/calls/\(id)").json
            for member in ["status", "end_reason", "duration", "cost", "created_at", "answered_at", "ended_at", "goal"]
            {
                #expect(after[member] as? NSObject == before[member] as? NSObject, "\(member)")
            }
            #expect(after["to"] is NSNull)
            #expect(after["erased_at"] is String)
            #expect(after["recording_url"] is NSNull)
            #expect(try await server.get("/v1/calls/\(id)/recording").code == "recording_not_found")
            let sent = try await server.get("/v1/calls/\(id)/webhooks").json["data"] as? [NSDictionary]
            let message = try #require(sent?.first?["id"] as? String)
            #expect(try await server.post("/v1/webhooks/\(message)/redeliver", "").status == 404)
            #expect((try await server.get("/v1/calls/\(id)/transcript").json["data"] as? [Any])?.isEmpty == true)
            #expect((try await server.get("/v1/calls?to=%2B15551230001").json["data"] as? [Any])?.isEmpty == true)
            #expect((try await server.get("/v1/calls").json["data"] as? [Any])?.count == 1)
        }
    }

    @Test("A request that is repeated after its answer was erased calls nobody")
    func repeated() async throws {
        try await run { server in
            _ = try await call(server, key: "one")
            _ = try await server.post("/v1/erasures", #"{"number": "+15551230001"}"#)
            let again = try await place(server, to: "+15551230001", key: "one")
            #expect(again.status == 410)
            #expect(again.code == "call_erased")
            #expect((try await server.get("/v1/calls").json["data"] as? [Any])?.count == 1)
        }
    }

    @Test("Other callees keep everything, and erasing again finds nothing")
    func others() async throws {
        try await run { server in
            let other = try await call(server, to: "+15551239999", key: "other")
            let before = try await server.get("/v1/calls/\(other)").json
            _ = try await call(server, key: "one")
            #expect(try await server.post("/v1/erasures", #"{"number": "+15551230001"}"#).status == 201)
            #expect(try await server.get("/v1/calls/\(other)").json == before)
            #expect(try await server.get("/v1/calls/\(other)/recording").status == 200)
            let again = try await server.post("/v1/erasures", #"{"number": "+15551230001"}"#)
            #expect(again.status == 201)
            #expect(try again.json.at("erased.calls") as? Int == 0)
        }
    }

    @Test("While a call waits or goes on, nothing is erased, and the answer names it")
    func notOver() async throws {
        try await run { server in
            let over = try await call(server, key: "one")
            let waiting = try await server.placeForTomorrow()
            let refused = try await server.post("/v1/erasures", #"{"number": "+15551230001"}"#)
            #expect(refused.status == 409)
            #expect(refused.code == "calls_not_over")
            #expect(refused.message?.contains(waiting) == true)
            #expect(try await server.get("/v1/calls/\(over)").json["to"] as? String == "+15551230001")
            #expect((try await server.get("/v1/erasures").json["data"] as? [Any])?.isEmpty == true)

            _ = try await server.post("/v1/calls/\(waiting)/cancel", "")
            let answer = try await server.post("/v1/erasures", #"{"number": "+15551230001"}"#)
            #expect(try answer.json.at("erased.calls") as? Int == 2)
        }
    }

    @Test(
        "What is not known is not found, what is no number is refused, and a test key shortens nothing for live calls"
    )
    func refusals() async throws {
        try await run { server in
            #expect(try await server.get("/v1/erasures/era_00000000000000000000000000").code == "erasure_not_found")
            #expect(try await server.post("/v1/erasures", "{}").param == "number")
            #expect(try await server.post("/v1/erasures", #"{"number": "+999"}"#).param == "number")
            let days = #"{"days": 30}"#
            #expect(try await server.post("/v1/retention", days, method: "PUT").param == "days")
            #expect(try await server.get("/v1/retention").json["days"] is NSNull)

            let (_, live) = try await server.engine.keys.create(name: "live", mode: .live, project: Project.first)
            let set = try await server.post("/v1/retention", days, key: live, method: "PUT")
            #expect(try set.json["days"] as? Int == 30, "\(set.text)")
            #expect(try await server.get("/v1/retention").json["days"] as? Int == 30)
            let no = try await server.post("/v1/retention", #"{"days": 0}"#, key: live, method: "PUT")
            #expect(no.param == "days")
            let removed = try await server.post("/v1/retention", "", key: live, method: "DELETE")
            #expect(try removed.json["days"] is NSNull)
        }
    }

    @Test("An export is one document with everything known of the calls to a number, and of no other")
    func export() async throws {
        try await run { server in
            let id = try await call(server, key: "one")
            for _ in 0..<22 { _ = try await server.placeForTomorrow() }
            _ = try await call(server, to: "+15551239999", key: "other")
            let answer = try await server.get("/v1/exports?number=%2B15551230001")
            #expect(answer.status == 200)
            let document = try answer.json
            #expect(document["number"] as? String == "+15551230001")
            #expect((document["exported_at"] as? String).flatMap(Timestamp.date) != nil)
            let calls = try #require(document["calls"] as? [NSDictionary])
            #expect(calls.count == 23)
            let exported = try #require(calls.last)
            #expect(exported["call"] as? NSDictionary == (try await server.get("/v1/calls/\(id)").json))
            for (member, path) in [("transcript", "transcript"), ("attempts", "attempts"), ("sip_messages", "trace")] {
                let known = try await server.get("/v1/calls/\(id)/\(path)").json["data"] as? [NSDictionary]
                #expect(exported[member] as? [NSDictionary] == known, "\(member)")
            }
            #expect((exported["webhooks"] as? [NSDictionary])?.count == 1)
            let url = try #require(exported["recording_url"] as? String)
            let recording = try await server.send(HTTPClientRequest(url: url))
            #expect(recording.body == Data(repeating: 7, count: 100))
            #expect(!answer.text.contains("+15551239999"))

            let nobody = try await server.get("/v1/exports?number=%2B15550000000")
            #expect((try nobody.json["calls"] as? [Any])?.isEmpty == true)
            #expect(try await server.get("/v1/exports").param == "number")
        }
    }
}
