import Calls
import Foundation
import Testing

// What the vendor's pages say of webhooks.
extension CallingBoxConformance {
    @Test("CallingBox 10: webhook_url of the call takes the place of the agent's; the record shows the one that counts")
    func webhookURL() async throws {
        let own = try await play.record(.busy)
        let agents = try await play.record(.message)
        #expect(own.last["webhook_url"].text?.hasSuffix("/busy") == true)
        #expect(agents.last["webhook_url"] == stage.agentDocument["webhook_url"])
        let toAgent = try await rig.receiver.messages("agent", atLeast: 1)
        let about = try Set(toAgent.map { try $0.json["data"]["call"]["id"].text })
        #expect(about.contains(agents.id))
        #expect(!about.contains(own.id))
        #expect(try rig.receiver.messages("busy").allSatisfy { try $0.json["data"]["call"]["id"].text == own.id })
    }

    @Test("CallingBox 17: webhook_status is pending until the receiver has taken the end of the call, then delivered")
    func webhookStatus() async throws {
        let seen = try await play.record(.confirmed).seen
        let statuses = seen.compactMap(\.["webhook_status"].text)
        #expect(Set(statuses) == ["pending", "delivered"])
        #expect(seen.last?["webhook_status"] == "delivered")
        #expect(seen.last?["webhook_error"] == .null)
        #expect(seen.filter { $0["webhook_status"] == "delivered" }.allSatisfy { $0["status"] == "completed" })
    }

    @Test("CallingBox 26: events come in the order in which things happened, and exactly one is final")
    func order() async throws {
        let expected: [(CallingBoxCalls, [String])] = [
            (.confirmed, ["call.queued", "call.ringing", "call.answered", "call.completed"]),
            (.busy, ["call.queued", "call.ringing", "call.busy"]),
            (.ringsOut, ["call.queued", "call.ringing", "call.no_answer"]),
            (.refused, ["call.queued", "call.failed"]),
            (.canceled, ["call.queued", "call.ringing", "call.canceled"]),
        ]
        for (part, types) in expected {
            _ = try await play.record(part)
            let messages = try await rig.receiver.messages(part.rawValue, atLeast: types.count)
            #expect(try messages.map { try $0.json["type"].text } == types, "\(part)")
            for (message, type) in zip(messages, types) where type != "call.queued" {
                let status = type == "call.answered" ? "in_progress" : String(type.dropFirst(5))
                #expect(try message.json["data"]["call"]["status"].text == status)
            }
        }
        let messages = try rig.receiver.messages("confirmed").map { try $0.json }
        let calls = messages.map { $0["data"]["call"] }
        try #require(calls.count == 4)
        #expect(calls.map { $0["started_at"] == .null } == [true, false, false, false])
        #expect(calls.map { $0["answered_at"] == .null } == [true, true, false, false])
        #expect(calls.map { $0["ended_at"] == .null } == [true, true, true, false])
        #expect(calls[3]["result"] == ["confirmed": true])
        #expect(calls[3]["reservation_status"] == "settled")
        for call in calls { #expect(try Set(members(call).keys).isSuperset(of: Self.members)) }
    }

    @Test("CallingBox 27: the headers of a message repeat its id, its type and the call's id")
    func headers() async throws {
        _ = try await play.record(.confirmed)
        for message in rig.receiver.messages("confirmed") {
            let json = try message.json
            #expect(message.headers["content-type"] == "application/json")
            #expect(message.headers["callingbox-event-id"] == json["id"].text)
            #expect(message.headers["callingbox-event-type"] == json["type"].text)
            #expect(message.headers["x-callingbox-event"] == json["type"].text)
            #expect(message.headers["x-callingbox-call-id"] == json["data"]["call"]["id"].text)
            #expect(message.headers["callingbox-signature"]?.hasPrefix("t=") == true)
            #expect(json["api_version"] == "2026-04")
            #expect(UUID(uuidString: json["id"].text ?? "") != nil)
            guard case .integer(let created) = json["created"] else { throw Missing(what: "created", in: json) }
            #expect(abs(Double(created) - message.at.timeIntervalSince1970) < 60)
        }
    }

    @Test("CallingBox 29: a receiver that redirects, or takes more than 10 seconds, has not taken the message")
    func notTaken() async throws {
        for (part, status, words) in [
            (CallingBoxCalls.redirected, JSONValue.integer(302), "302"), (.hanging, .null, "10 s"),
        ] {
            let record = try await play.record(part)
            var first: JSONValue = .null
            repeat {
                let list = try await client.get("/v1/webhook_deliveries?call_id=\(record.id)").json["data"].values
                first = list.first { $0["event_type"] == "call.queued" } ?? .null
                try await ContinuousClock().sleep(for: .milliseconds(100))
            } while first["last_error"] == .null
            #expect(first["status"] == "pending")
            #expect(first["attempt_count"] == 1)
            #expect(first["last_response_status"] == status)
            #expect(first["last_error"].text?.contains(words) == true, "\(first)")
            #expect(first["endpoint_id"] == .null)
            #expect(try await client.call(record.id)["webhook_status"] == "pending")
        }
        #expect(rig.receiver.messages("elsewhere").isEmpty)
    }

    @Test("CallingBox 31: redeliver makes a delivery pending again under the same id, and it is sent again")
    func redelivered() async throws {
        let record = try await play.record(.ringsOut)
        let before = try await rig.receiver.messages("ringsOut", atLeast: 3)
        let list = try await client.get("/v1/webhook_deliveries?call_id=\(record.id)&status=delivered&limit=200")
        let delivery = try #require(try list.json["data"].values.first { $0["event_type"] == "call.no_answer" })
        let id = try #require(delivery["id"].text)
        #expect(delivery["manual_retry_count"] == 0)
        let again = try await client.post("/v1/webhook_deliveries/\(id)/redeliver", "{}")
        #expect(again.status == 200)
        #expect(try again.json["id"].text == id)
        #expect(try again.json["status"] == "pending")
        #expect(try again.json["manual_retry_count"] == 1)
        let after = try await rig.receiver.messages("ringsOut", atLeast: before.count + 1)
        let last = try #require(after.last)
        #expect(last.headers["callingbox-event-id"] == id)
        #expect(try last.body == #require(before.last { $0.headers["callingbox-event-id"] == id }).body)
        let shown = try await client.get("/v1/webhook_deliveries/\(id)")
        #expect(shown.status == 200)
    }

    @Test("CallingBox 32: an endpoint gets all events unless it chooses; its secret is shown when it is new")
    func endpoint() async throws {
        let url = rig.receiver.url("endpoint")
        let made = try await client.post("/v1/webhook_endpoints", #"{"url": "\#(url)"}"#)
        #expect(made.status == 201)
        let endpoint = try made.json
        #expect(endpoint["enabled_events"] == ["*"])
        #expect(endpoint["status"] == "enabled")
        let secret = try #require(endpoint["signing_secret"].text)
        #expect(secret.hasPrefix("whsec_"))
        let id = try #require(endpoint["id"].text)
        for reply in [
            try await client.get("/v1/webhook_endpoints/\(id)"), try await client.get("/v1/webhook_endpoints"),
        ] {
            #expect(reply.status == 200)
            #expect(!reply.text.contains("signing_secret") && !reply.text.contains(secret))
        }

        let header = "callingbox-signature"
        let first = try await message(to: "endpoint")
        #expect(try first.isSigned(with: secret, in: header))
        let rotated = try await client.post("/v1/webhook_endpoints/\(id)/rotate_secret", "{}").json
        let fresh = try #require(rotated["signing_secret"].text)
        #expect(fresh.hasPrefix("whsec_") && fresh != secret)
        let second = try await message(to: "endpoint")
        #expect(try second.isSigned(with: fresh, in: header))
        #expect(try !second.isSigned(with: secret, in: header))

        let deleted = try await client.send("DELETE", "/v1/webhook_endpoints/\(id)")
        #expect(deleted.status == 200)
    }

    /// Places a call, and returns the first message that tells `receiver` of it.
    private func message(to receiver: String) async throws -> Receiver.Message {
        let id = try await client.place(["agent_id": .string(stage.agent)]).json["id"]
        var count = 1
        while true {
            let messages = try await rig.receiver.messages(receiver, atLeast: count)
            if let found = try messages.first(where: { try $0.json["data"]["call"]["id"] == id }) { return found }
            count = messages.count + 1
        }
    }

    @Test("CallingBox 33: deleting an endpoint answers 200 with a body, and nothing more is sent to it")
    func deleted() async throws {
        let url = rig.receiver.url("deleted")
        let made = try await client.post(
            "/v1/webhook_endpoints",
            #"{"url": "\#(url)", "enabled_events": ["call.busy"]}"#
        )
        let id = try #require(try made.json["id"].text, "\(made.text)")
        let deleted = try await client.send("DELETE", "/v1/webhook_endpoints/\(id)")
        #expect(deleted.status == 200)
        #expect(try deleted.json["id"].text == id)
        let gone = try await client.get("/v1/webhook_endpoints/\(id)")
        #expect(gone.status == 404)
        #expect(try error(gone).contains(id))
    }
}
