import Calls
import Testing

@testable import Conversation

@Suite("A flow's state")
struct FlowStateTests {
    private var state = FlowState(agent: .reminder(), variables: ["name": "Maria"])

    private func texts(_ move: FlowMove) -> [String] { move.lines.map(\.text) }

    @Test("It begins with the greeting and the first question")
    mutating func begins() {
        let move = state.begin()
        #expect(texts(move).first?.hasPrefix("Hello Maria") == true)
        #expect(texts(move).last?.hasPrefix("You have an appointment") == true)
        #expect(move.leave == nil)
    }

    @Test("Two misunderstandings lead to the keypad, a third to a polite end")
    mutating func misunderstandings() {
        _ = state.begin()
        #expect(texts(state.notUnderstood(unheard: nil)) == ["I did not get that. Can you come on Thursday at three?"])
        #expect(texts(state.notUnderstood(unheard: nil)) == ["Please press one for yes, or two for no."])
        let last = state.notUnderstood(unheard: nil)
        #expect(texts(last).first == FlowLines.givesUp)
        #expect(last.leave == .agentHungUp)
        #expect(state.goal == .undecided)
    }

    @Test("What cut the question off is not counted: the question goes on where it was, twice at most")
    mutating func unheard() {
        _ = state.begin()
        #expect(texts(state.notUnderstood(unheard: "Can you make it?")) == ["Can you make it?"])
        #expect(texts(state.notUnderstood(unheard: "Can you make it?")) == ["Can you make it?"])
        #expect(texts(state.notUnderstood(unheard: "Can you make it?")).first?.hasPrefix("I did not get that") == true)
    }

    @Test("An uncertain opt-out is asked about; only a no goes on")
    mutating func uncertainOptOut() {
        _ = state.begin()
        var other = state
        #expect(texts(state.heard(.universal(.optOut), confidence: 0.45, unheard: nil)) == [FlowLines.confirmOptOut])
        #expect(!state.optedOut)
        #expect(state.heard(.answer(index: 1, value: "no"), confidence: 0.9, unheard: nil).leave == nil)
        #expect(!state.optedOut)

        _ = other.heard(.universal(.optOut), confidence: 0.45, unheard: nil)
        #expect(other.silence().leave == .agentHungUp)
        #expect(other.optedOut)
    }

    @Test("A certain opt-out ends the call at once")
    mutating func optOut() {
        _ = state.begin()
        let move = state.heard(.universal(.optOut), confidence: 0.8, unheard: nil)
        #expect(move.leave == .agentHungUp)
        #expect(state.optedOut)
        #expect(move.intent == "opt_out")
    }

    @Test("A second wish for a person ends the call politely")
    mutating func human() {
        _ = state.begin()
        #expect(state.heard(.universal(.human), confidence: 0.8, unheard: nil).leave == nil)
        #expect(state.heard(.universal(.human), confidence: 0.8, unheard: nil).leave == .agentHungUp)
        #expect(state.fields["wants_human"] == true)
    }

    @Test("A key means an answer only where one has it; stars clear collected digits")
    mutating func keys() {
        _ = state.begin()
        #expect(state.pressed("9")?.keys == nil)
        var agent = Agent.reminder()
        agent.flow?.start = "code"
        state = FlowState(agent: agent, variables: [:])
        _ = state.begin()
        for key in "12*471" { #expect(state.pressed(key)?.intent == nil) }
        #expect(state.pressed("9")?.keys == "4719")
        #expect(state.fields["code"] == "4719")
    }

    @Test("Steps that only talk lead straight on, and a circle of them ends instead of talking for ever")
    mutating func talkOnly() {
        var agent = Agent.reminder()
        agent.flow = Flow(
            start: "a",
            steps: [
                "a": Flow.Step(say: "One.", next: .step("b")),
                "b": Flow.Step(say: "Two.", next: .end(.met)),
            ]
        )
        state = FlowState(agent: agent, variables: ["name": "Maria"])
        let move = state.begin()
        #expect(Array(texts(move).suffix(3)) == ["One.", "Two.", "Thank you for your time. Goodbye."])
        #expect(move.leave == .agentHungUp)
        #expect(state.goal == .met)

        agent.flow?.steps["b"]?.next = .step("a")
        state = FlowState(agent: agent, variables: ["name": "Maria"])
        #expect(state.begin().leave == .agentHungUp)
    }

    @Test("A goodbye that is only half heard ends nothing; a plain one ends the call")
    mutating func goodbye() {
        _ = state.begin()
        let doubtful = state.heard(.universal(.goodbye), confidence: 0.7, unheard: nil)
        #expect(doubtful.leave == nil)
        #expect(!doubtful.lines.isEmpty, "asked again")
        #expect(state.heard(.universal(.goodbye), confidence: 0.8, unheard: nil).leave == .agentHungUp)
    }

    @Test("Once it says goodbye, nothing but an opt-out changes anything", arguments: 0..<50)
    mutating func finality(seed: Int) {
        _ = state.begin()
        _ = state.sayGoodbye()
        var random = Seeded(state: UInt64(seed) + 1)
        for _ in 0..<20 {
            let move =
                switch Int.random(in: 0..<4, using: &random) {
                case 0: state.heard(.answer(index: 0, value: "yes"), confidence: 1, unheard: nil)
                case 1: state.heard(.universal(.who), confidence: 1, unheard: nil)
                case 2: state.notUnderstood(unheard: nil)
                default: state.silence()
                }
            #expect(move.lines.isEmpty)
            #expect(state.phase == .ending)
            #expect(state.fields.isEmpty)
        }
    }
}

private struct Seeded: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        return state ^ (state >> 33)
    }
}

@Suite("Slots")
struct SpokenSlotTests {
    @Test(
        "Spoken times",
        arguments: [
            ("three", "3:00"), ("at half past three", "3:30"), ("three fifteen p m", "3:15 pm"),
            ("quarter to one", "12:45"),
            ("a quarter past ten in the morning", "10:15 am"), ("noon", "12:00 pm"), ("seven forty five", "7:45"),
            ("ten o'clock", "10:00"), ("four in the afternoon", "4:00 pm"),
        ]
    )
    func times(words: String, value: String) {
        #expect(Flow.Expectation.time.value(of: words) == .string(value))
    }

    @Test(
        "Spoken numbers",
        arguments: [
            ("seven", 7), ("twenty one", 21), ("a hundred and five", 105), ("nine hundred ninety nine", 999),
            ("none", 0),
            ("it's forty", 40),
        ]
    )
    func numbers(words: String, value: Int64) {
        #expect(Flow.Expectation.number.value(of: words) == .integer(value))
    }

    @Test("Spoken digits and days")
    func digitsAndDays() {
        #expect(Flow.Expectation.digits(count: 4).value(of: "my number is oh one two three") == "0123")
        #expect(Flow.Expectation.digits(count: 4).value(of: "one two three") == nil)
        #expect(Flow.Expectation.day.value(of: "on thursday morning") == "thursday")
    }

    @Test("Every expectation can be listened for")
    func patterns() throws {
        let expectations: [Flow.Expectation] = [.yes, .no, .digits(count: 10), .number, .day, .time]
        for expansion in expectations.flatMap(\.expansions) + UniversalIntent.allCases.flatMap(\.entry.expansions) {
            _ = try PhrasePattern(expansion)
        }
    }
}
