import Calls
import Foundation
import Testing

/// A whole call led by a language model: real SIP and RTP to the phone lab, a model and a recogniser that are HTTP servers of this test.
@Suite("An agent with only instructions, and a language model")
struct TalkTests {
    private static let answer = "Great, I have noted that. Goodbye."

    @Test("talks, notes what it hears, hangs up, and says what came of it", .timeLimit(.minutes(2)))
    func talk() async throws {
        let providers = try await ScriptedProviders.start { body in
            if body["response_format"] != .null {
                return .whole(
                    #"""
                    {"title":"Appointment confirmed","what_happened":"The callee will come.","action_items":[],"sentiment":"positive",
                    "outcome":"met","outcome_quote":"that is fine","opted_out":false,"opt_out_quote":"",
                    "fields":{"confirmed":{"value":true,"grade":"stated","quote":"Yes, that is fine"}}}
                    """#
                )
            }
            return .spoken(
                Self.answer.split(separator: " ").map { $0 + " " },
                calls: [("record_result", #"{"field":"confirmed","value":true}"#), ("end_call", "{}")]
            )
        }
        let directory = try TemporaryDirectory()
        let file = directory.path + "/trunkline.yaml"
        try """
        models:
          - url: http://127.0.0.1:\(providers.port)
            model: small
            key_env: MODEL_KEY
        recognizers:
          - name: ear
            kind: openai
            url: http://127.0.0.1:\(providers.port)
            model: whisper-1
        """.write(toFile: file, atomically: true, encoding: .utf8)
        let server = try await Server.start(
            in: directory.path,
            environment: ["TRUNKLINE_CONFIG": file, "MODEL_KEY": "sk-model"]
        )
        let agent = """
            agent: dentist
            name: Bright Dental
            numbers: ["+15550100000"]
            greeting: "Hi, the automated assistant of Bright Dental. Can you come on {{day}}?"
            instructions: "Confirm the appointment on {{day}}."
            returns: {confirmed: boolean}
            """
        let applied = try await server.request("POST", "/v1/agents", text: ("application/yaml", agent))
        try #require(applied.status == 201, "\(applied.text)")
        #expect(try applied.json["notices"] == [])
        let id = try await server.place(
            to: "+15550100001",
            ["agent": "dentist", "variables": ["day": "Thursday"]]
        )
        let call = try await server.end(of: id)
        let transcript = try await server.request("GET", "/v1/calls/\(id)/transcript").json["data"].values
        #expect(call["status"] == "completed", "\(call)")
        #expect(call["end_reason"] == "agent_hung_up", "\(call) \(transcript)")
        #expect(call["snapshot"]["conducted_by"] == "language_model")
        #expect(call["goal"] == "met", "\(call["conversation"])")
        #expect(call["result"] == ["confirmed": true])
        #expect(call["summary"].text?.contains("The callee will come.") == true)

        let conversation = call["conversation"]
        #expect(conversation["model"] == "small")
        #expect(conversation["system_prompt"].text?.contains("Confirm the appointment on Thursday.") == true)
        #expect(conversation["disclosure"]["uninterrupted"] == true, "\(conversation["disclosure"])")
        #expect(conversation["extraction"]["status"] == "completed")
        let finding = conversation["extraction"]["fields"]["confirmed"]
        #expect(finding["grade"] == "stated" && finding["quote"] == "Yes, that is fine", "\(finding)")
        #expect(conversation["tools"].values.map { $0["name"] } == ["record_result", "end_call"])
        #expect(conversation["usage"]["prompt_tokens"].wholeNumber ?? 0 > 0)
        #expect(transcript.last?["text"].text == Self.answer, "\(transcript)")

        // The parts of the turn add up to the gap that is on the recording.
        let turn = try #require(conversation["turns"].values.last)
        let parts = ["endpointing_ms", "recognition_ms", "model_ms", "voice_ms", "playout_ms"]
        let gap = try #require(turn["gap_ms"].wholeNumber)
        #expect(parts.compactMap { turn[$0].wholeNumber }.reduce(0, +) == gap)
        let recording = Recording(wav: try await server.request("GET", "/v1/calls/\(id)/recording").body)
        let silent = try #require(turn["at_ms"].wholeNumber)
        let first = stride(from: silent, to: recording.duration, by: 20).first {
            recording.level(of: "agent", in: $0..<($0 + 20)) > 50
        }
        print("turn: \(turn), heard \((first ?? 0) - silent) ms after the callee's last sound")
        #expect(abs(try #require(first) - silent - gap) <= 120)

        // All of them together are on the record, and in the figures of the server.
        let gaps = conversation["turns"].values.compactMap { $0["gap_ms"].wholeNumber }
        #expect(conversation["response_times"]["longest_ms"].wholeNumber == gaps.max())
        #expect(conversation["response_times"]["p95_ms"].wholeNumber == gaps.max())
        #expect(conversation["dead_air"]["total_ms"].wholeNumber ?? -1 >= 0)
        let metrics = try await server.request("GET", "/metrics").text
        #expect(metrics.contains("trunkline_turn_seconds_count{part=\"gap\"} \(gaps.count)"), "\(metrics)")
        #expect(metrics.contains("trunkline_dead_air_seconds_count 1"), "\(metrics)")

        let asked = providers.chats
        #expect(asked.first?["tools"].values.isEmpty == false)
        #expect(asked.first?["messages"][0]["role"] == "system")
        #expect(providers.keys == ["Bearer sk-model"])
        let (doctor, _) = try await Program.run(
            ["doctor"],
            environment: ["TRUNKLINE_DATA_DIR": directory.path, "TRUNKLINE_CONFIG": file, "MODEL_KEY": "sk-model"]
        )
        #expect(doctor.contains("small (http://127.0.0.1:\(providers.port)/v1) answered"), "\(doctor)")
        #expect(!doctor.contains("sk-model"))
        #expect(await server.stop() == 0)
        await providers.stop()
    }
}
