/// Writes text the way it is read aloud: numbers, times, money, dates and signs in words.
///
/// flite reads "3:05" as "three oh five" but "$1,250.50", "2026-07-03", "+15551230001" and "50%" badly, so it is given words only.
package enum SpokenText {
    /// `text` as sentences of plain ASCII words, ready to be synthesised one by one. Empty if there is no word in it.
    package static func sentences(of text: String) -> [String] {
        split(ascii(text)).map { words(in: $0) }.filter { $0.contains(where: \.isLetter) }
    }

    /// Splits at `.`, `!`, `?`, `;` and line ends, but not inside "3.50", "a.m." or "Dr. Smith".
    static func split(_ text: String) -> [String] {
        var sentences: [String] = []
        var current = ""
        let characters = Array(text)
        for (index, character) in characters.enumerated() {
            current.append(character == "\n" ? " " : character)
            let next = index + 1 < characters.count ? characters[index + 1] : " "
            let ends =
                switch character {
                case "!", "?", ";": next.isWhitespace
                case ".": next.isWhitespace && !isAbbreviation(current)
                case "\n": true
                default: false
                }
            if ends {
                sentences.append(current)
                current = ""
            }
        }
        sentences.append(current)
        return sentences.map { $0.trimmed }.filter { !$0.isEmpty }
    }

    private static func isAbbreviation(_ text: String) -> Bool {
        let word = text.dropLast().split(separator: " ").last.map { $0.lowercased() } ?? ""
        return ["mr", "mrs", "ms", "dr", "st", "no", "vs"].contains(word) || word.count == 1
    }

    private static func words(in sentence: String) -> String {
        sentence.split(separator: " ").flatMap { token in
            SpokenToken(String(token)).words.split(separator: " ").map { $0.prefix(40) }
        }.joined(separator: " ")
    }

    /// The nearest plain characters: flite reads bytes, and an accent would be read as two of them.
    private static func ascii(_ text: String) -> String {
        var plain = ""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\u{2018}", "\u{2019}": plain += "'"
            case "\u{2013}", "\u{2014}": plain += ", "
            case "\u{2026}": plain += "."
            case "\u{20AC}": plain += "\u{20AC}"
            case "\u{A3}": plain += "\u{A3}"
            case "\u{DF}": plain += "ss"
            case "\u{E6}": plain += "ae"
            case "\u{F8}": plain += "o"
            case "\n", "\t", "\r": plain += "\n"
            case " "..."~": plain.unicodeScalars.append(scalar)
            case "\u{A0}": plain += " "
            default: plain += baseLetter(of: scalar)
            }
        }
        return plain
    }

    /// "e" for "é", by the character's Unicode name. Nothing for what is no Latin letter.
    private static func baseLetter(of scalar: Unicode.Scalar) -> String {
        guard let name = scalar.properties.name, name.hasPrefix("LATIN ") else { return "" }
        let words = name.split(separator: " ")
        guard words.count > 4, words[2] == "LETTER", words[4] == "WITH", words[3].count == 1 else { return "" }
        return words[1] == "SMALL" ? words[3].lowercased() : String(words[3])
    }
}

extension StringProtocol {
    var trimmed: String {
        String(drop(while: \.isWhitespace).reversed().drop(while: \.isWhitespace).reversed())
    }
}
