import Calls
import FoundationEssentials
import Testing

@Suite("Checking an agent before it is on the phone")
struct FlowCheckTests {
    private func agent(_ flow: Flow) -> Agent {
        Agent(
            id: Agent.ID(bornAt: Date(timeIntervalSince1970: 0)),
            slug: "a",
            name: "A",
            numbers: [],
            greeting: "Hello {{name}}.",
            flow: flow,
            createdAt: Date(timeIntervalSince1970: 0),
            updatedAt: Date(timeIntervalSince1970: 0)
        )
    }

    private var sound: Flow {
        Flow(
            start: "ask",
            steps: [
                "ask": Flow.Step(
                    say: "Well?",
                    answers: [
                        .init(name: "yes", expects: .yes, digit: "1", set: ["ok": true], then: .end(.met)),
                        .init(name: "later", expects: .phrases(["call me [ back | later ]"]), then: .step("bye")),
                    ],
                    keypadPrompt: "Press one for yes."
                ),
                "bye": Flow.Step(say: "All right, {{ok}}.", next: .end(.notMet)),
            ]
        )
    }

    @Test("An agent that can work has no problems, and says which variables a call must give")
    func soundAgent() {
        #expect(FlowCheck.problems(in: agent(sound), voices: ["slt"]).isEmpty)
        #expect(Template.requiredVariables(of: agent(sound)) == ["name"])
        #expect(Template.missingVariables(in: agent(sound), variables: ["name": "Maria"]).isEmpty)
    }

    @Test("Beside a message stands nothing that cannot be told from it, and its step's '#' is taken")
    func message() {
        var flow = sound
        flow.steps["ask"]?.answers.append(.init(name: "message", expects: .message, then: .end(.met)))
        #expect(FlowCheck.problems(in: agent(flow), voices: ["slt"]).isEmpty)
        #expect(flow.fields.isSuperset(of: ["message", "message_taken", "message_start_ms", "message_length_ms"]))
        func paths(_ change: (inout Flow) -> Void) -> [String] {
            var flow = flow
            change(&flow)
            return FlowCheck.problems(in: agent(flow), voices: ["slt"]).map(\.path)
        }
        #expect(paths { $0.steps["ask"]?.answers[2].digit = "3" } == ["steps.ask.answers[2].digit"])
        #expect(paths { $0.steps["ask"]?.answers[0].digit = "#" } == ["steps.ask.answers[0].digit"])
        for slot in [Flow.Expectation.day, .time, .number, .digits(count: 4)] {
            #expect(paths { $0.steps["ask"]?.answers[1].expects = slot }.first == "steps.ask.answers[1].expects")
        }
    }

    @Test("Nothing that is said or told is longer than a text may be")
    func length() {
        var agent = agent(sound)
        agent.greeting = String(repeating: "x", count: Agent.textLimit)
        #expect(FlowCheck.problems(in: agent, voices: ["slt"]).isEmpty)
        agent.greeting += "x"
        agent.flow?.steps["ask"]?.say = agent.greeting
        #expect(FlowCheck.problems(in: agent, voices: ["slt"]).map(\.path) == ["greeting", "steps.ask.say"])
    }

    @Test("The built-in flows have no problems")
    func builtIn() {
        for flow in [Flow.takingMessage(disclosing: true), .offeringCallBack(disclosing: false)] {
            #expect(FlowCheck.problems(in: flow).isEmpty)
        }
    }

    @Test("Each thing that cannot work is found where it is")
    func problems() {
        func paths(_ change: (inout Flow) -> Void) -> [String] {
            var flow = sound
            change(&flow)
            return FlowCheck.problems(in: agent(flow), voices: ["slt"]).map(\.path)
        }
        #expect(paths { $0.start = "nowhere" } == ["start"])
        #expect(paths { $0.steps["ask"]?.answers[0].then = .step("nowhere") } == ["steps.ask.answers[0].then"])
        #expect(paths { $0.steps["ask"]?.answers[1].then = .again } == ["steps.bye"])
        #expect(paths { $0.steps["bye"]?.next = nil } == ["steps.bye"])
        #expect(paths { $0.steps["bye"]?.next = .again } == ["steps.bye.next"])
        #expect(paths { $0.steps["bye"]?.next = .step("bye") } == ["steps.bye.next"])
        #expect(paths { $0.steps["ask"]?.say = "Hello {{" } == ["steps.ask.say"])
        #expect(paths { $0.steps["ask"]?.say = "{{answer}}" } == ["steps.ask.say"])
        #expect(paths { $0.steps["ask"]?.answers[1].digit = "1" } == ["steps.ask.answers[1].digit"])
        #expect(paths { $0.steps["ask"]?.answers[1].digit = "12" } == ["steps.ask.answers[1].digit"])
        #expect(paths { $0.steps["ask"]?.answers[0].digit = nil } == ["steps.ask.keypadPrompt"])
        #expect(
            paths { $0.steps["ask"]?.answers[1].expects = .phrases(["press 1"]) } == ["steps.ask.answers[1].expects[0]"]
        )
        #expect(paths { $0.steps["ask"]?.answers[1].expects = .phrases([]) } == ["steps.ask.answers[1].expects"])
        #expect(paths { $0.steps["ask"]?.answers[1].expects = .yes } == ["steps.ask.answers[1].expects"])
        #expect(paths { $0.steps["ask"]?.answers[1].name = "yes" } == ["steps.ask.answers[1].name"])
        #expect(paths { $0.steps["ask"]?.endOfTurn = 10 } == ["steps.ask.endOfTurn"])
        #expect(FlowCheck.problems(in: agent(sound), voices: ["rms"]).map(\.path) == ["voice"])
    }

    @Test("A realtime model has to be there, and has no use for a flow")
    func realtimeModel() {
        var spoken = agent(sound)
        spoken.model = "marin"
        func problems(_ agent: Agent, _ known: [String]) -> [FlowProblem] {
            FlowCheck.problems(in: agent, voices: ["slt"], realtimeModels: known)
        }
        #expect(problems(spoken, ["marin"]).map(\.path) == ["model"])
        spoken.flow = nil
        spoken.instructions = "Talk."
        #expect(problems(spoken, ["marin"]).isEmpty)
        #expect(problems(spoken, ["coral"]).map(\.message) == ["no realtime model 'marin'; there are coral"])
        #expect(problems(spoken, []).map(\.message) == ["no realtime model 'marin'; none is configured"])
    }

    @Test("A flow that nowhere ends is refused")
    func noEnd() {
        let flow = Flow(
            start: "a",
            steps: ["a": Flow.Step(say: "Well?", answers: [.init(name: "yes", expects: .yes, then: .again)])]
        )
        #expect(FlowCheck.problems(in: flow).map(\.path) == ["steps"])
    }

    @Test("A phrase is read with its optional parts and choices")
    func phrase() throws {
        let pattern = try PhrasePattern("( call | ring ) me [back-up] don\u{2019}t")
        #expect(pattern.words == ["call", "ring", "me", "back", "up", "don't"])
    }
}
