/// A little Markdown (CommonMark 0.31) as markup: headings, paragraphs, lists, emphasis, code. What is no such thing stays the text that it is.
///
/// There are no links, pictures or markup of its own: whoever wrote it may have been told what to write by a callee.
struct Markdown {
    private let lines: [Substring]

    init(_ text: String) {
        lines = text.split(omittingEmptySubsequences: false) { $0.isNewline }
    }

    private enum Block {
        case heading(Substring)
        case item(Substring, isNumbered: Bool)
        case text(Substring)
        case blank
    }

    var html: HTML {
        var parts: [HTML] = []
        var paragraph: [HTML] = []
        var items: [HTML] = []
        var isNumbered = false
        func endParagraph() {
            if !paragraph.isEmpty { parts.append("<p>\(paragraph.joined("<br>"))</p>") }
            paragraph = []
        }
        func endList() {
            if !items.isEmpty { parts.append(isNumbered ? "<ol>\(items)</ol>" : "<ul>\(items)</ul>") }
            items = []
        }
        for line in lines {
            switch Self.block(line) {
            case .heading(let text):
                endParagraph()
                endList()
                parts.append("<h3>\(Self.inline(text))</h3>")
            case .item(let text, let numbered):
                endParagraph()
                if numbered != isNumbered { endList() }
                isNumbered = numbered
                items.append("<li>\(Self.inline(text))</li>")
            case .text(let text):
                endList()
                paragraph.append(Self.inline(text))
            case .blank:
                endParagraph()
                endList()
            }
        }
        endParagraph()
        endList()
        return "<div class=\"prose\" dir=\"auto\">\(parts)</div>"
    }

    private static func block(_ line: Substring) -> Block {
        let text = line.drop(while: \.isWhitespace)
        guard let first = text.first else { return .blank }
        if first == "#" {
            let rest = text.drop { $0 == "#" }
            if text.count - rest.count <= 6, rest.first == " " { return .heading(rest.drop(while: \.isWhitespace)) }
        }
        if "-*+".contains(first), text.dropFirst().first == " " {
            return .item(text.dropFirst(2).drop(while: \.isWhitespace), isNumbered: false)
        }
        let digits = text.prefix { $0.isASCII && $0.isNumber }
        let rest = text.dropFirst(digits.count)
        if (1...9).contains(digits.count), let mark = rest.first, mark == "." || mark == ")",
            rest.dropFirst().first == " "
        {
            return .item(rest.dropFirst(2).drop(while: \.isWhitespace), isNumbered: true)
        }
        return .text(text)
    }

    /// Emphasis and code. Everything between two marks is looked at once more, so that one may stand in another.
    private static func inline(_ text: Substring) -> HTML {
        var parts: [HTML] = []
        var plain = ""
        var rest = text
        while let first = rest.first {
            guard let (inner, end, wrap) = marked(rest, after: plain.last) else {
                plain.append(first)
                rest = rest.dropFirst()
                continue
            }
            parts += [HTML(escaping: plain), wrap(inner)]
            plain = ""
            rest = rest[end...]
        }
        return parts.joined() + HTML(escaping: plain)
    }

    /// What stands between the mark at the beginning of `text` and its counterpart. Nil if it begins with none, or has none.
    private static func marked(
        _ text: Substring,
        after last: Character?
    ) -> (inner: Substring, end: Substring.Index, wrap: (Substring) -> HTML)? {
        let marks: [(String, (Substring) -> HTML)] = [
            ("`", { "<code>\(String($0))</code>" }), ("**", { "<strong>\(inline($0))</strong>" }),
            ("__", { "<strong>\(inline($0))</strong>" }), ("*", { "<em>\(inline($0))</em>" }),
            ("_", { "<em>\(inline($0))</em>" }),
        ]
        guard let (mark, wrap) = marks.first(where: { text.hasPrefix($0.0) }) else { return nil }
        // Within a word an underscore is a letter.
        if mark.first == "_", last?.isLetter == true || last?.isNumber == true { return nil }
        let inside = text.dropFirst(mark.count)
        guard let close = inside.firstRange(of: mark), close.lowerBound > inside.startIndex else { return nil }
        let inner = inside[..<close.lowerBound]
        guard inner.first?.isWhitespace == false, inner.last?.isWhitespace == false else { return nil }
        return (inner, close.upperBound, wrap)
    }
}
