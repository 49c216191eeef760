import Foundation
import Testing

@testable import Dashboard

@Suite("Markdown on pages")
struct MarkdownTests {
    private func html(_ text: String) -> String {
        let html = Markdown(text).html.text
        return String(html.dropFirst("<div class=\"prose\" dir=\"auto\">".count).dropLast("</div>".count))
    }

    @Test("Headings, paragraphs, lists, emphasis and code")
    func blocks() {
        #expect(html("## Outcome\nMet.\nReally.\n\nMore") == "<h3>Outcome</h3><p>Met.<br>Really.</p><p>More</p>")
        #expect(
            html("- one\n* two\n1. three\n2) four")
                == "<ul><li>one</li><li>two</li></ul><ol><li>three</li><li>four</li></ol>"
        )
        #expect(html("a **b *c* d** `e*f*`") == "<p>a <strong>b <em>c</em> d</strong> <code>e*f*</code></p>")
        #expect(html("") == "")
    }

    @Test("What only looks like a mark stays what it is")
    func plain() {
        for text in [
            "2 * 3 * 4", "snake_case_name", "**open", "a ** b **", "#1 of 2", "-1", "****", "1.5 kg", "__ x __",
        ] {
            #expect(html(text) == "<p>\(text)</p>", "\(text)")
        }
    }

    @Test("Nothing in it becomes markup or a link, however it is wrapped")
    func hostile() {
        let texts = [
            "<script>alert(1)</script>", "**<img src=x onerror=y>**", "# <b>x</b>", "- <a href='x'>",
            "`</code><script>`",
            "[a](javascript:alert(1))", "<!-- x", "**a\u{202E}b**",
        ]
        for text in texts {
            let shown = html(text)
            for tag in shown.matches(of: /<\/?([a-z0-9]+)/) {
                #expect(["p", "strong", "h3", "ul", "li", "code", "em", "br"].contains(String(tag.1)), "\(shown)")
            }
            #expect(!shown.contains("<a") && !shown.contains("<img"), "\(shown)")
            #expect(!shown.unicodeScalars.contains("\u{202E}"))
        }
    }

    @Test("A text made to be slow to read is read at once", .timeLimit(.minutes(1)))
    func slow() {
        for mark in ["*", "_", "`", "**", "* a", "_a*"] {
            #expect(!html(String(repeating: mark, count: 20_000)).isEmpty)
        }
    }
}
