import AsyncHTTPClient
import Calls
import Engine
import Foundation
import NIOCore
import NIOHTTP1
import ServiceLifecycle
import Testing

@testable import WebAPI

@Suite("Live events", .timeLimit(.minutes(1)))
struct EventTests {
    @Test("A call is told from its first state to its end, both sides as they speak, and the stream ends")
    func story() async throws {
        try await TestServer.run { server in
            let id = try await server.place()
            server.conversations.goOn.continuation.yield()
            let events = try await read(server, "/v1/calls/\(id)/events")
            #expect(events.map(\.type).last == "call.ended")
            let states = events.filter { $0.type == "call.status" }.compactMap { $0.data["status"] as? String }
            #expect(states.first == "queued")
            #expect(Array(states.drop { $0 != "dialing" }.prefix(3)) == ["dialing", "ringing", "in_progress"])
            let said = events.filter { $0.type == "call.said" }.compactMap { $0.data["text"] as? String }
            #expect(said == ["Hello.", "yes"])
            let numbers = events.map(\.id)
            #expect(numbers == numbers.sorted())
            #expect(Set(numbers).count == numbers.count)
        }
    }

    @Test("A stream resumes where the client left off, by header or by parameter, without gaps or repeats")
    func resume() async throws {
        try await TestServer.run { server in
            let id = try await server.completedCall()
            let all = try await read(server, "/v1/calls/\(id)/events")
            try #require(all.count > 4)
            let middle = all[2].id
            let byHeader = try await read(server, "/v1/calls/\(id)/events", headers: ["Last-Event-ID": "\(middle)"])
            #expect(byHeader.map(\.id) == all.dropFirst(3).map(\.id))
            let byParameter = try await read(server, "/v1/calls/\(id)/events?after=\(middle)")
            #expect(byParameter.map(\.id) == all.dropFirst(3).map(\.id))
        }
    }

    @Test("While nothing happens the stream stays alive with comments")
    func heartbeat() async throws {
        try await TestServer.run(heartbeat: .milliseconds(5)) { server in
            let id = try await server.placeForTomorrow()
            let response = try await HTTPClient.shared.execute(
                server.request("GET", "/v1/calls/\(id)/events"),
                deadline: .now() + .seconds(60)
            )
            #expect(response.headers.first(name: "Content-Type") == "text/event-stream; charset=utf-8")
            var text = ""
            for try await part in response.body {
                text += String(buffer: part)
                if text.components(separatedBy: ": heartbeat\n\n").count > 3 { break }
            }
            #expect(text.hasPrefix(": connected\n\n"))
        }
    }

    @Test("A live stream does not keep a stopping server waiting")
    func shutdown() async throws {
        try await TestServer.run { server in
            let id = try await server.placeForTomorrow()
            let response = try await HTTPClient.shared.execute(
                server.request("GET", "/v1/calls/\(id)/events"),
                deadline: .now() + .seconds(60)
            )
            var hasStopped = false
            for try await _ in response.body where !hasStopped {
                hasStopped = true
                await server.group.triggerGracefulShutdown()
            }
            // Reached because the server ended the stream.
            #expect(hasStopped)
        }
    }

    @Test("A stream ends when its key is revoked", arguments: ["/v1/calls/$/events", "/v1/events/stream"])
    func revoked(path: String) async throws {
        try await TestServer.run(heartbeat: .milliseconds(5)) { server in
            let id = try await server.placeForTomorrow()
            let (key, secret) = try await server.engine.keys.create(name: "", mode: .test, project: Project.first)
            let response = try await HTTPClient.shared.execute(
                server.request("GET", path.replacing("$", with: id), key: secret),
                deadline: .now() + .seconds(60)
            )
            var isRevoked = false
            for try await _ in response.body where !isRevoked {
                isRevoked = true
                _ = try await server.engine.keys.revoke(key.id, project: Project.first)
            }
            // Reached because the server ended the stream.
            #expect(isRevoked)
        }
    }

    @Test("The project's events are pulled page by page, by type, and a reader that is up to date stays so")
    func pull() async throws {
        try await TestServer.run { server in
            let id = try await server.completedCall()
            let followed = try await read(server, "/v1/calls/\(id)/events").map(\.id)
            var pulled: [Int] = []
            var after = 0
            var hasMore = true
            while hasMore {
                let page = try await server.get("/v1/events?after=\(after)&limit=3").json
                pulled += try #require(page["data"] as? [NSDictionary]).compactMap { $0["sequence"] as? Int }
                hasMore = try #require(page["has_more"] as? Bool)
                after = try #require(page["next_after"] as? Int)
            }
            #expect(pulled == followed)
            #expect(after == followed.last)

            let said = try await server.get("/v1/events?type=call.said,call.ended").json
            let types = try #require(said["data"] as? [NSDictionary]).compactMap { $0["type"] as? String }
            #expect(types == ["call.said", "call.said", "call.ended"])
            #expect(said["next_after"] as? Int == after)
            let none = try await server.get("/v1/events?after=\(after)").json
            #expect((none["data"] as? [NSDictionary])?.isEmpty == true)
            #expect(none["next_after"] as? Int == after)
            #expect(try await server.get("/v1/events?type=call.rang").param == "type")
            #expect(try await server.get("/v1/events?limit=1001").param == "limit")
        }
    }

    @Test("The project's stream tells of every call as it happens, and resumes where the client left off")
    func project() async throws {
        try await TestServer.run { server in
            let first = try await server.completedCall()
            let history = try await server.get("/v1/events?limit=1000").json["next_after"] as? Int
            let response = try await HTTPClient.shared.execute(
                server.request("GET", "/v1/events/stream?type=call.ended"),
                deadline: .now() + .seconds(60)
            )
            var text = ""
            var placed: [String] = []
            for try await part in response.body {
                text += String(buffer: part)
                let ended = text.components(separatedBy: "event: call.ended").count - 1
                if ended == 2 { break }
                // Connected, or told of the first one.
                if ended == placed.count { placed.append(try await server.completedCall()) }
            }
            #expect(placed.allSatisfy { text.contains($0) })
            #expect(!text.contains(first), "Without a place to go on from, a stream begins now")

            var resumed = server.request("GET", "/v1/events/stream")
            resumed.headers.add(name: "Last-Event-ID", value: "\(try #require(history))")
            let again = try await HTTPClient.shared.execute(resumed, deadline: .now() + .seconds(60))
            var second = ""
            for try await part in again.body {
                second += String(buffer: part)
                if second.components(separatedBy: "event: call.ended").count == 3 { break }
            }
            #expect(second.contains("id: \(try #require(history) + 1)\n"))
            #expect(!second.contains(first))
        }
    }

    @Test("Batches are in the project's events, and why they ended; a key that may not see them is not told")
    func batches() async throws {
        try await TestServer.run { server in
            let contact = #"{"phone":"+15551230001","variables":{"name":"Ann","day":"Tuesday"}}"#
            let body = #"{"name":"June","agent":"reminder","paused":true,"contacts":[\#(contact)]}"#
            let made = try await server.post("/v1/batches", body)
            let id = try #require(try made.json["id"] as? String, "\(made.text)")
            let call = try await server.placeForTomorrow()
            #expect(try await server.post("/v1/batches/\(id)/cancel", "{}").status == 202)
            let page = try await server.get("/v1/events").json
            let events = try #require(page["data"] as? [NSDictionary])
            #expect(events.compactMap { $0["batch_id"] as? String } == [id, id, id])
            #expect(events.contains { $0["call_id"] as? String == call })
            let sequences = events.compactMap { $0["sequence"] as? Int }
            #expect(sequences == sequences.sorted())
            #expect(page["next_after"] as? Int == sequences.last)
            let ends = try #require(try await server.get("/v1/events?type=batch.ended").json["data"] as? [NSDictionary])
            #expect(ends.map { $0.at("data.status") as? String } == ["canceled"])
            #expect(ends.map { $0.at("data.reason") as? String } == ["by_request"])

            let narrow = try await server.engine.keys.create(
                name: "",
                mode: .test,
                scopes: [.sessionsRead],
                project: Project.first
            ).secret
            let told = try #require(try await server.get("/v1/events", key: narrow).json["data"] as? [NSDictionary])
            #expect(!told.isEmpty && told.allSatisfy { $0["batch_id"] == nil })
            #expect(try await server.get("/v1/events?type=batch.ended", key: narrow).code == "insufficient_scope")
        }
    }

    private struct Event {
        var id: Int
        var type: String
        var data: NSDictionary
    }

    /// Reads a stream to its end.
    private func read(_ server: TestServer, _ path: String, headers: [String: String] = [:]) async throws -> [Event] {
        let answer = try await server.get(path, headers: headers)
        #expect(answer.status == 200)
        return try answer.text.components(separatedBy: "\n\n").compactMap { block in
            var fields: [String: String] = [:]
            for line in block.split(separator: "\n") where !line.hasPrefix(":") {
                let parts = line.split(separator: ":", maxSplits: 1)
                fields[String(parts[0])] = parts[1].trimmingCharacters(in: .whitespaces)
            }
            guard let id = fields["id"].flatMap(Int.init), let type = fields["event"], let data = fields["data"] else {
                return nil
            }
            let document = try #require(try JSONSerialization.jsonObject(with: Data(data.utf8)) as? NSDictionary)
            #expect(document["sequence"] as? Int == id)
            #expect(document["type"] as? String == type)
            return Event(id: id, type: type, data: try #require(document["data"] as? NSDictionary))
        }
    }
}
