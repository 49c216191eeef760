import Calls
import Foundation
import PhoneLab
import Testing

/// The checklist of Truedy's contract, statement by statement. Those about limits, credit and tries that are minutes apart are tried beside
/// the door and the engine.
@Suite(
    "Truedy conformance",
    .door(TruedyCalls.self, settings: ["TRUNKLINE_HTTP_PUBLIC_URL": TruedyCalls.publicURL]),
    .timeLimit(.minutes(3))
)
struct TruedyConformance {
    private static let terminal: Set<String> = ["ended", "failed", "cancelled"]

    let play: DoorPlay<TruedyCalls>
    var stage: TruedyCalls.Stage { play.stage }
    var rig: DoorRig { play.stage.rig }
    var client: TruedyClient { play.stage.client }
    var other: TruedyClient { play.stage.other }

    init() throws {
        play = try .current()
    }

    private func date(_ value: JSONValue) throws -> Date {
        try Date(try #require(value.text), strategy: .iso8601)
    }

    func isTime(_ value: JSONValue) -> Bool {
        value.text?.wholeMatch(of: /\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ/) != nil
    }

    @Test(
        "Truedy 1: POST calls answers 201 with a queued outbound call of the agent to the number, from one of its own"
    )
    func placed() async throws {
        let record = try await play.record(.confirmed)
        #expect(record.placed.status == 201)
        let call = try record.placed.json
        #expect(!record.id.isEmpty)
        #expect(call["status"] == "queued")
        #expect(call["direction"] == "outbound")
        #expect(call["agent_id"].text == stage.agent)
        #expect(call["phone_number"].text == TruedyCalls.confirmed.number)
        #expect(call["from_number"] == "+15550000100")
    }

    @Test("Truedy 2: in that answer duration_seconds, transcript, recording_url, started_at and ended_at are null")
    func nulls() async throws {
        let members = try await play.record(.confirmed).placed.json.members
        for name in ["duration_seconds", "transcript", "recording_url", "started_at", "ended_at", "outcome"] {
            #expect(members[name] == .null, "\(name)")
        }
    }

    @Test("Truedy 3: variables come back as they were sent, and stand in the prompt in place of their names")
    func variables() async throws {
        let record = try await play.record(.busy)
        for call in record.seen { #expect(call["variables"] == TruedyCalls.variables) }
        let told = try await messages(about: record.id, to: "usual", endingWith: "call.failed")
        #expect(told.last?["data"]["variables"] == TruedyCalls.variables)
        let snapshot = try await client.native(record.id)["snapshot"]
        #expect(snapshot["prompt"] == "You are calling Ana about Tuesday, seat 12.")
        let nested = try await other.place(stage.otherAgent, ["variables": ["a": ["b": 1]]])
        try refusal(nested, 422, "validation_error")
    }

    @Test(
        "Truedy 4: a call is asked for by its id, and a client that polls by the vendor's guide sees it to its end",
        arguments: ["call.sh", "call.py"]
    )
    func polled(example: String) async throws {
        let record = try await play.record(.confirmed)
        #expect(record.seen.allSatisfy { $0["id"].text == record.id })
        let output = try await play.output(of: "truedy/\(example)")
        #expect(output.contains("ended"), "\(output)")
        #expect(output.contains("completed"), "The outcome is shown: \(output)")
        #expect(output.contains("Riverside Dental"), "What was said is shown: \(output)")
    }

    @Test("Truedy 5: a call that ended has its length in whole seconds, an outcome, a transcript and a recording")
    func ended() async throws {
        let call = try await play.record(.confirmed).last
        #expect(call["status"] == "ended", "\(call)")
        guard case .integer(let duration) = call["duration_seconds"] else {
            Issue.record("expected whole seconds, got \(call["duration_seconds"])")
            return
        }
        let talked = try date(call["ended_at"]).timeIntervalSince(try date(call["started_at"]))
        #expect(abs(Double(duration) - talked) <= 1)
        #expect(call["outcome"] == "completed")
        #expect(call["transcript"].values.count > 1)
        #expect(call["recording_url"].text?.hasPrefix(TruedyCalls.publicURL) == true)
        guard case .integer(let credits) = call["cost_credits"] else {
            Issue.record("expected whole credits, got \(call["cost_credits"])")
            return
        }
        #expect(credits > 0)
        let transcript = try #require(call["transcript_url"].text)
        try #require(transcript.hasPrefix(TruedyCalls.publicURL))
        let path = String(transcript.dropFirst(TruedyCalls.publicURL.count))
        let opened = try await client.server.request("GET", path, key: client.key)
        #expect(try opened.json["transcript"] == call["transcript"])
    }

    @Test("Truedy 6: calls are over as ended, failed or cancelled, and have no other last word")
    func terminal() async throws {
        let expected: [TruedyCalls: String] = [
            .confirmed: "ended", .greeted: "ended", .unkept: "ended", .limited: "ended", .ringsOut: "failed",
            .busy: "failed", .canceled: "cancelled",
        ]
        for part in TruedyCalls.allCases {
            let record = try await play.record(part)
            #expect(record.last["status"].text == expected[part], "\(part)")
            #expect(record.last["ended_at"] != .null)
            for call in record.seen where call["ended_at"] == .null {
                #expect(!Self.terminal.contains(call["status"].text ?? ""), "\(part)")
            }
        }
    }

    @Test("Truedy 7: from_number may be a number of the agent, and left out it is one of them; any other is a 422")
    func callerID() async throws {
        let chosen = try await play.record(.busy)
        #expect(chosen.last["from_number"].text == TruedyCalls.numbers[1])
        #expect(try await rig.lab(chosen.id, of: client).caller.contains(TruedyCalls.numbers[1]))
        let unchosen = try await play.record(.ringsOut)
        let from = try #require(unchosen.last["from_number"].text)
        #expect(TruedyCalls.numbers.contains(from))
        #expect(try await rig.lab(unchosen.id, of: client).caller.contains(from))
        let loose = try await client.place(stage.caller, ["from_number": .string(TruedyCalls.looseNumber)])
        let error = try refusal(loose, 422, "from_number_not_assigned")
        #expect(error["message"].text?.contains(TruedyCalls.looseNumber) == true)
    }

    @Test("Truedy 14: call_settings.greeting is what is said first on that call; another call has the agent's own")
    func greeting() async throws {
        func first(_ part: TruedyCalls) async throws -> String {
            let said = try await play.record(part).last["transcript"].values
            return try #require(said.first { $0["speaker"] == "agent" }?["text"].text, "\(said)")
        }
        #expect(try await first(.greeted).hasPrefix("Good morning, Ada here."))
        #expect(try await first(.confirmed).hasPrefix("Hello Sam. This is the automated assistant"))
        let agent = try await client.get("/agents/\(stage.agent)").json
        #expect(agent["greeting"].text?.hasPrefix("Hello {{name}}.") == true, "The agent is as it was")
    }

    @Test("Truedy 15: with max_duration 20s a call that would go on is hung up at 20 seconds and has ended")
    func limited() async throws {
        let record = try await play.record(.limited)
        #expect(record.last["status"] == "ended")
        #expect(record.last["failure_reason"] == .null)
        let lab = try await rig.lab(record.id, of: client)
        #expect(lab.ending == .callerHungUp)
        let talked = try #require(lab.endedAt).timeIntervalSince(try #require(lab.answeredAt))
        #expect((18...22).contains(talked), "\(talked) s")
    }

    @Test("Truedy 16: with join_timeout 10s a telephone that nobody answers rings for 10 seconds, and the call failed")
    func ringsOut() async throws {
        let record = try await play.record(.ringsOut)
        #expect(record.last["status"] == "failed")
        #expect(record.last["failure_reason"] == "no_answer")
        #expect(record.last["outcome"] == "no_answer")
        for member in ["started_at", "duration_seconds", "transcript", "recording_url"] {
            #expect(record.last[member] == .null, "\(member)")
        }
        let lab = try await rig.lab(record.id, of: client)
        #expect(lab.ending == .canceled)
        let rang = try #require(lab.endedAt).timeIntervalSince(try #require(lab.rangAt))
        #expect((8...12).contains(rang), "\(rang) s")
    }

    @Test(
        "Truedy 17: what is not to be recorded or transcribed has no recording_url and no transcript; else both are there"
    )
    func unkept() async throws {
        let record = try await play.record(.unkept)
        #expect(record.last["status"] == "ended")
        let told = try await messages(about: record.id, to: "usual", endingWith: "call.ended")
        for call in [record.last, told.last?["data"] ?? .null, told.last?["data"]["call"] ?? .null] {
            #expect(call["recording_url"] == .null)
            #expect(call["transcript"] == .null)
            #expect(call["id"].text == record.id)
        }
        #expect(try await client.get("/calls/\(record.id)/recording").status == 404)
        #expect(try await client.get("/calls/\(record.id)/transcript").json["transcript"] == [])
        let kept = try await play.record(.confirmed).last
        #expect(kept["recording_url"] != .null && kept["transcript"] != .null)
    }

    @Test("Truedy 20: times are in UTC and whole seconds")
    func times() async throws {
        let record = try await play.record(.confirmed)
        #expect(isTime(try record.placed.json["created_at"]))
        for name in ["created_at", "started_at", "ended_at", "completed_at", "updated_at"] {
            #expect(isTime(record.last[name]), "\(name)")
        }
        #expect(isTime(record.last["meta"]["ts"]))
    }

    @Test("Truedy 21: the same members stand below data, beside meta with a request_id and a ts")
    func envelope() async throws {
        for part in [TruedyCalls.confirmed, .busy, .canceled] {
            for call in try await play.record(part).seen {
                var members = try call.members
                let (data, meta) = (members.removeValue(forKey: "data"), members.removeValue(forKey: "meta"))
                #expect(data == .object(members))
                #expect(meta?["request_id"].text?.isEmpty == false)
                #expect(isTime(meta?["ts"] ?? .null))
            }
        }
        let placed = try await play.record(.confirmed).placed
        #expect(try placed.json["meta"]["request_id"].text == placed.headers["x-request-id"])
    }

    @Test("Truedy 29: the statuses of an answered call come in the order queued, ringing, in-progress, ended")
    func order() async throws {
        let order = ["queued", "ringing", "in-progress", "ended"]
        let seen = try await play.record(.confirmed).statuses
        let ranks = try seen.map { try #require(order.firstIndex(of: $0), "\($0)") }
        #expect(ranks == ranks.sorted(), "\(seen)")
        #expect(Set(seen).isSuperset(of: ["queued", "in-progress", "ended"]))
        #expect(try await play.record(.ringsOut).statuses.contains("ringing"))
    }

    @Test("Truedy 35: entries of a transcript are by agent or contact, with text, and their times never go back")
    func transcript() async throws {
        let entries = try await play.record(.confirmed).last["transcript"].values
        #expect(Set(entries.compactMap(\.["speaker"].text)) == ["agent", "contact"])
        #expect(entries.allSatisfy { $0["text"].text?.isEmpty == false })
        let times = entries.compactMap(\.["timestamp"].number)
        #expect(times.count == entries.count && times == times.sorted())
        #expect(times.last.map { (3...60).contains($0) } == true, "Seconds since the answer: \(times)")
    }
}
