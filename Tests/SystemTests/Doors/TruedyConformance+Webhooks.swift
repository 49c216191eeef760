import Calls
import Digests
import Foundation
import Testing

// What the vendor's pages say of webhooks.
extension TruedyConformance {
    /// What `receiver` was told of a call, in the order in which it came, as soon as that ends with `last`.
    func messages(about id: String, to receiver: String, endingWith last: String) async throws -> [JSONValue] {
        var count = 1
        while true {
            let all = try await rig.receiver.messages(receiver, atLeast: count)
            let told = try all.map { try $0.json }.filter { $0["data"]["id"].text == id }
            if told.last?["event"].text == last { return told }
            count = all.count + 1
        }
    }

    @Test("Truedy 18: a registered endpoint gets call.ended with id, transcript and a recording that opens")
    func webhook() async throws {
        let record = try await play.record(.confirmed)
        let message = try #require(
            try await messages(about: record.id, to: "usual", endingWith: "call.ended").last
        )
        let call = message["data"]
        for name in try record.last.members.keys where !["data", "meta", "recording_url"].contains(name) {
            #expect(call[name] == record.last[name], "\(name)")
        }
        #expect(call["transcript"].values.count > 1)
        for url in [call["recording_url"], record.last["recording_url"]].compactMap(\.text) {
            try #require(url.hasPrefix(TruedyCalls.publicURL))
            let opened = try await rig.server.request(
                "GET",
                String(url.dropFirst(TruedyCalls.publicURL.count)),
                key: ""
            )
            #expect(opened.status == 200)
            #expect(opened.body.prefix(4) == Data("RIFF".utf8))
            #expect(opened.body.count > 100_000, "Seconds of speech")
        }
        #expect(call["recording_url"] != .null)
        let read = try await client.get("/calls/\(record.id)/recording")
        #expect(read.body.prefix(4) == Data("RIFF".utf8))
    }

    @Test("Truedy 30: the signature of a message verifies by the vendor's recipe, and its time is fresh")
    func signature() async throws {
        let record = try await play.record(.confirmed)
        _ = try await messages(about: record.id, to: "usual", endingWith: "call.ended")
        let messages = rig.receiver.messages("usual")
        #expect(messages.count >= 3)
        for message in messages {
            let timestamp = try #require(message.headers["x-truedy-timestamp"])
            #expect(abs(try #require(Double(timestamp)) - message.at.timeIntervalSince1970) < 60)
            let signed = Array("\(timestamp).".utf8) + Array(message.body)
            let digest = SHA256.authenticate(signed, key: Array(stage.secret.utf8))
            let expected = digest.map { String(256 + Int($0), radix: 16).dropFirst() }.joined()
            #expect(message.headers["x-truedy-signature"] == expected)
            #expect(message.headers["content-type"] == "application/json")
        }
    }

    @Test("Truedy 32: data.id, data.callId, data.call_id and data.call.callId are all the id of the call")
    func identifiers() async throws {
        let record = try await play.record(.confirmed)
        let told = try await messages(about: record.id, to: "usual", endingWith: "call.ended")
        for message in told {
            let data = message["data"]
            for id in [data["id"], data["callId"], data["call_id"], data["call"]["callId"]] {
                #expect(id.text == record.id)
            }
            #expect(data["call"]["agent"]["agentId"].text == stage.agent)
            #expect(data["event"] == message["event"])
        }
        #expect(Set(told.compactMap(\.["data"]["eventId"].text)).count == told.count)
    }

    @Test(
        "Truedy 33: an answered call is told of as started, joined and ended, one that nobody answers as started and failed"
    )
    func events() async throws {
        let expected: [(TruedyCalls, [String])] = [
            (.confirmed, ["call.started", "call.joined", "call.ended"]),
            (.ringsOut, ["call.started", "call.failed"]), (.busy, ["call.started", "call.failed"]),
            (.canceled, ["call.started", "call.ended"]),
        ]
        for (part, types) in expected {
            let record = try await play.record(part)
            let told = try await messages(about: record.id, to: "usual", endingWith: types.last ?? "")
            #expect(told.compactMap(\.["event"].text) == types, "\(part)")
            #expect(told.last?["data"]["status"] == record.last["status"])
        }
        let confirmed = try await play.record(.confirmed).id
        let everything = try await messages(about: confirmed, to: "everything", endingWith: "call.billed")
        let types = ["call.started", "call.joined", "call.ended", "call.analyzed", "call.billed"]
        #expect(everything.compactMap(\.["event"].text) == types, "To who asks for it, also that the analysis is there")
        for message in everything.suffix(2) {
            #expect(message["data"]["transcript"].values.count > 1)
            #expect(message["data"]["call"]["summary"].text?.isEmpty == false)
            #expect(message["data"]["cost_credits"] != .null)
        }
    }
}
