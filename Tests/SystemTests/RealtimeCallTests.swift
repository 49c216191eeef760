import Audio
import Calls
import Foundation
import Synchronization
import Testing

/// A whole call led by a realtime model: real SIP and RTP to the phone lab, and a server of this test that holds every event against the protocol.
@Suite("An agent with a realtime model")
struct RealtimeCallTests {
    private static let story =
        "We have a place on Thursday at three or on Friday at ten and the doctor would like to see you before the end of the month"
    private static let goodbye = "Great, I have noted that. Goodbye."

    /// Something like speech, in µ-law.
    private static func speech(seconds: Double) -> [UInt8] {
        let samples = (0..<Int(seconds * 8000)).map { place in
            let time = Double(place) / 8000
            return Int16(9000 * sin(2 * .pi * 180 * time) * (0.55 + 0.45 * sin(2 * .pi * 4 * time)))
        }
        return G711.encode(samples, as: .mu)
    }

    @Test("talks with whoever answers, is broken into, notes what it hears and hangs up", .timeLimit(.minutes(2)))
    func call() async throws {
        let turns = Mutex<[RealtimePeer.Turn]>([])
        let setup = Mutex<(format: String, instructions: String, tools: [String])>(("", "", []))
        try await ScriptedServer.run { peer in
            let server = try await RealtimePeer(accepting: peer)
            #expect(server.socket.request.headers["authorization"] == "Bearer sk-voice")
            try await server.agree()
            let isFirst = turns.withLock(\.isEmpty)
            var count = 0
            while true {
                let turn = try await server.turn()
                setup.withLock { $0 = (server.rules.format, server.rules.instructions, server.rules.tools) }
                if isFirst { turns.withLock { $0.append(turn) } }
                count += 1
                switch count {
                case 1: try await server.answer(Self.speech(seconds: 9), Self.story)
                default:
                    let noted = (name: "record_result", arguments: #"{"field":"confirmed","value":true}"#)
                    try await server.answer(
                        Self.speech(seconds: 2),
                        Self.goodbye,
                        calls: [noted, (name: "end_call", arguments: "{}")]
                    )
                }
                // Words come behind the answer, as they do.
                for item in turn.items {
                    try await server.transcribe(item, count == 1 ? "Yes?" : "Yes, that's fine.")
                }
            }
        } _: { port in
            try await check(port, turns, setup)
        }
    }

    @Test("A server that hangs up in the middle of an answer is heard out, and excused", .timeLimit(.minutes(1)))
    func hangsUp() async throws {
        try await ScriptedServer.run { peer in
            let server = try await RealtimePeer(accepting: peer)
            try await server.agree()
            _ = try await server.turn()
            let answer = try await server.begin()
            try await server.speak(Self.speech(seconds: 2), Self.story, in: answer)
        } _: { port in
            let directory = try TemporaryDirectory()
            let file = directory.path + "/trunkline.yaml"
            try "models: [{kind: realtime, url: 'ws://127.0.0.1:\(port)', model: marin}]\n"
                .write(toFile: file, atomically: true, encoding: .utf8)
            let server = try await Server.start(in: directory.path, environment: ["TRUNKLINE_CONFIG": file])
            let agent = """
                agent: dentist
                name: Bright Dental
                numbers: ["+15550100000"]
                model: marin
                greeting: "Hi, the automated assistant of Bright Dental."
                instructions: "Find out whether Thursday suits."
                """
            let applied = try await server.request("POST", "/v1/agents", text: ("application/yaml", agent))
            try #require(applied.status == 201, "\(applied.text)")
            let id = try await server.place(to: "+15550100006", ["agent": "dentist"])
            let call = try await server.end(of: id)
            let transcript = try await server.request("GET", "/v1/calls/\(id)/transcript").json["data"].values
            #expect(call["end_reason"] == "provider_stalled", "\(call) \(transcript)")
            let said = transcript.filter { $0["speaker"] == "agent" }
            try #require(said.count == 3, "\(transcript)")
            let length = (said[1]["end_ms"].wholeNumber ?? 0) - (said[1]["start_ms"].wholeNumber ?? 0)
            #expect(abs(length - 2000) <= 40, "\(transcript)")
            #expect(said[2]["text"].text?.lowercased().contains("sorry") == true, "\(transcript)")
            let metrics = try await server.request("GET", "/metrics").text
            #expect(metrics.contains(#"outcome="cut_short",provider="marin"} 1"#), "\(metrics)")
            #expect(await server.stop() == 0)
        }
    }

    private func check(
        _ port: Int,
        _ turns: borrowing Mutex<[RealtimePeer.Turn]>,
        _ setup: borrowing Mutex<(format: String, instructions: String, tools: [String])>
    ) async throws {
        let directory = try TemporaryDirectory()
        let file = directory.path + "/trunkline.yaml"
        try """
        models:
          - kind: realtime
            name: marin
            url: ws://127.0.0.1:\(port)/v1/realtime
            model: gpt-realtime
            voice: marin
            key_env: VOICE_KEY
          - kind: realtime
            url: ws://127.0.0.1:\(try freePort())
            model: away
        """.write(toFile: file, atomically: true, encoding: .utf8)
        let environment = ["TRUNKLINE_CONFIG": file, "VOICE_KEY": "sk-voice"]
        let server = try await Server.start(in: directory.path, environment: environment)
        let agent = """
            agent: dentist
            name: Bright Dental
            numbers: ["+15550100000"]
            model: marin
            greeting: "Hi, the automated assistant of Bright Dental."
            instructions: "Find out whether {{day}} suits."
            returns: {confirmed: boolean}
            """
        let applied = try await server.request("POST", "/v1/agents", text: ("application/yaml", agent))
        try #require(applied.status == 201, "\(applied.text)")
        #expect(try applied.json["definition"]["model"] == "marin")
        let id = try await server.place(to: "+15550100006", ["agent": "dentist", "variables": ["day": "Thursday"]])
        let call = try await server.end(of: id)
        let transcript = try await server.request("GET", "/v1/calls/\(id)/transcript").json["data"].values
        print(transcript.map { "\($0["start_ms"]) \($0["speaker"]): \($0["text"])" }.joined(separator: "\n"))
        #expect(call["status"] == "completed" && call["end_reason"] == "agent_hung_up", "\(call) \(transcript)")
        #expect(call["snapshot"]["conducted_by"] == "realtime_model")
        #expect(call["result"] == ["confirmed": true])
        #expect(call["summary"].text?.contains("confirmed") == true)

        // What the server was told.
        let (format, instructions, tools) = setup.withLock(\.self)
        #expect(format == "audio/pcmu" && instructions.contains("Find out whether Thursday suits."))
        #expect(tools.contains("end_call") && tools.contains("record_result"))
        let heard = turns.withLock(\.self)
        #expect(heard.first?.said == ["Hi, the automated assistant of Bright Dental."])

        // Broken into after four seconds: what was heard of it is on the record, and the server knows how much that is.
        let cut = try #require(heard.dropFirst().first?.truncated.first, "\(transcript)")
        #expect((4000...6000).contains(cut.heard), "\(cut)")
        let story = try #require(transcript.first { $0["text"].text?.hasPrefix("We have a place") == true })
        let words = try #require(story["text"].text)
        #expect(words != Self.story && Self.story.hasPrefix(words), "\(words)")
        let share = Double(words.count) / Double(Self.story.count)
        #expect(abs(share - Double(cut.heard) / 9000) < 0.08, "\(words) \(cut)")
        #expect(transcript.contains { $0["speaker"] == "callee" && $0["text"] == "Yes, that's fine." }, "\(transcript)")
        #expect(transcript.last { $0["speaker"] == "agent" }?["text"].text == Self.goodbye)

        // Both sides are on the recording, and the server's sound as it came.
        let recording = Recording(wav: try await server.request("GET", "/v1/calls/\(id)/recording").body)
        let start = try #require(story["start_ms"].wholeNumber)
        let end = try #require(story["end_ms"].wholeNumber)
        #expect(recording.level(of: "agent", in: (start + 500)..<(start + 3500)) > 2000)
        #expect(recording.level(of: "agent", in: (end + 100)..<(end + 500)) < 50)
        #expect(recording.level(of: "callee", in: (start + 4000)..<(start + 6000)) > 100)
        // Its turns, as G.711.
        #expect(heard.allSatisfy { $0.committed.allSatisfy { $0.count >= 4000 } })

        let conversation = call["conversation"]
        #expect(
            conversation["model"] == "marin" && conversation["usage"]["prompt_tokens"].wholeNumber == 100 * heard.count
        )
        #expect(conversation["tools"].values.map { $0["name"] } == ["record_result", "end_call"])
        #expect(conversation["disclosure"]["uninterrupted"] == true)
        let turn = try #require(conversation["turns"].values.first)
        #expect(turn["recognition_ms"] == 0 && (turn["gap_ms"].wholeNumber ?? 0) < 2000, "\(turn)")
        let metrics = try await server.request("GET", "/metrics").text
        #expect(metrics.contains(#"trunkline_provider_requests_total{outcome="ok",provider="marin"} 1"#), "\(metrics)")

        try await checkRefusals(server)
        try await checkMailbox(server, agent)
        try await checkAbsent(server, agent)
        let (doctor, _) = try await Program.run(
            ["doctor"],
            environment: environment.merging(["TRUNKLINE_DATA_DIR": directory.path]) { $1 }
        )
        #expect(doctor.contains("marin (ws://127.0.0.1:\(port)/v1/realtime) agreed to a session"), "\(doctor)")
        #expect(!doctor.contains("sk-voice"))
        let (poor, _) = try await Program.run(["doctor"], environment: ["TRUNKLINE_DATA_DIR": directory.path])
        #expect(poor.contains("dentist names the realtime model marin, which is not configured"), "\(poor)")
        for command in [["chat", "dentist", "--var", "day=Friday"], ["replay", id]] {
            let (output, status) = try await Program.run(
                command,
                environment: environment.merging(["TRUNKLINE_DATA_DIR": directory.path]) { $1 }
            )
            #expect(status != 0 && output.contains("marin"), "\(output)")
        }
        #expect(await server.stop() == 0)
    }

    /// What a realtime model cannot do is said before anybody is called.
    private func checkRefusals(_ server: Server) async throws {
        let faulty: JSONValue = [
            "agent": "dentist", "to": "+15550100001", "variables": ["day": "Friday"], "faults": ["stt_error": "all"],
        ]
        var talk: JSONValue = ["variables": ["day": "Friday"]]
        let opening = try await server.request("POST", "/v1/agents/dentist/rehearse", json: talk).json["opening"]
        #expect(opening == ["Hi, the automated assistant of Bright Dental."])
        talk = ["variables": ["day": "Friday"], "say": "Yes."]
        let written = try await server.request("POST", "/v1/agents/dentist/rehearse", json: talk)
        #expect(written.status == 422 && written.text.contains("cannot be written to"), "\(written.text)")
        let refused = try await server.request("POST", "/v1/calls", json: faulty)
        #expect(refused.status == 422 && refused.text.contains("stt_error"), "\(refused.text)")
        for (line, words) in [
            ("model: coral", "no realtime model 'coral'; there are marin, away"),
            (
                "model: marin\nflow: {start: a, steps: {a: {say: Hello., end: met}}}",
                "leave out the flow, or the realtime model"
            ),
        ] {
            let agent = "agent: other\nname: Other\ngreeting: Hi.\ninstructions: Talk.\n\(line)\n"
            let reply = try await server.request("POST", "/v1/agents", text: ("application/yaml", agent))
            #expect(reply.status == 422 && reply.text.contains(words), "\(reply.text)")
        }
    }

    /// Nobody picks up to hear a model that cannot be had.
    private func checkAbsent(_ server: Server, _ agent: String) async throws {
        let other = agent.replacing("agent: dentist", with: "agent: absent").replacing(
            "model: marin",
            with: "model: away"
        )
        let applied = try await server.request("POST", "/v1/agents", text: ("application/yaml", other))
        try #require(applied.status == 201, "\(applied.text)")
        let id = try await server.place(to: "+15550400008", ["agent": "absent", "variables": ["day": "Friday"]])
        let call = try await server.end(of: id)
        #expect(call["end_reason"] == "internal_error" && call["answered_at"] == .null, "\(call)")
    }

    /// A mailbox is told from a person, and gets its message in the agent's own voice.
    private func checkMailbox(_ server: Server, _ agent: String) async throws {
        let message = "voicemail: {action: leave_message, message: Please call us back about your appointment.}\n"
        let other = agent.replacing("agent: dentist", with: "agent: messenger") + "\n" + message
        let applied = try await server.request("POST", "/v1/agents", text: ("application/yaml", other))
        try #require(applied.status == 201, "\(applied.text)")
        let id = try await server.place(to: "+15550300001", ["agent": "messenger", "variables": ["day": "Friday"]])
        let call = try await server.end(of: id)
        let transcript = try await server.request("GET", "/v1/calls/\(id)/transcript").json["data"].values
        #expect(call["status"] == "voicemail", "\(call) \(transcript)")
        let last = transcript.last { $0["speaker"] == "agent" }
        #expect(last?["text"] == "Please call us back about your appointment.", "\(transcript)")
    }
}
