extension Agent {
    /// What the agent says and asks: its flow, or the built-in one of agents that would need a language model and have none.
    package var conducted: Flow {
        if let flow { return flow }
        return settings.record ? .takingMessage(disclosing: hasGreeting) : .offeringCallBack(disclosing: hasGreeting)
    }

    /// The first thing said.
    package var opening: String {
        hasGreeting ? greeting : "Hello, this is \(name), an automated assistant."
    }

    private var hasGreeting: Bool { greeting.contains { !$0.isWhitespace } }
}

/// For agents that go by instructions where there is no language model. Instructions are never read aloud.
extension Flow {
    /// Takes a message. `disclosing` says that an automaton is speaking, which a greeting of the agent's own may have left out.
    package static func takingMessage(disclosing: Bool) -> Flow {
        // Somebody who agrees has not said the message yet. Agreement is listened for once: a short message may sound like it.
        let agreement = Answer(name: "yes", expects: .yes, then: .step("ready"))
        return Flow(
            start: "introduction",
            steps: [
                "introduction": introduction(disclosing, "but I will pass on a message", next: "message"),
                "message": message(
                    "Please say your message now. When you are done, just wait, or press the pound key.",
                    answers: [agreement]
                ),
                "ready": message("Then please say your message now.", answers: []),
            ]
        )
    }

    private static func message(_ say: String, answers: [Answer]) -> Step {
        Step(
            say: say,
            answers: [
                Answer(
                    name: "message",
                    expects: .message,
                    reply: "Thank you, I have recorded your message.",
                    then: .end(.met)
                ),
                Answer(name: "no_message", expects: .phrases(noMessage), reply: "All right.", then: .end(.notMet)),
                Answer(name: "no", expects: .no, reply: "All right.", then: .end(.notMet)),
            ] + answers,
            reprompt: "Please say your message now, or hang up if you have none.",
            next: .end(.notMet),
            endOfTurn: messagePause
        )
    }

    /// Where nothing is recorded no message could be passed on: asks whether to call back.
    package static func offeringCallBack(disclosing: Bool) -> Flow {
        let callBack = Step(
            say: "Shall somebody call you back?",
            answers: [
                Answer(
                    name: "yes",
                    expects: .yes,
                    digit: "1",
                    set: ["call_back": true],
                    reply: "Thank you, I will pass that on.",
                    then: .end(.met)
                ),
                Answer(
                    name: "no",
                    expects: .no,
                    digit: "2",
                    set: ["call_back": false],
                    reply: "All right.",
                    then: .end(.notMet)
                ),
            ],
            reprompt: "Sorry, shall somebody call you back? Yes or no is enough.",
            keypadPrompt: "Please press one if somebody shall call you back, or two if not.",
            next: .end(.notMet)
        )
        return Flow(
            start: "introduction",
            steps: [
                "introduction": introduction(disclosing, "but somebody can call you back", next: "call_back"),
                "call_back": callBack,
            ]
        )
    }

    private static func introduction(_ isDisclosing: Bool, _ offer: String, next: String) -> Step {
        let disclosure = isDisclosing ? "I am an automated assistant. " : ""
        return Step(say: "\(disclosure)I cannot answer questions, \(offer).", next: .step(next))
    }

    private static let noMessage = [
        "[ no | um ] no message [ thanks | thank you | please | today | for you ]",
        "[no] there is no message",
        "[ no | sorry ] [ thanks | thank you ] [ i am | i'm ] not interested [ thanks | thank you | in that ]",
        "[no] [ i do not | i don't ] ( want | need ) to leave ( a | any ) message",
        "( no | nope ) [ thanks | thank you ] [very much] ( goodbye | bye | bye bye )",
        "nothing [ thanks | thank you | from me ]",
    ]
}
