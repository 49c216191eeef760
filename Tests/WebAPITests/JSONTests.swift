import Calls
import Foundation
import Testing

@testable import WebAPI

@Suite("JSON as received")
struct JSONTests {
    @Test("The members of an object keep their text exactly")
    func members() throws {
        var scanner = JSONScanner(Array(#" { "a" : 1.50 , "b\u0063" : { "x":[ ] } , "s":"\"}" } "#.utf8))
        let members = try scanner.object()
        #expect(members.map(\.name) == ["a", "bc", "s"])
        #expect(members.map { String(decoding: $0.text, as: UTF8.self) } == ["1.50", #"{ "x":[ ] }"#, #""\"}""#])
    }

    @Test(
        "What is not JSON is refused, and where",
        arguments: [
            ("", 1, 1), ("[]", 1, 1), ("{", 1, 2), (#"{"a":1,}"#, 1, 8), (#"{"a":01}"#, 1, 7), (#"{"a":1}x"#, 1, 8),
            (#"{"a":.5}"#, 1, 6), (#"{"a":+1}"#, 1, 6), (#"{"a":1.}"#, 1, 8), ("{\n\"a\":\n  nul}", 3, 3),
            (#"{'a':1}"#, 1, 2), (#"{"a":"\x"}"#, 1, 8), ("{\"a\":\"\u{1}\"}", 1, 7), (#"{"a":"b}"#, 1, 9),
            (#"{"a":NaN}"#, 1, 6),
        ]
    )
    func malformed(text: String, line: Int, column: Int) {
        var scanner = JSONScanner(Array(text.utf8))
        let error = #expect(throws: JSONScanner.SyntaxError.self) { try scanner.object() }
        #expect(error?.line == line)
        #expect(error?.column == column)
    }

    @Test("Nesting has a limit, and bytes that are no text are refused")
    func limits() {
        var deep = JSONScanner(Array("{\"a\":\(String(repeating: "[", count: 100_000))".utf8))
        #expect(throws: JSONScanner.SyntaxError.self) { try deep.object() }
        var binary = JSONScanner(Array(#"{"a":""#.utf8) + [0xFF] + Array(#""}"#.utf8))
        #expect(throws: JSONScanner.SyntaxError.self) { try binary.object() }
    }

    @Test("Random texts are taken exactly when Foundation takes them as an object, but for its trailing commas")
    func agreesWithFoundation() throws {
        var random = SystemRandomNumberGenerator()
        let pieces = [
            "{", "}", "[", "]", ":", ",", " ", "\n", "\"a\"", "\"b\"", "1", "2.5E-1", "true", "null", "\"\\n\"", "0",
        ]
        var accepted = 0
        for _ in 0..<20_000 {
            let count = Int.random(in: 1...9, using: &random)
            let text = "{\"k\":" + (0..<count).map { _ in pieces.randomElement(using: &random) ?? "" }.joined() + "}"
            var scanner = JSONScanner(Array(text.utf8))
            let ours = (try? scanner.object()) != nil
            let theirs = (try? JSONSerialization.jsonObject(with: Data(text.utf8))) is NSDictionary
            let isLenient = text.contains(/,\s*[}\]]/)
            #expect(ours == (theirs && !isLenient), "\(text)")
            if ours { accepted += 1 }
        }
        #expect(accepted > 100)
    }

    @Test("A text that looks like a placeholder cannot be mistaken for one")
    func splice() throws {
        struct Document: Encodable {
            let first: VerbatimJSON
            let second: VerbatimJSON
            let text: String
        }
        let document = Document(
            first: VerbatimJSON(text: "{\"a\":\"verbatim-0;\"}"),
            second: VerbatimJSON(text: "[1 , 2]"),
            text: "verbatim-00000000-0000-0000-0000-000000000000-0;"
        )
        let written = String(decoding: try WireEncoder().data(document), as: UTF8.self)
        let expected = #"{"first":{"a":"verbatim-0;"},"second":[1 , 2],"text":"\#(document.text)"}"#
        #expect(written == expected)
    }

    @Test(
        "Times are read to the microsecond whatever their zone, and written in UTC",
        arguments: [
            ("2026-06-11T12:50:03.843960Z", "2026-06-11T12:50:03.843960Z"),
            ("2026-06-11T14:50:03.5+02:00", "2026-06-11T12:50:03.500000Z"),
            ("2026-06-11T12:50:03Z", "2026-06-11T12:50:03.000000Z"),
            ("2026-06-11T12:50:03.1234567Z", "2026-06-11T12:50:03.123456Z"),
        ]
    )
    func times(text: String, written: String) throws {
        #expect(Timestamp.text(try #require(Timestamp.date(text))) == written)
    }

    @Test(
        "What is no time is none",
        arguments: ["", "2026-06-11", "2026-06-11T12:50:03", "12:50", "2026-06-11T12:50:03.Z"]
    )
    func noTimes(text: String) {
        #expect(Timestamp.date(text) == nil)
    }
}
