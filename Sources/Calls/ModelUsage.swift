/// What answers of a language model were made of, as the server counted it.
package struct ModelUsage: Sendable, Hashable, Codable {
    package var promptTokens: Int
    package var answerTokens: Int

    package init(promptTokens: Int, answerTokens: Int) {
        self.promptTokens = promptTokens
        self.answerTokens = answerTokens
    }

    package static func + (a: ModelUsage, b: ModelUsage) -> ModelUsage {
        ModelUsage(promptTokens: a.promptTokens + b.promptTokens, answerTokens: a.answerTokens + b.answerTokens)
    }
}
