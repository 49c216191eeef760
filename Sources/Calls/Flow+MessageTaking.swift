extension Agent {
    /// What the agent says and asks: its flow, or the built-in one of agents that would need a language model and have none.
    package var conducted: Flow { flow ?? .takingMessage }

    /// The first thing said.
    package var opening: String {
        greeting.contains { !$0.isWhitespace } ? greeting : "Hello, this is \(name), an automated assistant."
    }
}

extension Flow {
    /// For an agent that goes by instructions where no language model is configured: it says so and takes its leave. Instructions are
    /// never read aloud.
    package static let takingMessage = Flow(
        start: "message",
        steps: [
            "message": Step(
                say: "I cannot hold a conversation at the moment. Somebody will call you again.",
                next: .end(.notMet)
            )
        ]
    )
}
