import CSV
import Testing

@Suite("Comma-separated values, written")
struct CSVLineTests {
    @Test("Cells are quoted where they must be")
    func quoting() {
        #expect(
            CSVLine.text(["a", "b c", "d,e", "f\"g", "h\r\ni", "j;k", ""])
                == "a,b c,\"d,e\",\"f\"\"g\",\"h\r\ni\",\"j;k\",\r\n"
        )
    }

    @Test(
        "A cell that begins like a formula is made text",
        arguments: [
            "=1+1", "=HYPERLINK(\"http://x\")", "+cmd|' /C calc'!A0", "-2+3", "@SUM(A1)", "\t=1", "\r=1", "\n=1", "＝1",
            "+1 555 123", "+1-555", "-", "+", "+1.2.3", "+.5",
        ]
    )
    func formulas(cell: String) {
        let line = CSVLine.text([cell])
        #expect(line.hasPrefix("\"'"))
        var reader = CSVReader(delimiter: .comma)
        #expect((reader.read(Array(line.utf8)) + reader.finish()).map(\.fields) == [["'" + cell]])
    }

    @Test(
        "Numbers in E.164 and signed numbers stay as they are",
        arguments: ["+15551230001", "-12.50", "+3", "0.5", "15551230001"]
    )
    func numbers(cell: String) {
        #expect(CSVLine.text([cell, "x"]) == "\(cell),x\r\n")
    }

    @Test("What is written is read back")
    func roundTrip() {
        let rows = [["phone", "note"], ["+15551230001", "a \"b\", c\r\nd"], ["+34600111222", " é;\t😀 "], ["", "x"]]
        let text = rows.map(CSVLine.text).joined()
        var reader = CSVReader()
        #expect((reader.read(Array(text.utf8)) + reader.finish()).map(\.fields) == rows)
    }
}
