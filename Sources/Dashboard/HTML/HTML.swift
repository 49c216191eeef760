import Calls

/// A piece of a page.
///
/// What is written in a literal is markup; every text that is put into one is escaped, in attributes (which have to stand in quotation marks) and
/// between tags. So nothing that a callee said, or that somebody typed, can become markup: there is no way to say so.
struct HTML: Sendable, Hashable, ExpressibleByStringInterpolation {
    fileprivate(set) var text: String

    static let nothing: HTML = ""

    init(stringLiteral text: String) {
        self.text = text
    }

    init(stringInterpolation: Interpolation) {
        text = stringInterpolation.text
    }

    /// `text` as it is read, not as markup.
    init(escaping text: String) {
        self.text = Self.escaped(text)
    }

    var isEmpty: Bool { text.isEmpty }

    static func + (left: HTML, right: HTML) -> HTML {
        var sum = left
        sum.text += right.text
        return sum
    }

    struct Interpolation: StringInterpolationProtocol {
        fileprivate var text = ""

        init(literalCapacity: Int, interpolationCount: Int) {
            text.reserveCapacity(literalCapacity + interpolationCount * 16)
        }

        mutating func appendLiteral(_ literal: String) {
            text += literal
        }

        // Disfavored, so that a literal inside of a literal, such as either side of a `? :`, is markup like the one around it.
        @_disfavoredOverload
        mutating func appendInterpolation(_ value: String) {
            text += HTML.escaped(value)
        }

        mutating func appendInterpolation(_ value: Int) {
            text += String(value)
        }

        mutating func appendInterpolation<Subject>(_ id: Identifier<Subject>) {
            text += id.description
        }

        mutating func appendInterpolation(_ number: PhoneNumber) {
            text += HTML.escaped(number.description)
        }

        mutating func appendInterpolation(_ part: HTML) {
            text += part.text
        }

        mutating func appendInterpolation(_ part: HTML?) {
            text += part?.text ?? ""
        }

        mutating func appendInterpolation(_ parts: [HTML]) {
            for part in parts { text += part.text }
        }

        mutating func appendInterpolation(if condition: Bool, _ part: HTML) {
            if condition { text += part.text }
        }
    }

    /// Also without the characters that steer the direction of writing, and those that nothing shows: a name could make what stands behind it
    /// read as something else (Unicode Standard Annex 9, section 2).
    private static func escaped(_ text: String) -> String {
        var escaped = ""
        escaped.reserveCapacity(text.utf8.count)
        for scalar in text.unicodeScalars {
            switch scalar {
            case "&": escaped += "&amp;"
            case "<": escaped += "&lt;"
            case ">": escaped += "&gt;"
            case "\"": escaped += "&quot;"
            case "'": escaped += "&#39;"
            case "\u{202A}"..."\u{202E}", "\u{2066}"..."\u{2069}", "\u{200E}", "\u{200F}", "\u{061C}":
                escaped += "\u{FFFD}"
            case "\n", "\t": escaped.unicodeScalars.append(scalar)
            case "\u{0}"..."\u{1F}", "\u{7F}"..."\u{9F}": escaped += "\u{FFFD}"
            default: escaped.unicodeScalars.append(scalar)
            }
        }
        return escaped
    }
}

extension [HTML] {
    func joined(_ separator: HTML = "") -> HTML {
        guard let first else { return .nothing }
        return dropFirst().reduce(into: first) { $0.text += separator.text + $1.text }
    }
}
