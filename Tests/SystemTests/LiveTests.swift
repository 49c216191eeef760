import AsyncHTTPClient
import Calls
import Foundation
import NIOCore
import NIOHTTP1
import Testing

/// A live call that is told what to do, and the far end's own account of it: the phone lab runs in a process of its own, and keeps one.
@Suite("A live call", .serialized)
struct LiveTests {
    @Test("The far end hears what the agent was asked to say and the keys that were pressed", .timeLimit(.minutes(2)))
    func told() async throws {
        let directory = try TemporaryDirectory()
        let ledger = directory.path + "/lab.jsonl"
        let port = "\(try freePort())"
        let lab = try Program(["lab", "--ledger", ledger], environment: ["TRUNKLINE_LAB_PORT": port])
        try await lab.read(until: "Listening")
        defer { lab.signal(SIGKILL) }
        let server = try await Server.start(
            in: directory.path,
            environment: ["TRUNKLINE_LAB_ENABLED": "false", "TRUNKLINE_LAB_PORT": port]
        )
        try await server.applyAgent()
        // Answers, and says nothing.
        let id = try await server.place(
            to: "+15550400001",
            ["variables": ["name": "Maria", "day": "Thursday", "time": "three"]]
        )
        try await server.follow(id) { type, data in type == "call.status" && data["status"] == "in_progress" }
        func tell(_ path: String, _ body: JSONValue) async throws {
            let reply = try await server.request("POST", "/v1/calls/\(id)/\(path)", json: body)
            #expect(reply.status == 202, "\(String(decoding: reply.body, as: UTF8.self))")
        }
        try await tell("mute", [:])
        try await tell("dtmf", ["digits": "42#"])
        try await tell("say", ["text": "Your taxi is waiting outside."])
        try await server.follow(id) { type, data in
            type == "call.said" && data["text"] == "Your taxi is waiting outside."
        }
        try await tell("hangup", [:])
        let call = try await server.end(of: id)
        #expect(call["end_reason"] == "ended_by_request")

        let transcript = try await server.request("GET", "/v1/calls/\(id)/transcript").json["data"].values
        let requested = transcript.filter { $0["intent"] == "by_request" }
        #expect(requested.compactMap(\.["text"].text) == ["42#", "Your taxi is waiting outside."])
        let said = try #require(requested.last)
        guard case .integer(let start) = said["start_ms"], case .integer(let end) = said["end_ms"] else {
            Issue.record("no times: \(said)")
            return
        }

        let account = try await ended(ledger)
        #expect(account["keys"].values.compactMap(\.["text"].text) == ["4", "2", "#"], "\(account)")
        let heard = account["callerSpeech"].values.contains { stretch in
            guard case .integer(let from) = stretch["start"] else { return false }
            let to = if case .integer(let to) = stretch["end"] { to } else { Int64.max }
            // Its clock begins with its own answer, an instant apart from ours.
            return from < end + 200 && to > start - 200
        }
        #expect(heard, "\(account) has no speech from \(start) to \(end) ms")
        #expect(await server.stop() == 0)
    }

    /// The lab's account of the call, which it writes when it has ended there too.
    private func ended(_ ledger: String) async throws -> JSONValue {
        let patience = ContinuousClock.now + .seconds(20)
        while ContinuousClock.now < patience {
            for line in try Data(contentsOf: URL(filePath: ledger)).split(separator: UInt8(ascii: "\n")) {
                let entry = (try? JSONDecoder().decode(JSONValue.self, from: line)) ?? .null
                if entry["ended"] != .null { return entry["ended"]["call"] }
            }
            try await ContinuousClock().sleep(for: .milliseconds(50))
        }
        throw CancellationError()
    }
}

extension Server {
    /// Reads a call's events until `isIt` says so of one.
    func follow(_ call: String, until isIt: (_ type: String, _ data: JSONValue) -> Bool) async throws {
        var request = HTTPClientRequest(url: url + "/v1/calls/\(call)/events")
        request.headers.add(name: "Authorization", value: "Bearer \(key)")
        let response = try await HTTPClient.shared.execute(request, timeout: .minutes(2))
        var text = ""
        for try await part in response.body {
            text += String(buffer: part)
            for line in text.split(separator: "\n") where line.hasPrefix("data: ") {
                guard let event = try? JSONDecoder().decode(JSONValue.self, from: Data(line.dropFirst(6).utf8)) else {
                    continue
                }
                if isIt(event["type"].text ?? "", event["data"]) { return }
            }
        }
        Issue.record("The call ended: \(text)")
    }
}
