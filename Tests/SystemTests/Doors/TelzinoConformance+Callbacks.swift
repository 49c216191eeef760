import Calls
import Foundation
import Testing

// What the vendor's pages say of the result webhook.
extension TelzinoConformance {
    @Test(
        "Telzino 4: metadata comes back as it was sent, in the record as request_metadata and in the callback as metadata"
    )
    func metadata() async throws {
        let record = try await play.record(.confirmed)
        let sent = try JSONDecoder().decode(JSONValue.self, from: Data(TelzinoCalls.metadata.utf8))
        #expect(record.last["request_metadata"] == sent)
        #expect(try await message(.confirmed)["metadata"] == sent)
        // Byte for byte: no reader of JSON loses a digit of it on the way.
        let text = try await client.get("\(path)/\(record.id)").text
        #expect(text.contains(TelzinoCalls.metadata), "\(text)")
        let callback = try #require(stage.rig.receiver.messages("confirmed").first).body
        #expect(String(decoding: callback, as: UTF8.self).contains(TelzinoCalls.metadata))
    }

    @Test("Telzino 11: the callback comes once, when the call is over, on every final status")
    func callbacks() async throws {
        let calls: [TelzinoCalls] = [.confirmed, .ringsOut, .busy, .unroutable]
        for (call, status) in zip(calls, ["completed", "no_answer", "busy", "failed"]) {
            let record = try await play.record(call)
            let messages = stage.rig.receiver.messages("\(call)")
            #expect(messages.count == 1, "\(call)")
            let message = try #require(messages.first)
            #expect(try message.json["status"].text == status)
            #expect(try message.at >= date(record.last["ended_at"]))
        }
    }

    @Test("Telzino 12: the callback has the documented twelve members and the id of the call")
    func callbackMembers() async throws {
        let members: Set<String> = [
            "outbound_call_id", "agent_id", "to_number", "status", "answered_at", "ended_at", "duration",
            "summary_text",
            "transcript_id", "metadata", "error", "sip_status_code",
        ]
        for call in [TelzinoCalls.confirmed, .busy, .unroutable] {
            let record = try await play.record(call)
            let message = try await message(call)
            let object = try message.members
            #expect(Set(object.keys) == members)
            #expect(message["outbound_call_id"].text == record.id)
            for member in members.subtracting(["outbound_call_id", "metadata"]) {
                #expect(message[member] == record.last[member], "\(call) \(member)")
            }
        }
    }

    @Test("Telzino 13: a callback that is not taken is not sent again, and the record says whether it was taken")
    func refusedCallback() async throws {
        let record = try await play.record(.callbackRefused)
        #expect(record.last["status"] == "completed")
        #expect(record.last["callback_delivered"] == false)
        #expect(try await play.record(.confirmed).last["callback_delivered"] == true)
        let delivery = try await client.native(record.id, "/webhooks")["data"][0]
        #expect(delivery["next_at"] == .null, "\(delivery)")
        #expect(delivery["attempts"].values.count == 1)
        // By the time the slowest call is over, whatever was to be tried again would have been.
        _ = try await play.record(.ringsOut)
        #expect(stage.rig.receiver.messages("callbackRefused").count == 1)
    }

    @Test("Telzino 14: a receiver that does not answer is given up after ten seconds")
    func ignoredCallback() async throws {
        let record = try await play.record(.callbackIgnored)
        #expect(record.last["callback_delivered"] == false)
        let delivery = try await client.native(record.id, "/webhooks")["data"][0]
        let duration = try #require(delivery["attempts"][0]["duration_ms"].number)
        #expect((10_000...11_500).contains(duration))
        #expect(stage.rig.receiver.messages("callbackIgnored").count == 1)
    }

    @Test("Telzino 15: callback_delivered is null until the call is over")
    func undelivered() async throws {
        for call in TelzinoCalls.allCases {
            for seen in try await play.record(call).seen where seen["ended_at"] == .null {
                #expect(seen["callback_delivered"] == .null)
            }
        }
    }
}
