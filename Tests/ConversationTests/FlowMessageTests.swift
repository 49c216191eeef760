import Calls
import Testing

@testable import Conversation

@Suite("A flow's state while a message is taken")
struct FlowMessageTests {
    private var state = Self.state()

    private static func state(keepsWords: Bool = true) -> FlowState {
        var agent = Agent.reminder()
        agent.flow = nil
        var state = FlowState(agent: agent, variables: ["name": "Maria"], keepsWords: keepsWords)
        _ = state.begin()
        return state
    }

    private func phrase(
        _ meaning: StepVocabulary.Meaning? = nil,
        _ confidence: Double = 0.9,
        words: String? = nil,
        at start: Int = 9000
    ) -> MessageTaking.Phrase {
        .init(start: start, end: start + 1500, voiced: 1200, words: words, meaning: meaning, confidence: confidence)
    }

    private func texts(_ move: FlowMove?) -> [String] { move?.lines.map(\.text) ?? [] }

    @Test("While somebody speaks it waits two seconds in all, before that six")
    mutating func patience() {
        #expect(state.patience.silence == 6000)
        #expect(state.said(phrase()) == false)
        // What ends a phrase has passed when the wait begins.
        #expect(state.patience == (1300, 700))
        #expect(state.messageLimit == 69_000)
        #expect(state.said(phrase(.universal(.hold), at: 11_000)) == false)
        #expect(state.patience.silence == 10_000)
    }

    @Test("The message sets its fields, is thanked for, and ends the call with its goal met")
    mutating func taken() {
        #expect(state.fields == ["message_taken": false])
        #expect(state.said(phrase()) == false)
        let move = state.silence()
        #expect(texts(move) == ["Thank you, I have recorded your message.", "Thank you for your time. Goodbye."])
        #expect(
            state.fields == [
                "message": .null, "message_taken": true, "message_start_ms": 9000, "message_length_ms": 1500,
            ]
        )
        #expect(move.said.map(\.intent) == ["message"])
        #expect(move.leave == .agentHungUp)
        #expect(state.goal == .met)
        #expect(state.messages == [9000..<10_500])
    }

    @Test("Dictated words are the field, unless words may not be kept", arguments: [true, false])
    mutating func words(isKept: Bool) {
        state = Self.state(keepsWords: isKept)
        let index = state.current?.messageIndex ?? -1
        #expect(state.said(phrase(.answer(index: index, value: "call me"), words: "call me")) == false)
        _ = state.silence()
        #expect(state.fields["message"] == (isKept ? "call me" : .null))
        #expect(state.fields["message_taken"] == true)
    }

    @Test(
        "A doubtful opt-out in a message is asked about when the message is over; a no ends the call as it would have"
    )
    mutating func doubtfulOptOut() {
        #expect(state.said(phrase()) == false)
        #expect(state.said(phrase(.universal(.optOut), 0.45, at: 11_000)) == false)
        #expect(texts(state.silence()).last == FlowLines.confirmOptOut)
        var other = state
        let no = state.heard(.answer(index: 1, value: "no"), confidence: 0.9, unheard: nil)
        #expect(no.leave == .agentHungUp)
        #expect(!state.optedOut)
        #expect(state.goal == .met)

        #expect(other.silence().leave == .agentHungUp)
        #expect(other.optedOut)
        #expect(other.fields["message_taken"] == true)
    }

    @Test("A doubtful opt-out alone is no message")
    mutating func onlyDoubtfulOptOut() {
        #expect(state.said(phrase(.universal(.optOut), 0.45)) == false)
        #expect(texts(state.silence()) == [FlowLines.confirmOptOut])
        #expect(state.fields["message_taken"] == false)
        let no = state.heard(.answer(index: 1, value: "no"), confidence: 0.9, unheard: nil)
        #expect(texts(no).first?.hasPrefix("Please say your message now") == true)
    }

    @Test("No, and then goodbye, is a no")
    mutating func noGoodbye() {
        let no = state.current?.answers.firstIndex { $0.expects == .no } ?? -1
        #expect(state.said(phrase(.answer(index: no, value: "no"), words: "no")) == false)
        #expect(state.said(phrase(.universal(.goodbye), words: "goodbye", at: 11_000)) == true)
        let move = state.heard(.universal(.goodbye), confidence: 0.9, unheard: nil)
        #expect(move.said.map(\.intent) == ["no"])
        #expect(move.intent == "goodbye")
        #expect(move.leave == .agentHungUp)
        #expect(state.goal == .notMet)
    }

    @Test("Keys mean nothing while a message is being left")
    mutating func keys() {
        #expect(state.said(phrase()) == false)
        #expect(state.pressed("1") == nil)
        #expect(state.hasMessage)
    }

    @Test("Too little to be a message is asked about once more, then the call ends without one")
    mutating func tooShort() {
        let cough = MessageTaking.Phrase(start: 9000, end: 9300, voiced: 260)
        #expect(state.said(cough) == false)
        #expect(texts(state.silence()) == ["Please say your message now, or hang up if you have none."])
        #expect(state.said(cough) == false)
        #expect(state.silence().leave == .agentHungUp)
        #expect(state.goal == .notMet)
    }

    @Test(
        "Cut short by the longest duration, by a command or by the line, it is a message as far as it got",
        arguments: 0..<3
    )
    mutating func cutShort(how: Int) {
        #expect(state.said(phrase()) == false)
        let move =
            switch how {
            case 0: state.timeUp()
            case 1: state.sayGoodbye()
            default: state.lineDown()
            }
        #expect(move.said.map(\.intent) == ["message"])
        #expect(state.fields["message_taken"] == true)
        #expect(state.goal == .met)
    }
}
