import Calls

extension Vocabulary {
    /// What `text`, written down by a recogniser that takes any words, is: the entry it says, or plain words where they are asked for.
    ///
    /// Said in so many words, an entry counts fully; with words around it, by its share of them all. A lenient entry may be a third of
    /// what was said, a strict one has to be all of it.
    package func recognition(of text: String, confidence: Double) -> Recognition {
        let readings = SpokenWords.readings(of: text)
        guard let words = readings.first, !words.isEmpty else { return .nothing }
        var best: (entry: Entry, words: [String], share: Double)?
        for entry in entries {
            let patterns = entry.expansions.compactMap { try? PhrasePattern($0) }
            for reading in readings {
                guard let span = patterns.compactMap({ $0.longest(in: reading) }).max(by: { $0.count < $1.count })
                else { continue }
                let share = SpokenWords.share(of: span, in: reading)
                guard share >= entry.lenience.leastShare, share > best?.share ?? 0 else { continue }
                best = (entry, Array(reading[span]), share)
            }
        }
        if let best {
            return .heard(
                entry: best.entry.name,
                words: best.words.joined(separator: " "),
                confidence: confidence * (0.5 + best.share / 2)
            )
        }
        guard let dictation else { return .nothing }
        return .heard(entry: dictation, words: text.trimmed, confidence: confidence)
    }
}

extension Vocabulary.Lenience {
    fileprivate var leastShare: Double {
        switch self {
        case .lenient: 0.3
        case .ordinary: 0.6
        case .strict: 1
        }
    }
}

/// Text as somebody would say it.
enum SpokenWords {
    /// Said while thinking, or out of politeness: no words that count.
    private static let fillers: Set<String> = [
        "um", "uh", "er", "erm", "hm", "hmm", "oh", "ah", "well", "so", "like", "and", "please", "thanks", "thank",
        "you",
    ]
    private static let digits = ["zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine"]
    private static let teens = [
        "ten", "eleven", "twelve", "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen",
    ]
    private static let tens = ["twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"]

    /// Lowercase words without punctuation; what is written in figures as a number, and as one digit after the other.
    static func readings(of text: String) -> [[String]] {
        let tokens = tokens(of: text)
        let readings = [tokens.flatMap(asNumber), tokens.flatMap(asDigits)]
        return readings[0] == readings[1] ? [readings[0]] : readings
    }

    /// How much of `words` those in `span` are, fillers around them not counted.
    static func share(of span: Range<Int>, in words: [String]) -> Double {
        let others = words.indices.count { !span.contains($0) && !fillers.contains(words[$0]) }
        return Double(span.count) / Double(span.count + others)
    }

    private static func tokens(of text: String) -> [String] {
        var tokens: [String] = []
        var token = ""
        func end() {
            if !token.isEmpty { tokens.append(token) }
            token = ""
        }
        for character in text.lowercased() {
            if character == "'" || character == "\u{2019}" {
                token.append("'")
            } else if character.isLetter || character.isNumber {
                // "3pm" is two words.
                if let last = token.last, last.isNumber != character.isNumber { end() }
                token.append(character)
            } else if character == "." && token.count == 1 && token.first?.isLetter == true {
                // "p.m." is said letter by letter.
                end()
            } else {
                end()
            }
        }
        end()
        return tokens.flatMap {
            $0 == "pm" ? ["p", "m"] : $0 == "am" && tokens.contains(where: isFigures) ? ["a", "m"] : [$0]
        }
        .map { String($0.drop { $0 == "'" }) }.filter { !$0.isEmpty }
    }

    private static func isFigures(_ token: String) -> Bool {
        token.utf8.allSatisfy { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
    }

    private static func asDigits(_ token: String) -> [String] {
        guard isFigures(token) else { return [token] }
        return token.utf8.map { digits[Int($0 - UInt8(ascii: "0"))] }
    }

    /// Up to 999; longer ones are said digit by digit. The minutes of a full hour are not said.
    private static func asNumber(_ token: String) -> [String] {
        guard isFigures(token), token.utf8.count <= 3, let value = Int(token) else { return asDigits(token) }
        if token == "00" { return [] }
        guard token.first != "0" || value == 0 else { return asDigits(token) }
        return value < 100
            ? belowHundred(value)
            : [digits[value / 100], "hundred"] + (value % 100 == 0 ? [] : belowHundred(value % 100))
    }

    private static func belowHundred(_ value: Int) -> [String] {
        switch value {
        case ..<10: [digits[value]]
        case ..<20: [teens[value - 10]]
        default: [tens[value / 10 - 2]] + (value % 10 == 0 ? [] : [digits[value % 10]])
        }
    }
}

extension String {
    fileprivate var trimmed: String {
        let head = drop(while: \.isWhitespace)
        return String(head.reversed().drop(while: \.isWhitespace).reversed())
    }
}
