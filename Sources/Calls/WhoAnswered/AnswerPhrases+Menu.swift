extension AnswerPhrases {
    /// Whether an automatic menu says these words in the middle of a conversation.
    ///
    /// More is asked of them than of the first words of a call: people, too, speak of the next available appointment. A menu names a key to press, or
    /// says two of its phrases.
    package static func areOfMenu(_ words: String) -> Bool {
        let text = " " + normal(words) + " "
        // The verb first: it is asked of all that is said, while it is said, and few say one.
        let namesKey = pressing.contains { verb in
            text.contains(" \(verb) ") && keys.contains { text.contains(" \(verb) \($0) ") }
        }
        let phrases = lists.first { $0.0 == .ivr }?.1 ?? []
        guard namesKey || phrases.count(where: { text.contains(" \($0) ") }) >= 2 else { return false }
        return find(in: words)?.answerer != .person
    }

    private static let pressing = ["press", "drücken sie", "pulse", "marque", "appuyez sur", "tapez"]
    private static let keys =
        (0...9).map(String.init) + [
            "zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "star", "pound", "hash",
            "die",
            "uno", "dos", "tres", "le", "la",
        ]
}
