/// A line cut into what is synthesised and played one after the other, so that the first words come early and it is known which were
/// heard.
enum Sentences {
    static func of(_ text: String) -> [String] {
        var sentences: [String] = []
        var current = ""
        let characters = Array(text)
        for (index, character) in characters.enumerated() {
            current.append(character)
            let next = index + 1 < characters.count ? characters[index + 1] : " "
            guard ".!?".contains(character), next.isWhitespace, !endsInAbbreviation(current) else { continue }
            append(current, to: &sentences)
            current = ""
        }
        append(current, to: &sentences)
        return sentences
    }

    private static func append(_ text: String, to sentences: inout [String]) {
        let words = text.split(whereSeparator: \.isWhitespace)
        if !words.isEmpty { sentences.append(words.joined(separator: " ")) }
    }

    static func endsInAbbreviation(_ text: String) -> Bool {
        let word = text.dropLast().split(whereSeparator: \.isWhitespace).last.map { $0.lowercased() } ?? ""
        return ["mr", "mrs", "ms", "dr", "st"].contains(word) || word.count == 1 && word != "i"
    }
}
