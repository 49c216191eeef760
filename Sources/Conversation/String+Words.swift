extension String {
    /// Its words as they are compared: in small letters, a space between them, no punctuation.
    package var bareWords: String {
        lowercased().replacing("\u{2019}", with: "'")
            .split { !$0.isLetter && !$0.isNumber && $0 != "'" }
            .joined(separator: " ")
    }

    /// Whether these words are in it, in that order and on end. Case and punctuation do not count; no words are in nothing.
    package func says(_ phrase: String) -> Bool {
        let words = phrase.bareWords
        return !words.isEmpty && " \(bareWords) ".contains(" \(words) ")
    }
}
