/// Digits, numbers, days and times: how they are said, and what was said.
enum SpokenSlot {
    private static let digitValues = [
        "zero": 0, "oh": 0, "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8,
        "nine": 9,
    ]
    private static let smallNumbers = [
        "zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve",
        "thirteen",
        "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen",
    ]
    private static let tens = ["twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"]
    private static let weekdays = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"]
    private static let leadIn = "[ it's | it is | that's | my number is | the number is | the code is | about ]"

    /// Exactly `count` digits: a loop of any length would hear digits in every breath.
    static func digits(count: Int) -> String {
        let digit = "( " + digitValues.keys.sorted().joined(separator: " | ") + " )"
        return leadIn + " " + Array(repeating: digit, count: count).joined(separator: " ")
    }

    static func digits(in words: [String], count: Int) -> String? {
        let digits = words.compactMap { digitValues[$0] }.suffix(count)
        return digits.count == count ? digits.map(String.init).joined() : nil
    }

    /// 0 to 999.
    static var numbers: [String] {
        let units = "( " + smallNumbers[1...9].joined(separator: " | ") + " )"
        let belowHundred =
            "( \(smallNumbers[1...].joined(separator: " | ")) | ( \(tens.joined(separator: " | ")) ) [\(units)] )"
        return [
            "\(leadIn) \(belowHundred)",
            "\(leadIn) ( a | \(smallNumbers[1...9].joined(separator: " | ")) ) hundred [ [and] \(belowHundred) ]",
            "\(leadIn) ( zero | none )",
        ]
    }

    static func number(in words: [String]) -> Int? {
        var total = 0
        var found = false
        for word in words {
            if let value = smallNumbers.firstIndex(of: word) {
                total += value
            } else if let place = tens.firstIndex(of: word) {
                total += (place + 2) * 10
            } else if word == "hundred" {
                total = max(1, total) * 100
            } else if word != "none" {
                continue
            }
            found = true
        }
        return found ? total : nil
    }

    static var days: String {
        let part = "[ morning | afternoon | evening ]"
        return
            "[ on | this | next | for | maybe ] ( \((weekdays + ["today", "tomorrow"]).joined(separator: " | ")) ) \(part) [please]"
    }

    static func day(in words: [String]) -> String? {
        words.first { weekdays.contains($0) || $0 == "today" || $0 == "tomorrow" }
    }

    /// Quarter hours, with or without the half of the day.
    static var times: [String] {
        let hour = "( \(smallNumbers[1...12].joined(separator: " | ")) )"
        let half = "[ a m | p m | in the morning | in the afternoon | in the evening ]"
        let lead = "[ at | around | about | maybe | it's ]"
        return [
            "\(lead) \(hour) [ o'clock | fifteen | thirty | forty five ] \(half)",
            "\(lead) ( half past | quarter past | quarter to | a quarter past | a quarter to ) \(hour) \(half)",
            "\(lead) ( noon | midnight )",
        ]
    }

    /// `3:30 pm`; without the half of the day, `3:30`, because a guess would be a wrong appointment.
    static func time(in words: [String]) -> String? {
        if words.contains("noon") { return "12:00 pm" }
        if words.contains("midnight") { return "12:00 am" }
        let isOffset = words.contains("quarter") || words.contains("half")
        // The last number up to twelve is the hour in "half past three", the first one in "three fifteen".
        let hours = words.indices.filter { (1...12).contains(smallNumbers.firstIndex(of: words[$0]) ?? 0) }
        guard let place = isOffset ? hours.last : hours.first, var hour = smallNumbers.firstIndex(of: words[place])
        else {
            return nil
        }
        var minute = 0
        let rest = words[(place + 1)...]
        if words.contains("half") || rest.contains("thirty") { minute = 30 }
        if rest.contains("fifteen") || words.contains("quarter") { minute = 15 }
        if rest.contains("forty") { minute = 45 }
        if words.contains("quarter"), words.contains("to") {
            minute = 45
            hour = hour == 1 ? 12 : hour - 1
        }
        return "\(hour):\(minute < 10 ? "0" : "")\(minute)\(half(of: rest))"
    }

    private static func half(of words: ArraySlice<String>) -> String {
        if words.contains("a") && words.contains("m") || words.contains("morning") { return " am" }
        if words.contains("p") || words.contains("afternoon") || words.contains("evening") { return " pm" }
        return ""
    }
}
