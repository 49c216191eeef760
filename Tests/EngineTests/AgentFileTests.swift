import Calls
import Conversation
import Engine
import FoundationEssentials
import Testing

@Suite("Agent files", .timeLimit(.minutes(1)))
struct AgentFileTests {
    private static let whole = """
        agent: appointment-reminder
        name: Riverside Dental
        voice: rms
        language: en-GB
        numbers: ["+15550100000", +15550100001]
        greeting: "Hello {{name}}, this is Riverside Dental on a recorded line."
        goodbye: Thank you, goodbye.
        defaults: {name: there, count: 2, price: 1.5, vip: false}
        pronunciations: {Siobhan: shivawn}
        keywords: [Siobhan, Mill Road]
        settings:
          ring_timeout_s: 30
          max_duration_s: 300
          silence_reprompts: 1
          barge_in: false
          barge_in_ms: 300
          eagerness: patient
          hold_timeout_s: 20
          record: false
        flow:
          start: confirm
          steps:
            confirm:
              say: You have an appointment on {{day}}. Can you make it?
              reprompt: Can you make it, yes or no?
              keypad: Press 1 for yes, 2 for no.
              answer_timeout_ms: 5000
              end_of_turn_ms: 900
              answers:
                - {expect: yes, digit: 1, set: {confirmed: true}, reply: "Great.", end: met}
                - {expect: no, digit: 2, set: {confirmed: false}, next: code}
                - {expect: ["what day", "which day ( is | was ) it"], name: which, again: true}
              end: not_met
            code:
              say: Please say your four digit code.
              answers:
                - {expect: {digits: 4}, set: {code: "{{answer}}"}, next: when}
            when:
              say: When would suit you?
              answers:
                - {expect: day, set: {day: "{{answer}}"}, next: hour}
            hour:
              say: At what time?
              answers:
                - {expect: time, set: {time: "{{answer}}"}, next: people}
            people:
              say: How many people?
              answers:
                - {expect: number, set: {people: "{{answer}}"}, next: bye}
            bye:
              say: All noted.
              end: met
        """

    @Test("Every part of the written form becomes what it says")
    func whole() async throws {
        let agent = try await Workbench().engine.agents.check(Self.whole)
        #expect(agent.slug == "appointment-reminder")
        #expect(agent.voice == "rms")
        #expect(agent.language == "en-GB")
        #expect(agent.numbers.map(\.description) == ["+15550100000", "+15550100001"])
        #expect(agent.goodbye == "Thank you, goodbye.")
        #expect(agent.defaults == ["name": "there", "count": 2, "price": .number(1.5), "vip": false])
        #expect(agent.settings.ringTimeout == 30)
        #expect(agent.settings.maxDuration == 300)
        #expect(agent.settings.silenceReprompts == 1)
        #expect(!agent.settings.bargeIn)
        #expect(agent.settings.bargeInSpeech == 300)
        #expect(agent.settings.eagerness == .patient)
        #expect(agent.pronunciations == ["Siobhan": "shivawn"])
        #expect(agent.keywords == ["Siobhan", "Mill Road"])
        #expect(agent.settings.holdTimeout == 20_000)
        #expect(!agent.settings.record)
        let confirm = try #require(agent.flow?.steps["confirm"])
        #expect(confirm.reprompt == "Can you make it, yes or no?")
        #expect(confirm.keypadPrompt == "Press 1 for yes, 2 for no.")
        #expect(confirm.answerTimeout == 5000)
        #expect(confirm.endOfTurn == 900)
        #expect(confirm.next == .end(.notMet))
        #expect(
            confirm.answers == [
                Flow.Answer(
                    name: "yes",
                    expects: .yes,
                    digit: "1",
                    set: ["confirmed": true],
                    reply: "Great.",
                    then: .end(.met)
                ),
                Flow.Answer(name: "no", expects: .no, digit: "2", set: ["confirmed": false], then: .step("code")),
                Flow.Answer(name: "which", expects: .phrases(["what day", "which day ( is | was ) it"]), then: .again),
            ]
        )
        let slots = ["code", "when", "hour", "people"].compactMap { agent.flow?.steps[$0]?.answers.first?.expects }
        #expect(slots == [.digits(count: 4), .day, .time, .number])
    }

    @Test("An agent written as JSON and applied again is the same agent")
    func json() async throws {
        let agents = try await Workbench().engine.agents
        let (agent, isNew) = try await agents.apply(Self.whole, project: Project.first)
        #expect(isNew)
        let text = String(decoding: try JSONEncoder().encode(agent.document), as: UTF8.self)
        let (again, isStillNew) = try await agents.apply(text, project: Project.first)
        #expect(!isStillNew)
        #expect(again.id == agent.id)
        #expect(again.flow == agent.flow)
        #expect(again.document == agent.document)
        #expect(try await agents.agent("appointment-reminder", project: Project.first) == again)
    }

    @Test("A recording to be left in mailboxes is named, not pointed to, and must be there when the agent is stored")
    func audio() async throws {
        let agents = try await Workbench(configure: { $0.sounds = Sounds() }).engine.agents
        func file(leaving audio: String) -> String {
            "voicemail: {action: leave_message, audio: \"\(audio)\"}\n\(Self.whole)"
        }
        let (agent, _) = try await agents.apply(file(leaving: "offer.wav"), project: Project.first)
        #expect(agent.voicemail.audio == "offer.wav")
        let text = String(decoding: try JSONEncoder().encode(agent.document), as: UTF8.self)
        #expect(try agents.check(text).document == agent.document)
        for (name, words) in [("gone.wav", "there is no file 'gone.wav'"), ("../offer.wav", "letters, digits")] {
            let error = #expect(throws: AgentFileError.self) { _ = try agents.check(file(leaving: name)) }
            #expect(error?.problems.count == 1 && error?.problems.first?.line == 1, "\(String(describing: error))")
            #expect(error?.problems.first?.message.contains(words) == true, "\(String(describing: error))")
        }
    }

    @Test("A step that takes a message waits longer for its end unless it says otherwise, and reads back the same")
    func message() async throws {
        let agents = try await Workbench().engine.agents
        let text = """
            agent: wishes
            name: Riverside Dental
            numbers: ["+15550100000"]
            greeting: Hello.
            flow:
              start: wish
              steps:
                wish:
                  say: What can we do better?
                  answers:
                    - {expect: message, reply: "Thank you.", next: more}
                more:
                  say: Anything else?
                  end_of_turn_ms: 1500
                  answers:
                    - {expect: message, name: more, end: met}
            """
        let (agent, _) = try await agents.apply(text, project: Project.first)
        let wish = try #require(agent.flow?.steps["wish"])
        #expect(wish.answers.map(\.expects) == [.message])
        #expect(wish.answers.map(\.name) == ["message"])
        #expect(wish.endOfTurn == 2000)
        #expect(agent.flow?.steps["more"]?.endOfTurn == 1500)
        let document = String(decoding: try JSONEncoder().encode(agent.document), as: UTF8.self)
        let (again, _) = try await agents.apply(document, project: Project.first)
        #expect(again.flow == agent.flow)
    }

    @Test("The sample agents are accepted")
    func samples() async throws {
        let tests = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        let directory = tests.deletingLastPathComponent().appending(path: "Examples/agents").path
        let files = try FileManager.default.contentsOfDirectory(atPath: directory)
        #expect(files.count >= 5)
        for file in files {
            let text = try String(contentsOf: URL(filePath: "\(directory)/\(file)"), encoding: .utf8)
            let agent = try AgentFile.read(
                text,
                voices: ["slt", "rms", "awb", "kal"],
                realtimeModels: ["marin"],
                now: Date(timeIntervalSince1970: 0)
            )
            #expect(Template.requiredVariables(of: agent).isEmpty, "\(file) can be called as it stands")
        }
    }

    @Test("The agent that the documentation shows is accepted as it stands")
    func documented() async throws {
        let tests = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        let file = tests.deletingLastPathComponent().appending(path: "docs/agents.md")
        let page = try String(contentsOf: file, encoding: .utf8)
        let block = try #require(page.split(separator: "```yaml\n").dropFirst().first?.split(separator: "```").first)
        let agent = try await Workbench().engine.agents.check(String(block))
        #expect(agent.slug == "appointment-reminder")
        #expect(Template.missingVariables(in: agent, variables: [:]) == ["day", "time"])
    }

    @Test("What exists already is not overwritten by a request for a new one")
    func mustBeNew() async throws {
        let agents = try await Workbench().engine.agents
        await #expect(throws: Refusal.agentExists(slug: "reminder")) {
            _ = try await agents.apply(Workbench.agentFile, mustBeNew: true, project: Project.first)
        }
    }

    @Test("Everything wrong is told at once, each with its line")
    func problems() async throws {
        let text = """
            agent: Not A Slug
            nmae: Riverside Dental
            voice: hal
            numbers: ["5550100000"]
            greeting: Hello
            settings:
              ring_timeout_s: soon
            flow:
              start: confirm
              steps:
                confirm:
                  say: Can you make it?
                  answers:
                    - {expect: maybe, end: met}
                    - {expect: yes, end: met, next: other}
                    - {expect: no}
                    - {expect: ["sure"], end: perfect}
            """
        let found = try await lines(text)
        #expect(found.map(\.0) == [1, 1, 2, 4, 7, 14, 15, 16, 17])
        #expect(
            found.contains {
                $0.1.contains("'nmae' is not part of an agent; it has agent, name, greeting, flow, persona")
            }
        )
        #expect(found.contains { $0.1 == "'name' is missing from an agent" })
        #expect(found.contains { $0.1.contains("met, not_met, undecided") })
    }

    @Test("What cannot work on the phone is told with the line of the part it concerns")
    func flow() async throws {
        let text = """
            agent: reminder
            name: Riverside Dental
            voice: hal
            numbers: ["+15550100000"]
            greeting: "Hello {{name"
            settings: {ring_timeout_s: 2}
            flow:
              start: confirm
              steps:
                confirm:
                  say: Can you make it?
                  answers:
                    - {expect: yes, next: nowhere}
                    - expect: [ "( unbalanced" ]
                      name: odd
                      end: met
                lost:
                  say: Nobody comes here.
                  end: met
            """
        let found = try await lines(text)
        #expect(found.map(\.0) == [3, 5, 6, 13, 14, 18])
        #expect(found[0].1.contains("no voice 'hal'"))
        #expect(found[3].1.contains("no step 'nowhere'"))
    }

    @Test(
        "What is no YAML is told where it stops being some",
        arguments: [
            ("agent: [", 2), ("", 1), ("agent: x\nagent: y\nname: z\n", 1), ("- a\n- b\n", 1), ("agent: \"x", 1),
        ]
    )
    func malformed(text: String, line: Int) async throws {
        let found = try await lines(text)
        #expect(found.first?.0 == line, "\(found)")
    }

    private func lines(_ text: String) async throws -> [(Int, String)] {
        let agents = try await Workbench().engine.agents
        let error = try await #require(throws: AgentFileError.self) {
            _ = try await agents.apply(text, project: Project.first)
        }
        return error.problems.map { ($0.line, $0.message) }
    }
}

/// One recording.
private struct Sounds: SoundLibrary {
    func sound(named name: String) throws(SoundProblem) -> [Int16] {
        guard name == "offer.wav" else { throw SoundProblem("there is no file '\(name)'") }
        return [1, 2, 3]
    }
}
