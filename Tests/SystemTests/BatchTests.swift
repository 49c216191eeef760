import Calls
import Foundation
import Testing

/// Batches as a user makes them: the program, real SIP, the phone lab as the far end.
@Suite("A batch on the phone lab", .serialized)
struct BatchTests {
    /// Whatever the time of day is where the tests run.
    private static let anyTime: JSONValue = ["calling_hours": ["applies_to": "none"]]

    @Test(
        "Numbers of all kinds are called to the end, who was busy twice, and the counts add up",
        .timeLimit(.minutes(1))
    )
    func mixed() async throws {
        let directory = try TemporaryDirectory()
        let server = try await Server.start(in: directory.path)
        try await server.applyAgent()
        _ = try await server.request("PATCH", "/v1/policy", json: Self.anyTime)
        let numbers = ["+15550200486", "+15550200001", "+15550400005", "+15550200404", "+15550300004"]
        let id = try await server.makeBatch(
            numbers,
            ["retry": ["budget": 2, "rules": ["busy": ["delays": [1]]]], "ring_timeout": 5, "calls_per_minute": 600]
        )
        let batch = try await server.over(id)
        #expect(batch["status"] == "completed", "\(batch)")
        #expect(batch["counts"]["total"] == 5)
        #expect(batch["end_reasons"]["busy"] == 1)
        #expect(batch["end_reasons"]["no_answer"] == 1)
        #expect(batch["end_reasons"]["not_in_service"] == 1)
        let contacts = try await server.request("GET", "/v1/batches/\(id)/contacts").json["data"].values
        #expect(contacts.map { $0["calls"].values.count } == [2, 1, 1, 1, 1], "\(contacts)")
        #expect(contacts.allSatisfy { ["completed", "failed"].contains($0["state"].text) })
        #expect(await server.stop() == 0)
    }

    @Test(
        "Paused, no phone is dialed a second later; canceled, nothing of it is left in the queue",
        .timeLimit(.minutes(1))
    )
    func pausedAndCanceled() async throws {
        let rig = try await KillRig()
        defer { rig.lab.signal(SIGKILL) }
        let server = try await rig.server()
        try await server.applyAgent()
        _ = try await server.request("PATCH", "/v1/policy", json: Self.anyTime)
        // Rings for a second, then is busy.
        let id = try await server.makeBatch(
            Array(repeating: "+15550201486", count: 200),
            ["calls_per_minute": 1200, "allow_duplicates": true]
        )
        let reading = LabReading(path: rig.ledger)
        while try reading.invites().count < 10 { try await ContinuousClock().sleep(for: .milliseconds(20)) }
        let asked = Date()
        let paused = try await server.request("POST", "/v1/batches/\(id)/pause").json
        #expect(paused["status"] == "paused")
        var counts = paused["counts"]
        while counts["dialing"] != 0 || counts["connected"] != 0 {
            counts = try await server.request("GET", "/v1/batches/\(id)").json["counts"]
            try await ContinuousClock().sleep(for: .milliseconds(50))
        }
        let dialed = try reading.dials(of: "+15550201486")
        let last = try #require(dialed.max())
        #expect(last.timeIntervalSince(asked) < 1, "dialed \(last.timeIntervalSince(asked)) s after the pause")
        let left: JSONValue = .integer(Int64(200 - dialed.count))
        #expect(counts["queued"] == left)

        _ = try await server.request("POST", "/v1/batches/\(id)/resume")
        while try reading.invites().count < dialed.count + 5 {
            try await ContinuousClock().sleep(for: .milliseconds(20))
        }
        let canceled = try await server.request("POST", "/v1/batches/\(id)/cancel")
        #expect(canceled.status == 202)
        #expect(try canceled.json["counts"]["queued"] == 0)
        let over = try await server.over(id)
        #expect(over["status"] == "canceled")
        #expect(try over["counts"]["failed"] == .integer(Int64(reading.invites().count)))
        #expect(await server.stop() == 0)
    }

    @Test(
        "The forecast of a batch, learned from the one before it, is how it goes on the lab",
        .timeLimit(.minutes(1))
    )
    func forecast() async throws {
        let directory = try TemporaryDirectory()
        let server = try await Server.start(in: directory.path)
        try await server.applyAgent()
        _ = try await server.request("PATCH", "/v1/policy", json: Self.anyTime)
        // Three of four are busy at once, and again; the fourth is not in service.
        let numbers = (0..<40).map { $0 % 4 == 3 ? "+15550200404" : "+15550200486" }
        let more: [String: JSONValue] = [
            "retry": ["budget": 2, "rules": ["busy": ["delays": [1]]]], "allow_duplicates": true,
            "breaker": ["enabled": false],
        ]
        _ = try await server.over(try await server.makeBatch(numbers, more.merging(["calls_per_minute": 6000]) { $1 }))
        let id = try await server.makeBatch(
            Array(numbers.prefix(20)),
            more.merging(["calls_per_minute": 1200, "paused": true]) { $1 }
        )
        let forecast = try await server.request("POST", "/v1/batches/\(id)/forecast", json: [:]).json
        #expect(forecast["assumptions"] == "history")
        let began = Date()
        _ = try await server.request("POST", "/v1/batches/\(id)/resume")
        let batch = try await server.over(id)
        #expect(batch["counts"]["calls"] == 35)
        #expect(forecast["calls"] == batch["counts"]["calls"])
        #expect(forecast["failed"] == batch["counts"]["failed"])
        #expect(forecast["completed"] == batch["counts"]["completed"])
        func time(_ text: JSONValue) throws -> Date { try #require(text.text.flatMap(Timestamp.date)) }
        let expected = try time(forecast["finishes_at"]).timeIntervalSince(time(forecast["starts_at"]))
        let real = try time(batch["ended_at"]).timeIntervalSince(began)
        #expect(abs(real - expected) < 2, "forecast \(expected) s, went on for \(real) s")
        #expect(await server.stop() == 0)
    }

    @Test(
        "The command shows how it goes and exits by whether the goal was reached; begun again, it follows the same batch",
        .timeLimit(.minutes(1))
    )
    func command() async throws {
        let directory = try TemporaryDirectory()
        let server = try await Server.start(in: directory.path)
        try await server.applyAgent()
        _ = try await server.request("PATCH", "/v1/policy", json: Self.anyTime)
        let list = "\(directory.path)/people.csv"
        let rows = [
            "\u{FEFF}name;Phone;day;time", "Ann;+15550200486;\"Tues\nday\";nine", "Bob;'+1 555 020 0404;Friday;ten", "",
        ]
        try Data(rows.joined(separator: "\r\n").utf8).write(to: URL(fileURLWithPath: list))
        let environment = ["TRUNKLINE_URL": server.url, "TRUNKLINE_API_KEY": server.key]
        func run(_ more: String...) async throws -> (output: String, status: Int32) {
            let arguments = ["batch", "run", list, "--agent", "appointment-reminder", "--pace", "600", "--yes"]
            return try await Program.run(arguments + more, environment: environment)
        }
        let first = try await run("--results", "\(directory.path)/results.csv")
        #expect(first.status == 2, "\(first.output)")
        #expect(first.output.contains("[########################]  2/2 done"), "\(first.output)")
        let results = try String(contentsOfFile: "\(directory.path)/results.csv", encoding: .utf8)
        #expect(results.hasPrefix("name,Phone,day,time,call_status,call_reason"), "\(results)")
        #expect(results.contains("busy") && results.contains("not_in_service"))

        // Who was interrupted and begins again calls nobody twice.
        let second = try await run("--goal", "0")
        #expect(second.status == 0, "\(second.output)")
        #expect(second.output.contains("begun before"), "\(second.output)")
        let batches = try await server.request("GET", "/v1/batches").json["data"].values
        #expect(batches.map { $0["counts"]["calls"] } == [2])
        let third = try await run("--again", "--detach")
        #expect(third.status == 0, "\(third.output)")
        #expect(try await server.request("GET", "/v1/batches").json["data"].values.count == 2)
        #expect(await server.stop() == 0)
    }

    @Test(
        "kill -9 in the middle: each contact is dialed at most as often as allowed, none is lost, the counts add up",
        .timeLimit(.minutes(55))
    )
    func killed() async throws {
        let environment = ProcessInfo.processInfo.environment
        let rounds = environment["TRUNKLINE_KILL_ROUNDS"].flatMap(Int.init) ?? 2
        let seed = environment["TRUNKLINE_KILL_SEED"].flatMap(UInt64.init) ?? UInt64.random(in: 0...UInt64.max)
        print("kill -9 of batches: \(rounds) rounds, TRUNKLINE_KILL_SEED=\(seed) repeats the moments")
        var random = SplitMix64(state: seed)

        let rig = try await KillRig()
        defer { rig.lab.signal(SIGKILL) }
        // Each refuses in its own way, at once or after ringing for a second.
        let codes = ["486", "480", "404", "503", "603", "408", "500", "600"]
        let numbers = codes.map { "+15550200\($0)" } + codes.map { "+15550201\($0)" }
        let rule: JSONValue = ["attempts": 1, "delays": [1]]
        let more: [String: JSONValue] = [
            "retry": ["budget": 2, "rules": ["busy": rule, "no_answer": rule, "carrier_failure": rule]],
            "calls_per_minute": 1200, "breaker": ["enabled": false],
        ]

        var made = 0
        for round in 0..<rounds {
            let server = try await rig.server()
            if round == 0 {
                try await server.applyAgent()
                _ = try await server.request("PATCH", "/v1/policy", json: Self.anyTime)
            }
            let delay = Duration.milliseconds(Int.random(in: 100...2000, using: &random))
            let isMade = await withTaskGroup(of: Bool.self) { group in
                group.addTask { (try? await server.makeBatch(numbers, more)) != nil }
                group.addTask {
                    // The moment is what is tested, so here time itself is the event.
                    try? await ContinuousClock().sleep(for: delay)
                    server.program.signal(SIGKILL)
                    return false
                }
                return await group.reduce(false) { $0 || $1 }
            }
            made += isMade ? 1 : 0
            _ = await server.program.exit()
        }

        let server = try await rig.server()
        let batches = try await server.request("GET", "/v1/batches?limit=100").json["data"].values
        #expect(batches.count >= made, "a batch that was accepted is lost")
        var calls = 0
        for document in batches {
            let id = try #require(document["id"].text)
            let batch = try await server.over(id)
            #expect(batch["status"] == "completed", "\(batch)")
            #expect(batch["counts"]["total"] == .integer(Int64(numbers.count)), "\(batch["counts"])")
            let contacts = try await server.request("GET", "/v1/batches/\(id)/contacts?limit=1000").json["data"].values
            #expect(contacts.count == numbers.count)
            for contact in contacts {
                #expect(["completed", "failed"].contains(contact["state"].text), "\(contact)")
                #expect((1...2).contains(contact["calls"].values.count), "\(contact)")
                calls += contact["calls"].values.count
            }
        }
        let reading = LabReading(path: rig.ledger)
        let invites = Dictionary(grouping: try reading.invites()) { $0 }
        #expect(invites.values.allSatisfy { $0.count == 1 }, "an INVITE was sent twice")
        #expect(invites.count <= calls, "somebody was dialed without a call")
        for number in numbers {
            #expect(try reading.dials(of: number).count <= 2 * batches.count, "\(number) was dialed too often")
        }
        print("kill -9 of batches: \(batches.count) batches, \(calls) calls, \(invites.count) INVITEs seen by the lab")
        #expect(await server.stop() == 0)
    }
}

extension Server {
    /// Has the sample agent call `numbers`. Returns the batch's id.
    fileprivate func makeBatch(_ numbers: [String], _ more: [String: JSONValue]) async throws -> String {
        var body: [String: JSONValue] = [
            "name": "Reminders", "agent": "appointment-reminder",
            "contacts": .array(numbers.map { ["phone": .string($0)] }),
        ]
        body.merge(more) { $1 }
        let reply = try await request("POST", "/v1/batches", json: .object(body))
        try #require(reply.status == 201, "\(reply.text)")
        return try #require(try reply.json["id"].text)
    }

    /// The batch once it is over.
    fileprivate func over(_ batch: String) async throws -> JSONValue {
        while true {
            let document = try await request("GET", "/v1/batches/\(batch)").json
            if ["completed", "canceled"].contains(document["status"].text) { return document }
            try await ContinuousClock().sleep(for: .milliseconds(100))
        }
    }
}
