import Audio
import Calls
import Foundation
import Testing

/// Whole calls: the program as a user runs it, real SIP, RTP, speech and SQLite, the phone lab as the far end.
@Suite("A whole call", .serialized)
struct CallTests {
    @Test("A person is called, confirms, and everything about the call comes back", .timeLimit(.minutes(3)))
    func confirmed() async throws {
        let directory = try TemporaryDirectory()
        let server = try await Server.start(in: directory.path)
        try await server.applyAgent()
        let id = try await server.place(
            to: "+15550100001",
            ["variables": ["name": "Maria", "day": "Thursday", "time": "three"], "metadata": ["ticket": 17]]
        )
        let call = try await server.end(of: id)

        #expect(call["status"] == "completed", "\(call)")
        #expect(call["end_reason"] == "agent_hung_up")
        #expect(call["reached"] == "person")
        #expect(call["goal"] == "met")
        #expect(call["result"]["confirmed"] == true)
        #expect(call["dial_certainty"] == "sent")
        #expect(call["transport"]["sip_status"] == 200)
        #expect(call["summary"].text?.contains("#") == true)
        #expect(call["metadata"]["ticket"] == 17)

        let transcript = try await server.request("GET", "/v1/calls/\(id)/transcript").json["data"].values
        let speakers = transcript.compactMap(\.["speaker"].text)
        #expect(speakers.contains("agent") && speakers.contains("callee"), "\(transcript)")
        #expect(transcript.contains { $0["text"].text?.contains("Maria") == true })

        let recording = try await server.request("GET", "/v1/calls/\(id)/recording")
        #expect(recording.status == 200)
        try expectSpeech(of: transcript, in: recording.body)
        #expect(await server.stop() == 0)
    }

    /// What the transcript says was said is on the recording, on the right channel, at the right time; between turns there is silence.
    private func expectSpeech(of transcript: [JSONValue], in wav: Data) throws {
        let recording = Recording(wav: wav)
        for entry in transcript where entry["text"].text?.isEmpty == false {
            guard let start = entry["start_ms"].wholeNumber, let end = entry["end_ms"].wholeNumber else {
                Issue.record("no times: \(entry)")
                continue
            }
            let speaker = try #require(entry["speaker"].text)
            let spoken = start..<max(end, start + 1)
            let own = recording.level(of: speaker, in: spoken)
            #expect(own > 300, "\(entry) is not on its channel")
            let isAlone = !transcript.contains { other in
                guard let from = other["start_ms"].wholeNumber, let to = other["end_ms"].wholeNumber else {
                    return false
                }
                return other["speaker"] != entry["speaker"] && from < end && start < to
            }
            let other = speaker == "agent" ? "callee" : "agent"
            if isAlone {
                #expect(recording.level(of: other, in: spoken) < own / 4, "\(entry) is on the other channel too")
            }
        }
        let end = try #require(transcript.compactMap(\.["end_ms"].wholeNumber).max())
        #expect(recording.duration >= end, "the recording is shorter than the conversation")
    }

    @Test(
        "Every failure of the network ends as its own status",
        .timeLimit(.minutes(2)),
        arguments: [
            ("+15550200486", "busy", 486), ("+15550200603", "rejected", 603), ("+15550200404", "invalid_number", 404),
            ("+15550200480", "no_answer", 480), ("+15550200403", "caller_id_rejected", 403),
            ("+15550200503", "carrier_error", 503),
        ]
    )
    func failure(number: String, status: String, sipStatus: Int) async throws {
        let directory = try TemporaryDirectory()
        let server = try await Server.start(in: directory.path)
        try await server.applyAgent()
        let call = try await server.end(of: try await server.place(to: number))
        #expect(call["status"].text == status, "\(call)")
        #expect(call["transport"]["sip_status"] == .integer(Int64(sipStatus)))
        #expect(call["reached"] == "nobody")
        #expect(call["cost"]["milli_cents"] == 0)
        #expect(await server.stop() == 0)
    }

    @Test("Whoever follows a call while the server drains sees it to its end, with the result", .timeLimit(.minutes(2)))
    func followedThroughDrain() async throws {
        let directory = try TemporaryDirectory()
        let server = try await Server.start(in: directory.path)
        try await server.applyAgent()
        let follower = try Program(
            ["call", "+15550100001", "--agent", "appointment-reminder", "--follow"],
            environment: ["TRUNKLINE_URL": server.url, "TRUNKLINE_API_KEY": server.key]
        )
        try await follower.read(until: "in_progress")
        server.program.signal(SIGTERM)
        var shown: [String] = []
        for await line in follower.lines { shown.append(line) }
        #expect(shown.contains { $0.hasPrefix("Goal") && $0.contains("met") }, "\(shown)")
        #expect(await follower.exit() == 0)
        #expect(await server.program.exit() == 0)
    }

    @Test("A second server on the same data refuses to start, and says who has it", .timeLimit(.minutes(1)))
    func secondServer() async throws {
        let directory = try TemporaryDirectory()
        let server = try await Server.start(in: directory.path)
        let (output, status) = try await Program.run(
            ["serve", "--set", "http.port=0", "--set", "sip.port=0", "--set", "lab.port=0"],
            environment: ["TRUNKLINE_DATA_DIR": directory.path]
        )
        #expect(status != 0)
        #expect(output.contains("in use by another server"), "\(output)")
        #expect(await server.stop() == 0)
    }

    @Test("A call that rings out is canceled at the ring timeout", .timeLimit(.minutes(1)))
    func ringsOut() async throws {
        let directory = try TemporaryDirectory()
        let server = try await Server.start(in: directory.path)
        try await server.applyAgent()
        let id = try await server.place(to: "+15550200001", ["ring_timeout": 5])
        let call = try await server.end(of: id)
        #expect(call["status"] == "no_answer")
        let trace = try await server.request("GET", "/v1/calls/\(id)/trace").json["data"].values.compactMap(
            \.["text"].text
        )
        #expect(trace.contains { $0.hasPrefix("CANCEL ") }, "\(trace)")
        #expect(await server.stop() == 0)
    }
}

extension Server {
    /// The sample agent of the repository. `key` takes the place of the server's own.
    func applyAgent(key: String? = nil) async throws {
        let file = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
            .appending(path: "../../Examples/agents/appointment-reminder.yaml")
        let reply = try await request(
            "POST",
            "/v1/agents",
            text: ("application/yaml", try String(contentsOf: file, encoding: .utf8)),
            key: key
        )
        try #require(reply.status == 201 || reply.status == 200, "\(String(decoding: reply.body, as: UTF8.self))")
    }
}
