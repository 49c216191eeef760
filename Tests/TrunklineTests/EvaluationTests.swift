import Calls
import Foundation
import Logging
import PhoneLab
import Providers
import Testing

@testable import trunkline

@Suite("Suites that agents are tried with")
struct EvaluationTests {
    private static let lab = {
        var call = LabCall(sipCallID: "a", dialed: "+15550100001", caller: "", title: "", invitedAt: .now)
        call.said = [.init("Hello?", start: 300, end: 900), .init("Yes, I'll be there.", start: 6000, end: 7400)]
        call.callerSpeech = [.init(start: 1500, end: 5400), .init(start: 8300, end: 9000)]
        return call
    }()

    private static func outcome(_ change: (inout EvaluationOutcome) -> Void = { _ in }) -> EvaluationOutcome {
        var outcome = EvaluationOutcome(
            call: "call_1",
            status: "completed",
            endReason: "agent_hung_up",
            reached: "person",
            goal: "met",
            duration: 20,
            result: ["confirmed": true],
            transcript: [
                .init(speaker: "agent", text: "Hello Maria. Can you make it?", start: 1500),
                .init(speaker: "callee", text: "Yes, I’ll be there.", start: 6000),
            ],
            tools: ["record_result", "end_call"],
            lab: lab
        )
        change(&outcome)
        return outcome
    }

    private func suite(_ yaml: String) throws -> EvaluationSuite {
        try EvaluationSuite(yaml: yaml, source: "suite.yaml") { "/suites/" + $0 }
    }

    @Test("A case has what the suite says of all of them, and what it says itself takes its place")
    func defaults() throws {
        let suite = try suite(
            """
            agent: agent.yaml
            variables: {name: Maria, day: Monday}
            times: 2
            expect: {status: completed, goal: met, result: {a: 1}, agent_says: [hello]}
            cases:
              - {name: one, call: "+1 555 010 0001"}
              - name: two
                call: {otherwise: "No."}
                variables: {day: "5"}
                times: 1
                expect: {goal: not_met, result: {b: "1"}, agent_says: [], tools: end_call}
            """
        )
        #expect(suite.agent == "/suites/agent.yaml")
        let first = try #require(suite.cases.first)
        #expect(first.number == "+15550100001")
        #expect(first.variables == ["name": "Maria", "day": "Monday"])
        #expect(first.times == 2)
        #expect(first.expectation.result == ["a": 1])
        let second = suite.cases[1]
        #expect(second.variables == ["name": "Maria", "day": "5"])
        #expect(second.times == 1)
        #expect(second.expectation.status == "completed")
        #expect(second.expectation.goal == "not_met")
        #expect(second.expectation.result == ["a": 1, "b": "1"])
        #expect(second.expectation.agentSays.isEmpty)
        #expect(second.expectation.tools == ["end_call"])
        let person = try #require(suite.persons.first)
        #expect(person.name == "two")
        #expect(person.number.description == second.number)
        #expect(person.otherwise == [.say("No.")])
    }

    @Test(
        "What is wrong with a suite is told with its line",
        arguments: [
            ("cases: []", 1, "needs an agent"), ("agent: a\ncases: []", 2, "from one to 500"),
            ("agent: a\ncases:\n  - call: \"+15550100001\"", 3, "needs a name"),
            ("agent: a\ncases:\n  - {name: x, call: \"+4915112345678\"}", 3, "no number of the lab"),
            (
                "agent: a\ncases:\n  - {name: x, call: \"+15550100001\"}\n  - {name: x, call: \"+15550100001\"}", 4,
                "too"
            ),
            (
                "agent: a\ncases:\n  - name: x\n    call: \"+15550100001\"\n    expect: {gaol: met}", 5,
                "unknown key 'gaol'"
            ),
            ("agent: a\ncases:\n  - {name: x, call: {voice: bob}}", 3, "unknown voice"),
            ("agent: a\ncases:\n  - {name: x, call: {number: \"1\"}}", 3, "unknown key 'number'"),
            ("agent: a\ncases:\n  - {name: x, call: {persona: You, replies: []}}", 3, "unknown key 'replies'"),
            ("agent: a\ncases:\n  - {name: x, call: {persona: \"{{who}}\"}}", 3, "no value for {{who}}"),
            ("agent: a\ncases:\n  - {name: x, call: {persona: You, temperature: 3}}", 3, "from 0 to 2"),
            ("agent: a\ncases:\n  - {name: x, call: {persona: You, eagerness: fast}}", 3, "patient, balanced, eager"),
            ("agent: a\ncases:\n  - {name: x, call: {persona: You, longest_s: 5}}", 3, "from 10 up"),
            ("agent: a\ncases:\n  - {name: x, call: \"+15550100001\", times: 0}", 3, "from 1 up"),
            ("agent: [\n", 2, "suite.yaml:2"),
        ]
    )
    func mistakes(yaml: String, line: Int, words: String) {
        let error = #expect(throws: ScriptError.self) { try suite(yaml) }
        #expect(error?.line == line, "\(String(describing: error))")
        #expect(error?.description.contains(words) == true, "\(String(describing: error))")
    }

    @Test("Somebody who is described in words has what the case says of them, with its values in it")
    func persona() throws {
        let suite = try suite(
            """
            agent: agent.yaml
            variables: {name: Maria, day: Monday}
            cases:
              - {name: one, call: "+1 555 010 0001"}
              - name: two
                variables: {day: Friday}
                call:
                  persona: You are {{name}} and want to come on {{day}}.
                  model: small
                  temperature: 0.2
                  seed: 7
                  voice: a server's
                  language: de-DE
                  hello: "{{name}} here."
                  hello_after_ms: 500
                  rings_ms: [100, 200]
                  eagerness: patient
                  longest_s: 60
              - {name: three, call: {persona: You., hello: []}}
            """
        )
        #expect(suite.persons.isEmpty)
        #expect(suite.personas.map(\.name) == ["two", "three"])
        #expect(suite.personas.map(\.number.description) == suite.cases.dropFirst().map(\.number))
        var expected = Persona(
            name: "two",
            number: "+15550109001",
            text: "You are Maria and want to come on Friday."
        )
        expected.model = "small"
        expected.temperature = 0.2
        expected.seed = 7
        expected.voice = "a server's"
        expected.language = "de-DE"
        expected.hello = "Maria here."
        expected.helloDelay = 500
        expected.rings = 100...200
        expected.eagerness = .patient
        expected.longest = 60
        #expect(suite.personas.first == expected)
        #expect(suite.personas.last?.hello == "")
    }

    @Test("Who cannot be played with what is configured is told of, and what would have to be")
    func casting() throws {
        let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        let embedded = try EmbeddedSpeech()
        var settings = Settings()
        var persona = Persona(name: "two", number: "+15550109001", text: "You are Maria.")
        func problem() -> String? {
            do {
                _ = try persona.labNumber(
                    settings,
                    speech: .make(settings, embedded: embedded, logger: logger),
                    logger: logger
                )
                return nil
            } catch {
                return "\(error)"
            }
        }
        #expect(problem()?.contains("case 'two'") == true)
        #expect(problem()?.contains("configure one under 'models'") == true)
        settings.models = [Settings.Model(name: "small", url: "http://127.0.0.1:1/v1", model: "small")]
        #expect(problem()?.contains("dictation in en-US, which the embedded one does not") == true)
        settings.recognizers = [
            Settings.SpeechRecognizer(name: "ear", kind: .openai, endpoint: .init(url: "http://127.0.0.1:1"))
        ]
        settings.recognizers[0].languages = ["en"]
        #expect(problem() == nil)
        persona.language = "de-DE"
        #expect(problem()?.contains("dictation in de-DE") == true)
        persona.language = "en-GB"
        persona.voice = "bob"
        #expect(problem()?.contains("unknown voice 'bob': known are slt") == true)
        persona.voice = "slt"
        persona.model = "large"
        #expect(problem()?.contains("'large', which is not among the 'models' of the configuration: small") == true)
    }

    @Test("What a person's servers fail at is kept until they succeed, and what is not wanted any more is no failure")
    func watch() async throws {
        struct Refused: Error {}
        let watch = ServerWatch()
        await #expect(throws: Refused.self) { try await watch.attempt("ear") { throw Refused() } }
        #expect(watch.failure == "ear: Refused()")
        try await watch.attempt("ear", isProof: false) {}
        try await watch.attempt("other") {}
        #expect(watch.failure == "ear: Refused()")
        try await watch.attempt("ear") {}
        #expect(watch.failure == nil)
        await #expect(throws: CancellationError.self) { try await watch.attempt("ear") { throw CancellationError() } }
        #expect(watch.failure == nil)
    }

    @Test("A call in which the callee could not be played says nothing of the agent, in every report")
    func broken() {
        var good = EvaluationRun.Try(name: "good", number: nil, outcome: Self.outcome(), failures: [], seconds: 1)
        good.outcome?.lab?.title = "two, played by small"
        good.outcome?.lab?.heard = [.init("Can you make <it>?", start: 5500, end: 5600)]
        var bad = good
        bad.name = "bad"
        bad.error = "the callee could not be played: small: 503"
        let report = EvaluationReport(suite: "suite", tries: [good, bad])
        #expect(report.failed == 0)
        #expect(report.broken == 1)
        let terminal = Terminal(hasColors: false)
        #expect(report.summary(terminal).hasPrefix("1 of 2 calls say nothing of the agent"))
        #expect(EvaluationReport.line(of: bad, terminal).hasPrefix("! bad"))
        #expect(EvaluationReport.line(of: bad, terminal).contains("error: the callee could not be played: small: 503"))
        #expect(report.junit.contains("failures=\"0\" errors=\"1\""))
        #expect(report.junit.contains("<error message=\"the callee could not be played: small: 503\"/>"))
        #expect(report.junit.contains("<property name=\"callee\" value=\"two, played by small\"/>"))
        #expect(report.junit.contains("00:06  said    Yes, I&#39;ll be there."))
        #expect(report.html.contains("<details class=\"error\" open>"))
        #expect(report.html.contains("<p>Callee: two, played by small</p>"))
        #expect(report.html.contains("<dt>5.50</dt><dt>heard</dt><dd dir=\"auto\">Can you make &lt;it&gt;?</dd>"))
    }

    @Test("The suites that come with the program can be read")
    func examples() throws {
        func example(_ name: String) throws -> EvaluationSuite {
            let path = URL(filePath: #filePath).deletingLastPathComponent()
                .appending(path: "../../Examples/evaluations/\(name).yaml").standardizedFileURL.path
            let suite = try EvaluationSuite(path: path)
            #expect(FileManager.default.fileExists(atPath: suite.agent))
            return suite
        }
        let scripted = try example("appointment-reminder")
        #expect(scripted.cases.count == 7)
        #expect(scripted.persons.contains { $0.number == "+15550101001" })
        let played = try example("lead-follow-up")
        #expect(played.personas.first?.text.contains("You are Maria, 52") == true)
    }

    @Test("How long the callee waited and who broke in is taken from what the callee's side heard")
    func lab() {
        #expect(Self.outcome().waits == [600, 900])
        #expect(Self.outcome().interruptions == 0)
        let broken = Self.outcome {
            $0.lab?.callerSpeech = [.init(start: 1500, end: 6100), .init(start: 6350, end: 7000)]
        }
        // The agent spoke until into the "yes", and again before it was over.
        #expect(broken.interruptions == 1)
        #expect(broken.waits == [600])
        // Who began within a third of a second did so at once.
        #expect(Self.outcome { $0.lab?.callerSpeech = [.init(start: 500, end: 5000)] }.interruptions == 0)
        #expect(Self.outcome { $0.lab = nil }.waits.isEmpty)
    }

    @Test("What came as expected is no failure, and each thing that did not is told")
    func check() {
        var expectation = EvaluationSuite.Expectation()
        expectation.status = "completed"
        expectation.endReason = "agent_hung_up"
        expectation.reached = "person"
        expectation.goal = "met"
        expectation.result = ["confirmed": true]
        expectation.agentSays = ["hello maria", "CAN YOU MAKE IT"]
        expectation.agentNeverSays = ["ria can", "yes"]
        expectation.calleeSays = ["I'll be there"]
        expectation.tools = ["end_call"]
        expectation.longestWait = 900
        expectation.interruptions = 0
        expectation.longest = 20
        #expect(expectation.failures(in: Self.outcome()).isEmpty)
        let other = Self.outcome {
            $0.status = "voicemail"
            $0.endReason = nil
            $0.reached = "machine"
            $0.goal = "undecided"
            $0.result = [:]
            $0.transcript = [.init(speaker: "agent", text: "Yes!", start: 0)]
            $0.tools = ["end_call_later"]
            $0.lab?.callerSpeech = [.init(start: 1850, end: 4000), .init(start: 6050, end: 6100)]
            $0.lab?.said = [.init("Hello?", start: 300, end: 900), .init("Yes.", start: 5000, end: 6400)]
            $0.duration = 21
        }
        let failures = expectation.failures(in: other)
        #expect(failures.count == 13, "\(failures)")
        #expect(failures.contains("result.confirmed is null, not true"))
        #expect(failures.contains("the callee waited 950 ms for the agent, more than 900"))
    }

    @Test("Reports hold what a callee said as text, whatever it is")
    func reports() throws {
        let hostile = "</failure><script>alert(1)</script>\u{1B}[2J\u{0}]]> & \"quotes\""
        let result = EvaluationRun.Try(
            name: hostile,
            number: 2,
            outcome: Self.outcome { $0.transcript[1].text = hostile },
            failures: [hostile],
            seconds: 1.5
        )
        let report = EvaluationReport(suite: "suite", tries: [result])
        for text in [report.junit, report.html] {
            #expect(!text.contains("<script>"))
            #expect(!text.contains("\u{1B}"))
            #expect(text.contains("&lt;script&gt;alert(1)"))
        }
        #expect(!EvaluationReport.line(of: result, Terminal(hasColors: false)).contains("\u{1B}"))
        let tags = report.junit.matches(of: /<\/?([a-z-]+)[^<>]*>/).map { String($0.output.1) }
        #expect(
            tags == [
                "testsuite", "testcase", "properties", "property", "properties", "failure", "failure", "system-out",
                "system-out", "testcase", "testsuite",
            ]
        )
    }
}
