import Calls
import Foundation
import Testing

/// An agent that has instructions and nothing else, on a server without a language model.
@Suite("An agent with only instructions", .serialized)
struct MessageTests {
    private func apply(_ name: String, to server: Server) async throws {
        let file = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
            .appending(path: "../../Examples/agents/\(name).yaml")
        let text = try String(contentsOf: file, encoding: .utf8)
        let reply = try await server.request("POST", "/v1/agents", text: ("application/yaml", text))
        try #require(reply.status == 201, "\(String(decoding: reply.body, as: UTF8.self))")
        #expect(try reply.json["notices"][0].text?.contains("takes a message") == true)
    }

    @Test("takes a message, which is on the recording from its first word to its last", .timeLimit(.minutes(3)))
    func message() async throws {
        let directory = try TemporaryDirectory()
        let server = try await Server.start(in: directory.path)
        try await apply("lead-follow-up", to: server)
        let (shown, status) = try await Program.run(
            ["call", "+15550100016", "--agent", "lead-follow-up", "--follow"],
            environment: ["TRUNKLINE_URL": server.url, "TRUNKLINE_API_KEY": server.key]
        )
        #expect(status == 0, "\(shown)")
        #expect(shown.contains("Thank you, I have recorded your message."), "\(shown)")
        #expect(shown.contains("no language model is configured"), "\(shown)")

        let call = try await server.request("GET", "/v1/calls").json["data"][0]
        #expect(call["status"] == "completed", "\(call)")
        #expect(call["end_reason"] == "agent_hung_up")
        #expect(call["goal"] == "met")
        #expect(call["reached"] == "person")
        #expect(call["snapshot"]["conducted_by"] == "message_taking")
        #expect(call["snapshot"]["prompt"].text?.contains("Find out whether they own the house") == true)
        #expect(call["result_status"] == "completed")
        #expect(call["result"]["owns_house"] == .null)
        #expect(call["result"]["message_taken"] == true)
        #expect(call["cost"]["milli_cents"] != 0)

        let id = try #require(call["id"].text)
        let transcript = try await server.request("GET", "/v1/calls/\(id)/transcript").json["data"].values
        let spoken = transcript.filter { $0["speaker"] == "agent" }.compactMap(\.["text"].text).joined(separator: " ")
        #expect(spoken.contains("I am an automated assistant."), "\(transcript)")
        #expect(!spoken.contains("advisor"), "Instructions are never read aloud")
        let entry = try #require(transcript.first { $0["intent"] == "message" }, "\(transcript)")
        let start = try #require(call["result"]["message_start_ms"].wholeNumber)
        let length = try #require(call["result"]["message_length_ms"].wholeNumber)
        #expect(entry["start_ms"].wholeNumber == start)
        #expect(entry["end_ms"].wholeNumber == start + length)
        try await expectWhole(start..<(start + length), of: id, transcript, server)

        let (doctor, _) = try await Program.run(["doctor"], environment: ["TRUNKLINE_DATA_DIR": directory.path])
        #expect(doctor.contains("lead-follow-up greet, take a message"), "\(doctor)")
        #expect(await server.stop() == 0)
    }

    @Test("is told what is missing: with a language model it is a recogniser", .timeLimit(.minutes(1)))
    func recognizer() async throws {
        let directory = try TemporaryDirectory()
        let file = "\(directory.path)/trunkline.yaml"
        try "models: [{name: small, url: \"http://127.0.0.1:9/v1\", model: small}]"
            .write(toFile: file, atomically: true, encoding: .utf8)
        let server = try await Server.start(in: directory.path, environment: ["TRUNKLINE_CONFIG": file])
        try await apply("lead-follow-up", to: server)
        let notices = try await server.request("GET", "/v1/agents/lead-follow-up").json["notices"]
        #expect(
            notices[0].text?.contains("no recogniser that takes down free speech is configured") == true,
            "\(notices)"
        )
        let (doctor, _) = try await Program.run(
            ["doctor"],
            environment: ["TRUNKLINE_DATA_DIR": directory.path, "TRUNKLINE_CONFIG": file]
        )
        #expect(doctor.contains("no recogniser that takes down free speech is configured: lead-follow-up"), "\(doctor)")
        #expect(!doctor.contains("no language model is configured"), "\(doctor)")
        #expect(await server.stop() == 0)
    }

    /// From the agent's question on, all that the callee said lies within the message, and the message begins and ends with their voice.
    private func expectWhole(
        _ message: Range<Int>,
        of call: String,
        _ transcript: [JSONValue],
        _ server: Server
    ) async throws {
        let recording = Recording(wav: try await server.request("GET", "/v1/calls/\(call)/recording").body)
        let question = try #require(transcript.first { $0["text"].text?.contains("Please say your message") == true })
        let asked = try #require(question["end_ms"].wholeNumber)
        let loud = stride(from: asked, to: recording.duration, by: 20).filter {
            recording.level(of: "callee", in: $0..<($0 + 20)) > 300
        }
        let first = try #require(loud.first)
        let last = try #require(loud.last)
        print("message: \(message) on the recording, loud from \(first) to \(last)")
        #expect(abs(first - message.lowerBound) <= 200, "it began at \(first), the record says \(message)")
        #expect(abs(last - message.upperBound) <= 300, "it ended at \(last), the record says \(message)")
        #expect(message.count > 7000)
        #expect(recording.level(of: "callee", in: message) > 300)
        #expect(recording.level(of: "agent", in: message) < 50)
    }

    @Test("lets go of somebody who wants to leave none", .timeLimit(.minutes(2)))
    func noMessage() async throws {
        let directory = try TemporaryDirectory()
        let server = try await Server.start(in: directory.path)
        try await apply("feedback-caller", to: server)
        let id = try await server.place(to: "+15550100017", ["agent": "feedback-caller"])
        let call = try await server.end(of: id)
        #expect(call["status"] == "completed", "\(call)")
        #expect(call["goal"] == "not_met")
        #expect(call["result"]["message_taken"] == false)
        #expect(await server.stop() == 0)
    }
}
