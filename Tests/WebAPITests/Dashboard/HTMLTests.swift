import Foundation
import Testing

@testable import Dashboard

@Suite("Markup")
struct HTMLTests {
    @Test("What is put into a page is text, whatever it is made of")
    func escapes() {
        let hostile = "<script>alert('x')</script> & \"quoted\""
        let page: HTML = "<p title=\"\(hostile)\">\(hostile)</p>"
        #expect(!page.text.contains("<script"))
        #expect(
            page.text.contains("title=\"&lt;script&gt;alert(&#39;x&#39;)&lt;/script&gt; &amp; &quot;quoted&quot;\"")
        )
        let nested: HTML = "<div>\(page)\([page, page])</div>"
        #expect(nested.text.components(separatedBy: "&lt;script&gt;").count == 7)
    }

    @Test("Either side of a choice within a page is markup, and what is put into it is text", arguments: [true, false])
    func choices(isEmpty: Bool) {
        let hostile = "<script>"
        let items: [HTML] = ["<li>\(hostile)</li>"]
        let page: HTML = "<div>\(isEmpty ? "<p>None.</p>" : "<ul>\(items)</ul>")</div>"
        #expect(page.text == (isEmpty ? "<div><p>None.</p></div>" : "<div><ul><li>&lt;script&gt;</li></ul></div>"))
    }

    @Test("Marks of writing direction and control characters are shown as what they are: nothing readable")
    func direction() {
        let text = HTML(escaping: "abc\u{202E}gpj.exe\u{2066}\u{200F}\u{0}\u{1B}[31m").text
        #expect(text == "abc\u{FFFD}gpj.exe\u{FFFD}\u{FFFD}\u{FFFD}\u{FFFD}[31m")
    }

    @Test("Fields of forms are read as browsers send them")
    func fields() {
        let fields = FormFields(urlEncoded: "to=%2B1+555&empty=&variable.name=Mar%C3%ADa&variable.x=%zz&a=1&a=2&flag")
        #expect(fields["to"] == "+1 555")
        #expect(fields["empty"] == nil)
        #expect(fields["flag"] == nil)
        #expect(fields.members("variable.") == ["name": "María", "x": "%zz"])
        #expect(fields.all("a") == ["1", "2"])
        #expect(FormFields.query([("next", "/a?b=c&d"), ("none", nil)]) == "next=%2Fa%3Fb%3Dc%26d")
    }
}
