import Calls
import FoundationEssentials

// What pages are made of again and again.
extension HTML {
    /// A moment. The page's script shows it on the reader's own clock; without it, it is UTC.
    static func time(_ date: Date) -> HTML {
        let text = Timestamp.milliseconds(date)
        return
            "<time datetime=\"\(text)\">\(text.prefix(10).description) \(text.dropFirst(11).prefix(8).description) UTC</time>"
    }

    static func time(_ date: Date?) -> HTML {
        date.map { time($0) } ?? "<span class=\"quiet\">–</span>"
    }

    /// Seconds, as a clock shows them: `1:05`.
    static func span(seconds: Int) -> HTML {
        let (minutes, rest) = seconds.quotientAndRemainder(dividingBy: 60)
        guard minutes >= 60 else { return "\(minutes):\(twoDigits(rest))" }
        return "\(minutes / 60):\(twoDigits(minutes % 60)):\(twoDigits(rest))"
    }

    /// Milliseconds on a recording: `0:05.3`.
    static func position(_ milliseconds: Int) -> HTML {
        "\(milliseconds / 60_000):\(twoDigits(milliseconds / 1000 % 60)).\(milliseconds / 100 % 10)"
    }

    private static func twoDigits(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }

    /// What somebody said or typed: kept apart from the direction in which the text around it is written.
    static func foreign(_ text: String) -> HTML { "<bdi>\(text)</bdi>" }

    static func badge(_ text: String, _ tone: Tone) -> HTML { "<span class=\"badge \(tone.rawValue)\">\(text)</span>" }

    /// What a colour stands for. It never says more than the words beside it.
    enum Tone: String {
        case good
        case bad
        case wait
        case live
        case plain
    }

    /// A notice above a page.
    static func notice(_ text: HTML, _ tone: Tone) -> HTML {
        "<div class=\"notice \(tone.rawValue)\" role=\"\(tone == .bad ? "alert" : "status")\">\(text)</div>"
    }

    /// What stands where a list is empty: why, and what to do next.
    static func empty(_ title: String, _ text: HTML, action: HTML = .nothing) -> HTML {
        "<div class=\"empty\"><h2>\(title)</h2><p>\(text)</p>\(action)</div>"
    }

    /// Terms and what they are, in two columns.
    static func facts(_ facts: [(term: String, value: HTML)]) -> HTML {
        "<dl class=\"facts\">\(facts.map { "<div><dt>\($0.term)</dt><dd>\($0.value)</dd></div>" as HTML })</dl>"
    }

    static func option(_ value: String, _ label: String, isChosen: Bool) -> HTML {
        "<option value=\"\(value)\"\(if: isChosen, " selected")>\(label)</option>"
    }
}
