extension AnswerPhrases {
    /// Whether an automatic menu says these words in the middle of a conversation.
    ///
    /// More is asked of them than of the first words of a call: people, too, speak of the next available appointment. A menu names a key to press, or
    /// says two of its phrases.
    package static func areOfMenu(_ words: String) -> Bool {
        guard find(in: words)?.answerer != .person else { return false }
        let text = " " + normal(words) + " "
        if pressing.contains(where: { verb in keys.contains { text.contains(" \(verb) \($0) ") } }) { return true }
        let phrases = lists.first { $0.0 == .ivr }?.1 ?? []
        return phrases.count { text.contains(" \($0) ") } >= 2
    }

    private static let pressing = ["press", "drücken sie", "pulse", "marque", "appuyez sur", "tapez"]
    private static let keys =
        (0...9).map(String.init) + [
            "zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "star", "pound", "hash",
            "die",
            "uno", "dos", "tres", "le", "la",
        ]
}
