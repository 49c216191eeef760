/// What the tokens of one language model cost.
package struct ModelPrice: Sendable, Hashable {
    /// For a million tokens of what it was asked.
    package var prompt: Money
    /// For a million tokens of what it answered.
    package var answer: Money

    package init(prompt: Money, answer: Money) {
        self.prompt = prompt
        self.answer = answer
    }

    /// Rounded up to the next milli-cent.
    package func cost(of usage: ModelUsage) -> Money {
        let million: Int128 = 1_000_000
        let parts =
            Int128(prompt.milliCents) * Int128(max(0, usage.promptTokens))
            + Int128(answer.milliCents) * Int128(max(0, usage.answerTokens))
        return Money(milliCents: Int64(clamping: (parts + million - 1) / million))
    }
}
