import AsyncHTTPClient
import Calls
import Conversation
import Engine
import Foundation
import NIOCore
import Synchronization
import Telephony
import Testing

@testable import WebAPI

@Suite("Live calls", .timeLimit(.minutes(1)))
struct LiveTests {
    @Test("What is asked of a live call reaches its conversation, in order")
    func commands() async throws {
        try await TestServer.run { server in
            let (id, leg) = try await server.liveCall()
            let requests = [
                ("say", #"{"text": "One moment."}"#), ("say", #"{"text": "Stop.", "interrupt": true}"#), ("mute", ""),
                ("unmute", ""), ("dtmf", ##"{"digits": "12#a"}"##),
                ("context", #"{"text": "The callee is in a hurry.", "variables": {"seats": 2}}"#),
            ]
            for (path, body) in requests {
                let answer = try await server.post("/v1/calls/\(id)/\(path)", body)
                #expect(answer.status == 202, "\(path): \(answer.text)")
                #expect(try answer.json["id"] as? String == id)
            }
            var commands: [ConversationCommand] = []
            for await command in server.conversations.commands.stream {
                commands.append(command)
                if commands.count == requests.count { break }
            }
            #expect(
                commands.dropLast() == [
                    .say("One moment.", interrupting: false), .say("Stop.", interrupting: true), .mute, .unmute,
                    .pressed("12#A"),
                ]
            )
            guard case .know(let note) = commands.last else {
                Issue.record("\(commands)")
                return
            }
            #expect(note.text == "The callee is in a hurry.")
            #expect(note.variables == ["seats": 2])
            for await keys in leg.pressed.stream {
                #expect(keys == "12#A")
                break
            }

            let notes = try await server.get("/v1/calls/\(id)").json["notes"] as? [NSDictionary]
            #expect(notes?.count == 1)
            #expect(notes?.first?["text"] as? String == "The callee is in a hurry.")
            #expect(notes?.first?["variables"] as? NSDictionary == ["seats": 2])
            #expect((notes?.first?["at"] as? String).flatMap(Timestamp.date) == note.at)
        }
    }

    @Test("A live call is hung up at once, or when the agent has said goodbye; both are ends by request")
    func hangUp() async throws {
        for body in ["", "{}", #"{"goodbye": true}"#] {
            try await TestServer.run(goodbyeLimit: .seconds(50)) { server in
                let (id, _) = try await server.liveCall()
                let answer = try await server.post("/v1/calls/\(id)/hangup", body)
                #expect(answer.status == 202, "\(answer.text)")
                let project = Project.first
                for await _ in try await server.engine.calls.events(#require(Call.ID(id)), after: 0, project: project) {
                }
                let call = try await server.get("/v1/calls/\(id)").json
                #expect(call["status"] as? String == "completed")
                #expect(call["end_reason"] as? String == "ended_by_request", "\(body)")
                let party = body.contains("goodbye") ? "agent" : "server"
                #expect(call.at("transport.hung_up_by") as? String == party)
            }
        }
    }

    @Test("A goodbye that does not come is not waited for long")
    func silentGoodbye() async throws {
        try await TestServer.run { server in
            server.conversations.takesLeave.withLock { $0 = false }
            let (id, _) = try await server.liveCall()
            #expect(try await server.post("/v1/calls/\(id)/hangup", #"{"goodbye": true}"#).status == 202)
            let project = Project.first
            for await _ in try await server.engine.calls.events(#require(Call.ID(id)), after: 0, project: project) {}
            #expect(try await server.get("/v1/calls/\(id)").json["end_reason"] as? String == "ended_by_request")
        }
    }

    @Test("A call that is not live is a conflict, one that does not exist is not found, and nothing happens to either")
    func notLive() async throws {
        try await TestServer.run { server in
            let waiting = try await server.placeForTomorrow()
            let over = try await server.completedCall()
            let requests = [
                ("say", #"{"text": "Hello."}"#), ("mute", ""), ("unmute", ""), ("dtmf", #"{"digits": "1"}"#),
                ("context", #"{"text": "x"}"#), ("hangup", ""),
            ]
            for (path, body) in requests {
                for (id, status) in [(waiting, "scheduled"), (over, "completed")] {
                    let answer = try await server.post("/v1/calls/\(id)/\(path)", body)
                    #expect(answer.status == 409)
                    #expect(answer.code == "call_not_live")
                    #expect(answer.message?.contains(status) == true)
                }
                let nothing = try await server.post("/v1/calls/call_00000000000000000000000000/\(path)", body)
                #expect(nothing.code == "call_not_found")
            }
            #expect(try await server.get("/v1/calls/\(waiting)").json["status"] as? String == "scheduled")
            #expect((try await server.get("/v1/calls/\(over)").json["notes"] as? [Any])?.isEmpty == true)
        }
    }

    @Test("A live call is heard as a WAV file that ends with it; one that is not live is a conflict")
    func audio() async throws {
        try await TestServer.run { server in
            let (id, _) = try await server.liveCall()
            let answer = try await server.get("/v1/calls/\(id)/audio")
            #expect(answer.status == 200)
            #expect(answer.headers["content-type"] == "audio/wav")
            let length = 44 + 50 * 160 * 4
            #expect(answer.body.count == length)
            #expect(answer.body.prefix(4) == Data("RIFF".utf8))
            #expect(answer.body[4..<8] == Data([0xFF, 0xFF, 0xFF, 0xFF]))
            // The second tick: the callee left, the agent right.
            let second: Int = 44 + 160 * 4
            let tick = answer.body.dropFirst(second)
            #expect(tick.prefix(12) == Data([1, 0, 0, 0, 1, 0, 0xFF, 0xFF, 1, 0, 0xFE, 0xFF]))

            let waiting = try await server.placeForTomorrow()
            #expect(try await server.get("/v1/calls/\(waiting)/audio").code == "call_not_live")
        }
    }

    @Test("Nobody listens on with a key that was revoked")
    func revoked() async throws {
        try await TestServer.run(heartbeat: .zero) { server in
            server.line.keepsListeners.withLock { $0 = true }
            let (id, _) = try await server.liveCall()
            let (key, secret) = try await server.engine.keys.create(name: "", mode: .test, project: Project.first)
            let response = try await HTTPClient.shared.execute(
                server.request("GET", "/v1/calls/\(id)/audio", key: secret),
                deadline: .now() + .seconds(60)
            )
            var isRevoked = false
            for try await _ in response.body where !isRevoked {
                isRevoked = true
                _ = try await server.engine.keys.revoke(key.id, project: Project.first)
                for await listener in server.line.listeners.stream {
                    listener.yield(LegSound(samples: [0, 0], position: 8000))
                    break
                }
            }
            // Reached because the server ended the stream.
            #expect(isRevoked)
        }
    }

    @Test(
        "What cannot be done is refused with the field that is wrong",
        arguments: [
            ("say", "{}", "text"), ("say", #"{"text": "..."}"#, "text"), ("say", #"{"text": 1}"#, "text"),
            ("say", #"{"text": "a", "interrupt": "yes"}"#, "interrupt"), ("dtmf", #"{"digits": "12x"}"#, "digits"),
            ("dtmf", #"{"digits": "123456789012345678901234567890123"}"#, "digits"), ("dtmf", "{}", "digits"),
            ("context", "{}", "text"), ("context", #"{"variables": []}"#, "variables"),
            ("hangup", #"{"goodbye": 1}"#, "goodbye"),
        ]
    )
    func invalid(path: String, body: String, param: String) async throws {
        try await TestServer.run { server in
            let id = try await server.placeForTomorrow()
            let answer = try await server.post("/v1/calls/\(id)/\(path)", body)
            #expect(answer.status == 422)
            #expect(answer.param == param)
            let text = String(repeating: "a ", count: 501)
            #expect(try await server.post("/v1/calls/\(id)/say", #"{"text": "\#(text)"}"#).param == "text")
            let note = String(repeating: "a", count: 17_000)
            #expect(try await server.post("/v1/calls/\(id)/context", #"{"text": "\#(note)"}"#).param == "text")
        }
    }
}
