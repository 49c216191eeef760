/// One blank-delimited piece of text and how it is read aloud.
struct SpokenToken {
    private let head: String
    private let core: String
    private let tail: String

    init(_ text: String) {
        let opening: Set<Character> = ["(", "\"", "[", "'"]
        let closing: Set<Character> = [")", "\"", "]", "'", ",", ".", "!", "?", ";", ":"]
        let rest = text.drop { opening.contains($0) }
        head = ""
        let end = rest.lastIndex { !closing.contains($0) }.map { rest.index(after: $0) } ?? rest.startIndex
        core = String(rest[..<end])
        tail = rest[end...].filter { ",.!?;:".contains($0) }.map(String.init).joined()
    }

    /// The words, with the punctuation that follows them.
    var words: String {
        guard !core.isEmpty else { return "" }
        return head + reading + tail
    }

    private var reading: String {
        let readings = [symbol, money, percentage, date, time, ordinal, phone, number]
        for reading in readings {
            if let words = reading { return words }
        }
        return core.contains(where: \.isNumber) ? mixed : letters(core)
    }

    private var symbol: String? {
        ["&": "and", "@": "at", "+": "plus", "=": "equals", "%": "percent", "#": "number", "-": ","][core]
    }

    /// `$1,250.50`: dollars and cents.
    private var money: String? {
        let units: [Character: (one: String, many: String, part: String)] = [
            "$": ("dollar", "dollars", "cents"), "\u{20AC}": ("euro", "euros", "cents"),
            "\u{A3}": ("pound", "pounds", "pence"),
        ]
        guard let first = core.first, let unit = units[first] else { return nil }
        let parts = core.dropFirst().filter { $0 != "," }.split(separator: ".", omittingEmptySubsequences: false)
        guard let whole = parts.first.flatMap({ Int($0) }), whole >= 0 else { return nil }
        let amount = "\(Cardinal.words(whole)) \(whole == 1 ? unit.one : unit.many)"
        guard parts.count > 1 else { return amount }
        guard parts.count == 2, parts[1].count == 2, let fraction = Int(parts[1]), fraction >= 0 else { return nil }
        return fraction == 0 ? amount : "\(amount) and \(Cardinal.words(fraction)) \(unit.part)"
    }

    private var percentage: String? {
        guard core.last == "%", let words = Self.decimal(core.dropLast()) else { return nil }
        return words + " percent"
    }

    /// `2026-07-03`: the third of July as Americans say it.
    private var date: String? {
        let parts = core.split(separator: "-", omittingEmptySubsequences: false)
        guard parts.count == 3, parts[0].count == 4, parts[1].count == 2, parts[2].count == 2,
            let year = Int(parts[0]), let month = Int(parts[1]), let day = Int(parts[2]),
            (1...12).contains(month), (1...31).contains(day)
        else {
            return nil
        }
        return "\(Cardinal.months[month - 1]) \(Cardinal.ordinal(day)), \(Cardinal.year(year))"
    }

    /// `3:05`, `15:00`, `3pm`, `3:30pm`.
    private var time: String? {
        var text = core.lowercased().filter { $0 != "." || !core.contains(":") }
        var half = ""
        for (suffix, words) in ["am": " A M", "pm": " P M"] where text.hasSuffix(suffix) {
            text = String(text.dropLast(2))
            half = words
        }
        let parts = text.split(separator: ":", omittingEmptySubsequences: false)
        guard let hour = parts.first.flatMap({ Int($0) }), (0...24).contains(hour) else { return nil }
        if parts.count == 1 { return half.isEmpty ? nil : Cardinal.words(hour) + half }
        guard parts.count == 2, parts[1].count == 2, let minute = Int(parts[1]), (0...59).contains(minute) else {
            return nil
        }
        let name = hour == 0 ? "twelve" : Cardinal.words(hour)
        return switch minute {
        case 0:
            half.isEmpty
                ? (hour > 12 || hour == 0 ? "\(Cardinal.words(hour)) hundred" : "\(name) o'clock") : name + half
        case 1...9: "\(name) oh \(Cardinal.words(minute))\(half)"
        default: "\(name) \(Cardinal.words(minute))\(half)"
        }
    }

    private var ordinal: String? {
        let suffix = core.suffix(2).lowercased()
        guard ["st", "nd", "rd", "th"].contains(suffix), let value = Int(core.dropLast(2)), (1...99).contains(value)
        else {
            return nil
        }
        return Cardinal.ordinal(value)
    }

    /// Digits one by one, in groups: telephone numbers, and anything too long to be a quantity.
    private var phone: String? {
        let digits = core.filter(\.isNumber)
        let isGrouped =
            core.allSatisfy { $0.isNumber || "+-()/".contains($0) } && core.contains { "+-()/".contains($0) }
        let isLong = core.allSatisfy(\.isNumber) && (core.count > 6 || core.count > 1 && core.first == "0")
        guard digits.count > 1, isGrouped || isLong else { return nil }
        return Cardinal.digits(digits)
    }

    private var number: String? {
        if core.count == 4, let year = Int(core), (1900...2099).contains(year) { return Cardinal.year(year) }
        return Self.decimal(core[...])
    }

    /// `1,250`, `-3`, `4.75`.
    private static func decimal(_ text: Substring) -> String? {
        let sign = text.first == "-" ? "minus " : ""
        let parts = text.drop { $0 == "-" }.filter { $0 != "," }.split(separator: ".", omittingEmptySubsequences: false)
        guard let whole = parts.first.flatMap({ Int($0) }), whole >= 0, parts.count <= 2 else { return nil }
        guard parts.count == 2 else { return sign + Cardinal.words(whole) }
        guard !parts[1].isEmpty, parts[1].allSatisfy(\.isNumber) else { return nil }
        return "\(sign)\(Cardinal.words(whole)) point \(Cardinal.digits(String(parts[1])))"
    }

    /// Letters and digits together, as in an order number: the letters as they are, the digits one by one.
    private var mixed: String {
        var words = ""
        for character in core {
            if let value = character.wholeNumberValue {
                words += " \(Cardinal.words(value)) "
            } else if character.isLetter || character == "'" {
                words.append(character)
            } else {
                words += " "
            }
        }
        return words.trimmed
    }

    private func letters(_ text: String) -> String {
        String(text.map { $0.isLetter || $0 == "'" || $0 == "." ? $0 : " " }).trimmed
    }
}
