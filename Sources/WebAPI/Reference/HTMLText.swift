/// Text made fit for a page.
enum HTMLText {
    static func escaped(_ text: String) -> String {
        var escaped = ""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "&": escaped += "&amp;"
            case "<": escaped += "&lt;"
            case ">": escaped += "&gt;"
            case "\"": escaped += "&quot;"
            case "'": escaped += "&#39;"
            default: escaped.unicodeScalars.append(scalar)
            }
        }
        return escaped
    }

    /// One sentence or several, with `code` between backticks and what is **bold** between pairs of stars.
    static func inline(_ text: String) -> String {
        marked(marked(escaped(text), by: "`", as: "code"), by: "**", as: "strong")
    }

    /// The same in paragraphs, which empty lines divide.
    static func paragraphs(_ text: String) -> String {
        text.split(separator: "\n\n").map { "<p>\(inline(String($0)))</p>\n" }.joined()
    }

    /// What stands between two marks becomes an element.
    private static func marked(_ text: String, by mark: String, as element: String) -> String {
        let parts = text.split(separator: mark, omittingEmptySubsequences: false)
        guard parts.count > 2, !parts.count.isMultiple(of: 2) else { return text }
        return parts.enumerated().map { index, part in
            index.isMultiple(of: 2) ? String(part) : "<\(element)>\(part)</\(element)>"
        }.joined()
    }
}
