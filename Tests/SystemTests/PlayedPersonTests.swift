import Calls
import Foundation
import HTTPTypes
import Testing

/// `trunkline eval` with people whom a language model plays: agent and person talk over real SIP and RTP, each with a model and a recogniser of its
/// own, which are HTTP servers of this test. What a recogniser makes of a request goes by how long the sound in it is.
@Suite("An agent tried on people whom a language model plays")
struct PlayedPersonTests {
    private static let question = "This is an automated call of Bright Dental, can you come on Thursday?"
    private static let request = "I am sorry, I cannot on Thursday, but I could come on Friday afternoon."

    /// Somebody's hello is shorter than what they want.
    private static func agentHears(bytes: Int) -> String { bytes > 44_000 ? request : "Hello?" }

    private static func personHears(bytes: Int) -> String { bytes > 44_000 ? question : "Friday it is. Goodbye." }

    /// The agent's model and ear.
    private static func agentSide() async throws -> ScriptedProviders {
        try await ScriptedProviders.start(hearing: agentHears) { body in
            guard body["response_format"] == .null else { return .whole("{}") }
            guard said(last: body).contains("Friday") else { return .spoken(["Can you come on Thursday?"], calls: []) }
            return .spoken(
                ["Friday ", "it ", "is. ", "Goodbye."],
                calls: [("record_result", #"{"field":"day","value":"Friday"}"#), ("end_call", "{}")]
            )
        }
    }

    /// The people's models and ear: one that plays its part, one that is broken, one that never answers.
    private static func peopleSide() async throws -> ScriptedProviders {
        try await ScriptedProviders.start(hearing: personHears) { body in
            if body["max_tokens"] == 1 { return .whole("Hello") }
            if body["model"] == "broken" { return .refused(.serviceUnavailable) }
            if body["model"] == "mute" { return .never }
            let words = said(last: body)
            if words.contains("Friday it is") {
                return .spoken(["Great, ", "thank you. ", "Bye."], calls: [("end_call", "{}")])
            }
            if words.contains("come on Thursday?") { return .spoken([request], calls: []) }
            return .spoken(["Pardon?"], calls: [])
        }
    }

    /// What the model was told last.
    private static func said(last body: JSONValue) -> String {
        body["messages"].values.last { $0["role"] == "user" }?["content"].text ?? ""
    }

    private struct Evaluation {
        var shown: String
        var status: Int32
        var junit: String
        var html: String
        var chats: [JSONValue]
    }

    /// Runs a suite with `cases`, in YAML.
    private static func evaluate(_ cases: String) async throws -> Evaluation {
        let (agents, people) = (try await agentSide(), try await peopleSide())
        let folder = try SuiteFolder(
            agent: """
                agent: dentist
                name: Bright Dental
                numbers: ["+15550100000"]
                greeting: "This is an automated call of Bright Dental, can you come on {{day}}?"
                instructions: "Confirm the appointment on {{day}}, or find another day."
                returns: {day: string}
                settings: {silence_reprompts: 1}
                """,
            configuration: """
                models:
                  - {name: agent, url: "http://127.0.0.1:\(agents.port)", model: small}
                  - {name: customer, url: "http://127.0.0.1:\(people.port)", model: customer}
                  - {name: broken, url: "http://127.0.0.1:\(people.port)", model: broken}
                  - {name: mute, url: "http://127.0.0.1:\(people.port)", model: mute}
                recognizers:
                  - {name: agents-ear, kind: openai, url: "http://127.0.0.1:\(agents.port)", languages: [en-US]}
                  - {name: peoples-ear, kind: openai, url: "http://127.0.0.1:\(people.port)", languages: [en-GB]}
                """,
            suite: "agent: agent.yaml\nvariables: {day: Thursday, name: Maria}\ncases:\n" + cases
        )
        let (shown, status) = try await folder.evaluate()
        await agents.stop()
        await people.stop()
        return Evaluation(
            shown: shown,
            status: status,
            junit: folder.junit,
            html: folder.html,
            chats: people.chats
        )
    }

    @Test(
        "They say what they want in their own words, are heard and answered, and hang up; what was expected is held against it",
        .timeLimit(.minutes(2))
    )
    func talk() async throws {
        let evaluation = try await Self.evaluate(
            """
              - name: wants another day
                call: &maria
                  persona: You are {{name}}, and want to come on Friday.
                  model: customer
                  temperature: 0.2
                  seed: 7
                  voice: rms
                  language: en-GB
                expect:
                  status: completed
                  reached: person
                  result: {day: Friday}
                  agent_says: [can you come on Thursday, Friday it is]
                  callee_says: Friday afternoon
                  tools: [record_result, end_call]
                  longest_wait_ms: 6000
                  longest_s: 60
              - name: does not give in
                call: *maria
                expect: {agent_says: [Saturday]}
            """
        )
        let shown = evaluation.shown
        #expect(evaluation.status == 1, "\(shown)")
        #expect(shown.contains("✔ wants another day"), "\(shown)")
        #expect(shown.contains("✘ does not give in"), "\(shown)")
        #expect(shown.contains("the agent never said “Saturday”"), "\(shown)")
        #expect(shown.contains("1 of 2 calls did not go as expected"), "\(shown)")

        // What they were told: their part, and the settings of the case.
        let asked = evaluation.chats.filter { $0["model"] == "customer" }
        #expect(!asked.isEmpty)
        for chat in asked {
            #expect(chat["messages"][0]["content"].text?.contains("You are Maria, and want to come on Friday.") == true)
            #expect(chat["temperature"].number == 0.2)
            #expect(chat["seed"] == 7)
            #expect(chat["tools"].values.map { $0["function"]["name"] } == ["end_call", "send_dtmf"])
            #expect(chat["response_format"] == .null)
        }

        // Who played them, and what they said and understood, is beside what was recognised.
        let played = "wants another day, played by customer in the voice rms, heard by peoples-ear"
        #expect(evaluation.junit.contains("<property name=\"callee\" value=\"\(played)\"/>"), "\(evaluation.junit)")
        for report in [evaluation.junit, evaluation.html] {
            #expect(report.contains("said"), "\(report)")
            #expect(report.contains(Self.request), "\(report)")
            #expect(report.contains(Self.question), "\(report)")
        }
        #expect(evaluation.html.contains("<p>Callee: \(played)</p>"), "\(evaluation.html)")
    }

    @Test(
        "A model that refuses or never answers is named, and its call says nothing of the agent",
        .timeLimit(.minutes(2))
    )
    func failures() async throws {
        let evaluation = try await Self.evaluate(
            """
              - name: refuses
                call: {persona: You are Maria., model: broken, language: en-GB}
                expect: {agent_says: [Friday it is]}
              - name: hangs
                call: {persona: You are Maria., model: mute, language: en-GB}
                expect: {agent_says: [Friday it is]}
            """
        )
        let shown = evaluation.shown
        #expect(evaluation.status == 1, "\(shown)")
        for (name, problem) in [("refuses", "answered 503"), ("hangs", "gave nothing for")] {
            let lines = shown.split(separator: "\n")
            let place = try #require(lines.firstIndex { $0.hasPrefix("! \(name)") }, "\(shown)")
            let error = lines[place + 1]
            #expect(
                error.contains("error: the callee could not be played: \(name == "hangs" ? "mute" : "broken") (http://")
            )
            #expect(error.contains(problem), "\(shown)")
        }
        #expect(shown.contains("2 of 2 calls say nothing of the agent"), "\(shown)")
        #expect(evaluation.junit.contains("tests=\"2\" failures=\"0\" errors=\"2\""), "\(evaluation.junit)")
    }
}
