/// Numbers in English words.
enum Cardinal {
    static let months = [
        "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November",
        "December",
    ]

    private static let small = [
        "zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve",
        "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen",
    ]
    private static let tens = ["", "", "twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"]

    /// `value` in words; digit by digit from a trillion on.
    static func words(_ value: Int) -> String {
        switch value {
        case ..<0: "minus " + words(-value)
        case ..<20: small[value]
        case ..<100: tens[value / 10] + (value % 10 == 0 ? "" : " " + small[value % 10])
        case ..<1000: scaled(value, 100, "hundred")
        case ..<1_000_000: scaled(value, 1000, "thousand")
        case ..<1_000_000_000: scaled(value, 1_000_000, "million")
        case ..<1_000_000_000_000: scaled(value, 1_000_000_000, "billion")
        default: digits(String(value))
        }
    }

    private static func scaled(_ value: Int, _ unit: Int, _ name: String) -> String {
        "\(words(value / unit)) \(name)" + (value % unit == 0 ? "" : " " + words(value % unit))
    }

    /// The digits of `text` one by one, a pause after each three and before the last four of longer rows.
    static func digits(_ text: String) -> String {
        let values = text.compactMap(\.wholeNumberValue)
        var words = ""
        for (index, value) in values.enumerated() {
            let left = values.count - index
            let isBreak = index > 0 && (left == 4 || left > 4 && (left - 4) % 3 == 0)
            words += (index == 0 ? "" : isBreak && values.count > 6 ? ", " : " ") + small[value]
        }
        return words
    }

    /// 2026: "twenty twenty six"; 2005: "two thousand five".
    static func year(_ value: Int) -> String {
        let century = value / 100
        let rest = value % 100
        return switch (century, rest) {
        case (20, 0...9), (0...9, _), (100..., _): words(value)
        case (_, 0): words(century) + " hundred"
        case (_, 1...9): "\(words(century)) oh \(words(rest))"
        default: "\(words(century)) \(words(rest))"
        }
    }

    /// 1 to 99: "first" to "ninety ninth".
    static func ordinal(_ value: Int) -> String {
        let irregular = [1: "first", 2: "second", 3: "third", 5: "fifth", 8: "eighth", 9: "ninth", 12: "twelfth"]
        if let name = irregular[value] { return name }
        if value < 20 { return words(value) + "th" }
        if value % 10 == 0 { return String(words(value).dropLast()) + "ieth" }
        return "\(tens[value / 10]) \(ordinal(value % 10))"
    }
}
