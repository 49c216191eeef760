import Calls

/// What it costs to decide whether a turn is over.
package enum EndOfTurnBenchmark {
    private static let words = [
        "Yes, I can.", "um", "my number is five five one", "I would like to", "That would be on Thursday, wouldn't it?",
    ]

    /// CPU time of a decision on `speech`, at 8,000 Hz, in ms: its melody, its words, and the silence that follows from them. `cpu` is this
    /// process's CPU time, which nothing else may use meanwhile.
    package static func millisecondsPerDecision(_ speech: [Int16], cpu: () -> Duration) -> Double {
        let rounds = 200
        let start = cpu()
        var silence = 0
        for round in 0..<rounds {
            let signs = EndOfTurn.Signs(words: words[round % words.count], prosody: Prosody(speech.suffix(6400)))
            silence += EndOfTurn(.balanced).silence(signs)
        }
        // Read, so that it is worked out.
        precondition(silence > 0)
        return (cpu() - start) / .milliseconds(1) / Double(rounds)
    }
}
