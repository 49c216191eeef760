import Calls
import Foundation
import PhoneLab
import Testing

extension AitelierConformance {
    @Test(
        "Aitelier 24: a CSV file of contacts makes one call for each row, with its other columns as metadata, and the counts add up"
    )
    func batch() async throws {
        let directory = try TemporaryDirectory()
        let file = "phone,guest\n+15550200488,Ana\n+15550200489,\"Li, Bo\"\n+15550200491,Cem\n"
        let path = directory.path + "/contacts.csv"
        try file.write(toFile: path, atomically: true, encoding: .utf8)
        for _ in 1...2 {
            let output = try await rig.example(
                "aitelier/batch.py",
                ["visit_followup", path],
                environment: client.environment
            )
            #expect(output.contains("3 rows: 0 completed, 3 failed"), "\(output)")
        }
        let sessions = try await client.get("/v1/sessions?limit=100").json["data"].values
        for (phone, guest) in [("+15550200488", "Ana"), ("+15550200489", "Li, Bo"), ("+15550200491", "Cem")] {
            #expect(try rig.ledger.dials(of: phone).count == 1)
            #expect(sessions.first { $0["phone"].text == phone }?["metadata"] == ["guest": .string(guest)])
        }
    }

    @Test(
        "Aitelier 24: an uploaded list makes one call for each row at its pace, with its other columns as metadata, and the counts add up"
    )
    func uploadedList() async throws {
        let numbers = ["+15550200441", "+15550200442", "+15550200443"]
        let rows = zip(numbers, ["Ana", #""Li, Bo""#, "Cem"]).map { "\($0),\($1)\n" }
        let form = [
            "settings": #"{"scenario": "visit_followup", "pacing": 60}"#, "file": "phone,guest\n" + rows.joined(),
        ]
        let parts = form.map { "--b\r\nContent-Disposition: form-data; name=\"\($0)\"\r\n\r\n\($1)\r\n" }
        let made = try await rig.server.request(
            "POST",
            "/aitelier/v1/batches",
            text: ("multipart/form-data; boundary=b", parts.joined() + "--b--\r\n"),
            headers: ["Idempotency-Key": "list"]
        )
        try #require(made.status == 201, "\(made.text)")
        let id = try #require(try made.json["id"].text)
        var batch = try made.json
        while batch["status"] != "completed" {
            batch = try await client.get("/v1/batches/\(id)").json
            try await ContinuousClock().sleep(for: .milliseconds(100))
        }
        #expect(batch["rows"] == 3)
        #expect(batch["counts"] == ["queued": 0, "dialing": 0, "connected": 0, "completed": 0, "failed": 3])
        let sessions = try await client.get("/v1/sessions?limit=100").json["data"].values
        let dials = try numbers.map { try #require(try rig.ledger.dials(of: $0).first) }
        for (phone, guest) in zip(numbers, ["Ana", "Li, Bo", "Cem"]) {
            #expect(try rig.ledger.dials(of: phone).count == 1)
            #expect(sessions.first { $0["phone"].text == phone }?["metadata"] == ["guest": .string(guest)])
        }
        let gaps = zip(dials, dials.dropFirst()).map { $1.timeIntervalSince($0) }
        #expect(gaps.allSatisfy { $0 > 0.8 }, "60 a minute: \(gaps)")
        let results = try await client.get("/v1/batches/\(id)/results.csv").text.split(separator: "\r\n")
        #expect(results.count == 4)
        #expect(results[2].hasPrefix(#"+15550200442,"Li, Bo",ses_"#), "\(results[2])")
        #expect(results[2].contains(",failed,"))
    }

    @Test("Aitelier 28: session.started has the metadata of the trigger, and a phone with most digits hidden")
    func started() async throws {
        let record = try await play.record(.confirmed)
        let message = try #require(try await messages(about: record.id).first)
        let data = try message.json["data"]
        #expect(try message.json["type"] == "session.started")
        #expect(data["scenario"] == "visit_followup")
        #expect(data["direction"] == "outbound")
        #expect(data["phone"] == "+15*******01")
        let text = String(decoding: message.body, as: UTF8.self)
        #expect(text.contains(#""metadata":\#(AitelierCalls.metadata)"#))
        #expect(!text.contains("5550100001"))
        #expect(message.headers["x-aitelier-event"] == "session.started")
        #expect(message.headers["x-aitelier-delivery"]?.isEmpty == false)
        #expect(try message.isSigned(with: stage.secret, in: "x-aitelier-signature"))
    }

    @Test(
        "Aitelier 29: session.ended has the session's id, outcome and duration, and links to recording and transcript"
    )
    func ended() async throws {
        let record = try await play.record(.confirmed)
        let told = try await messages(about: record.id)
        #expect(try told.map { try $0.json["type"].text } == ["session.started", "goal.achieved", "session.ended"])
        #expect(try told[1].json["data"]["slots"] == ["confirmed": true])
        #expect(Set(try told.map { try $0.json["id"].text }).count == told.count, "To be told apart by")
        let data = try #require(told.last).json["data"]
        #expect(data["session_id"].text == record.id)
        #expect(data["outcome"] == "success")
        #expect(data["duration_seconds"] == record.last["duration_seconds"])
        #expect(data["end_state"] == "completed")
        for (link, key) in [("recording_url", ""), ("transcript_url", rig.server.key)] {
            let url = try #require(data[link].text)
            #expect(url.hasPrefix("https://calls.example.com/"))
            let path = url.replacing("https://calls.example.com", with: "")
            #expect(try await rig.server.request("GET", path, key: key).status == 200, "\(path)")
        }
        for (call, reason) in [(AitelierCalls.busy, "busy"), (.listed, "do_not_call")] {
            let messages = try await messages(about: play.record(call).id)
            #expect(try messages.map { try $0.json["type"].text } == ["session.failed"])
            #expect(try messages[0].json["data"]["failure_reason"].text == reason)
        }
    }

    @Test("Aitelier 30: what was said and recorded is shown to keys with sessions:read:transcript, and to no others")
    func transcript() async throws {
        let id = try await play.record(.confirmed).id
        let read = try await client.newKey("sessions:read").secret
        let hear = try await client.newKey("sessions:read", "sessions:read:transcript").secret
        let less = try await client.get("/v1/sessions/\(id)", key: read)
        #expect(less.status == 200)
        #expect(!less.text.contains("transcript") && !less.text.contains("recording") && !less.text.contains("Hello"))
        for part in ["transcript", "recording"] {
            #expect(try await client.get("/v1/sessions/\(id)/\(part)", key: read).status == 403)
            #expect(try await client.get("/v1/sessions/\(id)/\(part)", key: hear).status == 200)
        }
        let more = try await client.get("/v1/sessions/\(id)", key: hear).json
        #expect(Set(more["transcript"].values.compactMap(\.["speaker"].text)) == ["agent", "user"])
        #expect(more["transcript"] == (try await client.get("/v1/sessions/\(id)/transcript", key: hear).json["turns"]))
        let times = more["transcript"].values.compactMap(\.["at"].text)
        #expect(times == times.sorted() && !times.isEmpty)
        let url = try #require(more["recording_url"].text)
        let path = url.replacing("https://calls.example.com", with: "")
        let recording = try await rig.server.request("GET", path, key: "")
        #expect(recording.status == 200)
        #expect(recording.body.starts(with: Data("RIFF".utf8)))
    }
}
