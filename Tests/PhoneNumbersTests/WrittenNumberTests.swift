import Calls
import PhoneNumbers
import Testing

@Suite("Numbers as people write them")
struct WrittenNumberTests {
    @Test(
        "Spaces, punctuation and marks that nobody sees are no part of a number",
        arguments: [
            "+34600111222", " +34 600 111 222 ", "+34-600-111-222", "+34 (600) 111.222", "\u{202A}+34600111222\u{202C}",
            "'+34600111222", "=\"+34600111222\"", "＋34600111222", "\u{FEFF}+34\u{00A0}600\u{00A0}111\u{00A0}222",
            "+34/600/111222",
        ]
    )
    func international(text: String) throws {
        #expect(try PhoneNumber(written: text).description == "+34600111222")
    }

    @Test(
        "A number without a calling code belongs to the region that was named",
        arguments: [
            ("600 111 222", "ES", "+34600111222"), ("0034 600 111 222", "ES", "+34600111222"),
            ("34600111222", "ES", "+34600111222"), ("(202) 555-0123", "US", "+12025550123"),
            ("1-202-555-0123", "US", "+12025550123"), ("011 34 600 111 222", "US", "+34600111222"),
            ("020 7946 0000", "GB", "+442079460000"), ("+44 (0)20 7946 0000", "US", "+442079460000"),
            ("06 1234 5678", "IT", "+390612345678"), ("0151 12345678", "DE", "+4915112345678"),
            ("٠٦٠٠١١١٢٢٢", "FR", "+33600111222"),
        ]
    )
    func national(text: String, region: String, expected: String) throws {
        #expect(try PhoneNumber(written: text, region: region).description == expected)
    }

    @Test(
        "What cannot be dialed is refused, and why is said",
        arguments: [
            ("", NumberFault.empty), (" \u{200B} ", .empty), ("3.46E+10", .scientificNotation),
            ("3,46E+10", .scientificNotation), ("1.5551E10", .scientificNotation), ("34600111222.0", .fraction),
            ("=HYPERLINK(\"x\")", .formula), ("@SUM(A1)", .formula), ("+1 800 FLOWERS", .letters),
            ("600111222 / 600111223", .several), ("+34600111222;+34600111223", .several),
            ("600 111 222", .noCountry), ("34600111222", .noCountry), ("0034600111222", .noCountry),
            ("+1 202 555 0123 x12", .hasExtension), ("+1 202 555 0123 ext. 5", .hasExtension),
            ("n/a", .notANumber), ("#REF!", .notANumber), ("+", .notANumber), ("hello", .notANumber),
            ("+34600111222000111222", .wrongLength(.tooLong)), (String(repeating: "1", count: 100), .notANumber),
        ]
    )
    func refused(text: String, fault: NumberFault) {
        #expect(throws: fault) { try PhoneNumber(written: text) }
        #expect(!fault.description.isEmpty)
    }

    @Test("A national number must have as many digits as numbers of its region have")
    func lengths() {
        #expect(throws: NumberFault.wrongLength(.local)) { try PhoneNumber(written: "555-0123", region: "US") }
        #expect(throws: NumberFault.wrongLength(.tooShort)) { try PhoneNumber(written: "60011", region: "ES") }
        #expect(throws: NumberFault.wrongLength(.tooLong)) { try PhoneNumber(written: "600111222333", region: "ES") }
    }

    @Test(
        "Regions are known by their code",
        arguments: [("ES", true), ("US", true), ("es", false), ("XX", false), ("", false), ("ESP", false)]
    )
    func regions(code: String, isRegion: Bool) {
        #expect(PhoneNumber.isRegion(code) == isRegion)
    }
}
