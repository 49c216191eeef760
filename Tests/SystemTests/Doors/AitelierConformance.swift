import Calls
import Foundation
import PhoneLab
import Testing

/// The checklist of Aitelier's contract, statement by statement. Those about limits, and those that take longer, are tried beside the door and the engine.
@Suite(
    "Aitelier conformance",
    .door(AitelierCalls.self, settings: ["TRUNKLINE_HTTP_PUBLIC_URL": "https://calls.example.com"]),
    .timeLimit(.minutes(3))
)
struct AitelierConformance {
    static let statuses = ["queued", "dialing", "connected", "completed", "failed"]
    static let endStates: Set<String> = [
        "completed", "no_answer", "busy", "voicemail_detected", "invalid_number", "caller_id_unauthorized",
        "provider_error", "internal_error",
    ]

    let play: DoorPlay<AitelierCalls>
    var stage: AitelierCalls.Stage { play.stage }
    var client: AitelierClient { play.stage.client }
    var rig: DoorRig { play.stage.rig }

    init() throws {
        play = try .current()
    }

    func date(_ value: JSONValue) throws -> Date {
        let text = try #require(value.text)
        return try Date(text, strategy: Date.ISO8601FormatStyle(includingFractionalSeconds: true))
    }

    /// When the lab was asked to ring for a call that it has.
    func dialed(_ id: String) async throws -> Date {
        let attempts = try await client.native(id, "/attempts")["data"]
        let call = try rig.ledger.ended().first { $0.sipCallID == attempts[0]["sip_call_id"].text }
        return try #require(call?.invites.first)
    }

    /// What the receiver was told of a session, once it was told of the end.
    func messages(about id: String) async throws -> [Receiver.Message] {
        var count = 1
        while true {
            let all = try await rig.receiver.messages("sessions", atLeast: count)
            let own = try all.filter { try $0.json["data"]["session_id"].text == id }
            if try own.contains(where: { ["session.ended", "session.failed"].contains(try $0.json["type"].text) }) {
                return own
            }
            count = all.count + 1
        }
    }

    @Test("The example clients trigger a call and show what was said", arguments: ["call.sh", "call.py"])
    func examples(client: String) async throws {
        let output = try await play.output(of: "aitelier/\(client)")
        #expect(output.contains("completed"), "\(output)")
        #expect(output.contains("Can you make it on Friday?"), "\(output)")
    }

    @Test("Aitelier 1: POST /v1/calls with a key for it answers with a session id and queued")
    func triggered() async throws {
        let key = try await client.newKey("outbound:trigger").secret
        let reply = try await client.post(
            "/v1/calls",
            #"{"scenario": "visit_followup", "phone": "+15550200486"}"#,
            key: key
        )
        #expect(reply.status == 201)
        #expect(try reply.json["session_id"].text?.hasPrefix("ses_") == true)
        #expect(try reply.json["id"] == reply.json["session_id"])
        #expect(try reply.json["status"] == "queued")
        #expect(try reply.json["scenario"] == "visit_followup")
        #expect(try reply.json["phone"] == "+15550200486")
        #expect(try await play.record(.confirmed).placed.text.contains(#""metadata":\#(AitelierCalls.metadata)"#))
    }

    /// What is refused leaves nothing behind: no session, and nobody is called.
    private func expectRefused(_ body: String, _ status: Int, _ code: String, phone: String) async throws {
        let reply = try await client.post("/v1/calls", body)
        #expect(reply.status == status, "\(reply.text)")
        #expect(try reply.json["error"]["code"].text == code)
        #expect(try reply.json["error"]["message"].text?.isEmpty == false)
        #expect(try !(await client.get("/v1/sessions?limit=100").text.contains(phone)))
        _ = try await play.record(.ringsOut)
        #expect(try rig.ledger.dials(of: phone).isEmpty)
    }

    @Test("Aitelier 2: without scenario or without phone nothing is dialed, and the answer names what is missing")
    func missing() async throws {
        let phone = "+15550200601"
        try await expectRefused(#"{"phone": "\#(phone)"}"#, 422, "missing_field", phone: phone)
        try await expectRefused(#"{"scenario": "visit_followup"}"#, 422, "missing_field", phone: phone)
    }

    @Test("Aitelier 3: a phone that is not E.164 is refused", arguments: ["15550200602", "(555) 020-0602", ""])
    func numbers(phone: String) async throws {
        let body = #"{"scenario": "visit_followup", "phone": "\#(phone)"}"#
        try await expectRefused(body, 422, "invalid_phone", phone: "+15550200602")
    }

    @Test("Aitelier 4: an unknown scenario is refused, and so is an inbound one")
    func scenarios() async throws {
        let phone = "+15550200606"
        try await client.apply("agent: desk\nname: Desk\ndirection: inbound\ninstructions: Take the call.\n")
        for (scenario, status, code) in [
            ("nothing", 404, "scenario_not_found"), ("desk", 422, "scenario_not_outbound"),
        ] {
            let body = #"{"scenario": "\#(scenario)", "phone": "\#(phone)"}"#
            try await expectRefused(body, status, code, phone: phone)
        }
    }

    @Test("Aitelier 5: an Idempotency-Key that comes twice is one session and one dial")
    func repeated() async throws {
        let phone = "+15550200480"
        let first = try await client.trigger(phone, idempotencyKey: "twice")
        _ = try await client.end(of: first)
        #expect(try await client.trigger(phone, idempotencyKey: "twice") == first)
        _ = try await play.record(.ringsOut)
        #expect(try rig.ledger.dials(of: phone).count == 1)
    }

    @Test("Aitelier 6: ten requests at once under one key are one dial, and all get the same session")
    func parallel() async throws {
        let phone = "+15550200481"
        let ids = try await withThrowingTaskGroup(of: String.self) { group in
            for _ in 1...10 { group.addTask { try await client.trigger(phone, idempotencyKey: "ten") } }
            return try await group.reduce(into: []) { $0.append($1) }
        }
        #expect(ids.count == 10)
        #expect(Set(ids).count == 1)
        _ = try await client.end(of: ids[0])
        _ = try await play.record(.ringsOut)
        #expect(try rig.ledger.dials(of: phone).count == 1)
    }

    @Test("Aitelier 7: another body under a used key gets the first session, and nobody else is called")
    func otherBody() async throws {
        let first = try await client.trigger("+15550200482", idempotencyKey: "other")
        #expect(try await client.trigger("+15550200483", idempotencyKey: "other") == first)
        #expect(try await client.end(of: first)["phone"] == "+15550200482")
        _ = try await play.record(.ringsOut)
        #expect(try rig.ledger.dials(of: "+15550200482").count == 1)
        #expect(try rig.ledger.dials(of: "+15550200483").isEmpty)
    }

    @Test("Aitelier 9: the scenario says what the metadata has, read as session.metadata")
    func metadata() async throws {
        let record = try await play.record(.confirmed)
        let turns = try await client.native(record.id, "/transcript")["data"].values
        let said = turns.filter { $0["speaker"] == "agent" }.compactMap(\.["generated"].text).joined(separator: " ")
        #expect(said.contains("Hello Ana."), "\(turns)")
        #expect(said.contains("on Tuesday"), "\(turns)")
        let shown = try await client.get("/v1/sessions/\(record.id)").text
        #expect(shown.contains(#""metadata":\#(AitelierCalls.metadata)"#), "Byte for byte")
    }

    @Test("Aitelier 10: a scheduled call is queued until its time, and dialed within seconds of it, never before")
    func scheduled() async throws {
        let record = try await play.record(.scheduled)
        #expect(try record.placed.json["status"] == "queued")
        let time = try date(record.placed.json["scheduled_for"])
        #expect(try time > date(record.placed.json["created_at"]))
        let dials = try rig.ledger.dials(of: AitelierCalls.scheduled.number)
        #expect(dials.count == 1)
        let late = try #require(dials.first).timeIntervalSince(time)
        #expect((0..<5).contains(late))
        #expect(record.statuses.first == "queued")
        #expect(record.last["scheduled_for"] == (try record.placed.json["scheduled_for"]))
    }

    @Test("Aitelier 11: without scheduled_for a call is dialed at once")
    func immediate() async throws {
        let record = try await play.record(.confirmed)
        let waited = try await dialed(record.id).timeIntervalSince(date(record.placed.json["created_at"]))
        #expect((0..<5).contains(waited))
        #expect(try record.placed.json["scheduled_for"] == .null)
    }

    @Test("Aitelier 12: six triggers at once are all accepted; five are dialed, and the sixth waits")
    func pace() async throws {
        _ = try await rig.command(["projects", "create", "Paced"])
        let printed = try await rig.command([
            "keys", "create", "--mode", "test", "--prefix", "avp", "--project", "Paced",
        ])
        let key = try #require(printed.split(whereSeparator: \.isWhitespace).last { $0.hasPrefix("avp_test_") })
        let paced = AitelierClient(server: rig.server, key: String(key))
        try await paced.apply("agent: visit_followup\nname: A\nnumbers: [\"+15550000100\"]\ninstructions: Say hello.\n")
        var sessions: [String] = []
        for _ in 1...6 { sessions.append(try await paced.trigger("+15550200487")) }
        for id in sessions.prefix(5) { #expect(try await paced.end(of: id)["status"] == "failed") }
        // Whatever is not kept waiting has its time.
        _ = try await play.record(.ringsOut)
        #expect(try await paced.session(sessions[5])["status"] == "queued")
        #expect(try rig.ledger.dials(of: "+15550200487").count == 5)
        #expect(try await paced.native(sessions[5], "/decisions")["present"]["rule"] == "pace")
    }

    @Test("Aitelier 15: a session has one of five statuses at any time, in their order, and one of two at the end")
    func order() async throws {
        for call in AitelierCalls.allCases {
            let record = try await play.record(call)
            let ranks = try record.statuses.map { try #require(Self.statuses.firstIndex(of: $0)) }
            #expect(ranks.count == record.seen.count)
            #expect(ranks == ranks.sorted(), "\(call): \(record.statuses)")
            #expect(Set(ranks.filter { $0 >= 3 }).count == 1, "\(call): \(record.statuses)")
        }
        #expect(Set(try await play.record(.confirmed).statuses).isSuperset(of: ["connected", "completed"]))
        #expect(Set(try await play.record(.ringsOut).statuses).isSuperset(of: ["dialing", "failed"]))
    }

    @Test("Aitelier 16: a session that is over has one of the eight end states, and none has one before")
    func endStates() async throws {
        for call in AitelierCalls.allCases {
            for seen in try await play.record(call).seen {
                guard ["completed", "failed"].contains(seen["status"].text) else {
                    #expect(seen["end_state"] == .null && seen["failure_reason"] == .null && seen["ended_at"] == .null)
                    continue
                }
                #expect(Self.endStates.contains(seen["end_state"].text ?? ""), "\(seen)")
                #expect((seen["status"] == "completed") == (seen["end_state"] == "completed"))
                #expect((seen["failure_reason"] == .null) == (seen["end_state"] == "completed"))
            }
        }
    }

    @Test("Aitelier 17: what was answered and ran to its end is completed with an outcome; nothing else has one")
    func outcomes() async throws {
        for (call, outcome) in [(AitelierCalls.confirmed, "success"), (.declined, "spam"), (.hungUpAtOnce, "spam")] {
            let session = try await play.record(call).last
            #expect(session["end_state"] == "completed", "\(call)")
            #expect(session["outcome"].text == outcome, "\(call)")
            #expect(session["connected_at"] != .null)
        }
        #expect(try await play.record(.confirmed).last["slots"] == ["confirmed": true])
        for call in AitelierCalls.allCases {
            for seen in try await play.record(call).seen where seen["end_state"] != "completed" {
                #expect(seen["outcome"] == .null, "\(call)")
            }
        }
    }

    @Test("Aitelier 18: a machine that answers is hung up on at once, without outcome and without cost")
    func voicemail() async throws {
        let session = try await play.record(.voicemail).last
        #expect(session["end_state"] == "voicemail_detected")
        #expect(session["outcome"] == .null)
        #expect(session["cost"] == "0.00000")
    }

    @Test(
        "Aitelier 19: how a call that nobody answered ended is told by the network's answer",
        arguments: [
            (AitelierCalls.ringsOut, "no_answer"), (.busy, "busy"), (.notInService, "invalid_number"),
            (.nowhere, "invalid_number"), (.callerIDRefused, "caller_id_unauthorized"),
            (.carrierFails, "provider_error"),
        ]
    )
    func unanswered(call: AitelierCalls, state: String) async throws {
        let session = try await play.record(call).last
        #expect(session["status"] == "failed")
        #expect(session["end_state"].text == state)
        #expect(session["failure_reason"].text == state)
        #expect(session["cost"] == "0.00000")
        #expect(session["connected_at"] == .null)
        #expect(session["ended_at"] != .null)
    }

    @Test("Aitelier 20: the id that a trigger answered is read with a key for reading")
    func fetched() async throws {
        let record = try await play.record(.busy)
        let key = try await client.newKey("sessions:read").secret
        for path in ["/v1/sessions/\(record.id)", "/v1/calls/\(record.id)"] {
            let reply = try await client.get(path, key: key)
            #expect(reply.status == 200)
            #expect(try reply.json == record.last)
        }
        let listed = try await client.get("/v1/sessions?status=failed&scenario=visit_followup&limit=100", key: key)
        #expect(try listed.json["data"].values.contains(record.last))
    }

    @Test("Aitelier 22: a key that was revoked opens nothing from then on, and the one that replaces it does")
    func revoked() async throws {
        let old = try await client.newKey("sessions:read")
        #expect(try await client.get("/v1/sessions", key: old.secret).status == 200)
        let new = try await client.newKey("sessions:read")
        #expect(try await rig.server.request("DELETE", "/v1/keys/\(old.id)").status == 200)
        let refused = try await client.get("/v1/sessions", key: old.secret)
        #expect(refused.status == 401)
        #expect(try refused.json["error"]["code"] == "unauthorized")
        #expect(try await client.get("/v1/sessions", key: new.secret).status == 200)
    }

    @Test("Aitelier 23: a number on the do-not-call list is never dialed, neither at once nor at a scheduled time")
    func doNotCall() async throws {
        let phone = "+15550200605"
        try await client.list(phone)
        try await expectRefused(
            #"{"scenario": "visit_followup", "phone": "\#(phone)"}"#,
            422,
            "do_not_call",
            phone: phone
        )
        let waited = try await play.record(.listed)
        #expect(waited.placed.status == 201)
        #expect(waited.last["status"] == "failed")
        #expect(waited.last["failure_reason"] == "do_not_call")
        #expect(try rig.ledger.dials(of: AitelierCalls.listed.number).isEmpty)
    }

    @Test("Aitelier 32: keys begin with avp_live_ where they are made so, and are shown once")
    func keys() async throws {
        let printed = try await rig.command(["keys", "create", "--mode", "live", "--prefix", "avp"])
        #expect(printed.split(whereSeparator: \.isWhitespace).contains { $0.hasPrefix("avp_live_") }, "\(printed)")
        let key = try await client.newKey("sessions:read")
        #expect(key.secret.hasPrefix("avp_test_"))
        #expect(try await client.get("/v1/sessions", key: key.secret).status == 200)
        for path in ["/v1/keys", "/v1/keys/\(key.id)"] {
            let shown = try await rig.server.request("GET", path)
            #expect(shown.status == 200)
            #expect(shown.text.contains(key.id))
            #expect(!shown.text.contains(key.secret))
        }
    }
}
